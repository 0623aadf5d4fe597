"""The bundle's diagrams: read them (:func:`read_bundle`) and say what is wrong with them (:func:`check_bundle`)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from letterbox.bundle.diagram_reader import NotADiagram, read_diagram
from letterbox.bundle.files.bundle_file import read, table_root
from letterbox.bundle.files.safe_reading import Unreadable
from letterbox.bundle.model.diagram_model import Diagram, Finding, Flow, Level, Node, Process, Timer
from letterbox.bundle.rules.block_rules import blocks
from letterbox.bundle.rules.diagram_rules import RULES, Known
from letterbox.bundle.rules.event_rules import events
from letterbox.bundle.rules.parser_refusals import refusals
from letterbox.bundle.rules.structure_rules import structure
from letterbox.bundle.rules.task_rules import tasks
from letterbox.bundle.vocabulary import OWN_VARIABLES, MessageName, Topic

__all__ = [
    "Diagram",
    "Finding",
    "Flow",
    "Level",
    "Node",
    "NotADiagram",
    "Process",
    "Timer",
    "check_bundle",
    "form_variables",
    "read_bundle",
    "read_diagram",
]

OF_THE_DRAWING = (structure, blocks, events, tasks, refusals)
"""Rules that need nothing but the diagram."""


def read_bundle(files: Mapping[str, bytes]) -> tuple[Diagram, ...]:
    """The diagrams among ``files`` (name → content), by file name; raises NotADiagram."""
    return tuple(read_diagram(name, files[name]) for name in sorted(files) if name.endswith(".bpmn"))


def check_bundle(
    files: Mapping[str, bytes],
    known_topics: Collection[str] = tuple(Topic),
    *,
    known_messages: Collection[str] = tuple(MessageName),
    known_variables: Collection[str] = (),
    required_ids: Collection[str] = (),
) -> list[Finding]:
    """Everything wrong with a bundle (file name → content), errors first.

    ``files`` should be the whole bundle: forms, decisions and called processes are looked up in it.
    ``known_variables`` adds to what services, forms and mappings write. ``required_ids``: process keys and task ids
    that other programs rely on and that must not disappear (contract, "Tasks and their decisive fields").
    """
    diagrams, findings = _read_all(files)
    forms, broken = _read_forms(files)
    known = Known(
        topics=frozenset(known_topics),
        messages=frozenset(known_messages),
        variables=OWN_VARIABLES | set(known_variables) | _written(diagrams) | set().union(*forms.values()),
        forms=frozenset(forms),
        processes=frozenset(process.key for diagram in diagrams for process in diagram.processes),
        decisions=frozenset(_decisions(files)),
    )
    findings += broken
    findings += [each for name in sorted(files) if name.endswith(".dmn") for each in read(name, files[name]).findings]
    findings += [finding for diagram in diagrams for rule in RULES for finding in rule(diagram, known)]
    findings += [finding for diagram in diagrams for rule in OF_THE_DRAWING for finding in rule(diagram)]
    findings += [*_doubles(diagrams), *_missing(diagrams, required_ids)]
    return sorted(findings, key=lambda found: (found.level is not Level.ERROR, found.file, found.element, found.rule))


def form_variables(form: object) -> frozenset[str]:
    """Process variables that a form (parsed JSON) declares by ``properties.variable``; "true" means the key's name."""
    if not isinstance(form, dict):
        return frozenset()
    name = (form.get("properties") or {}).get("variable")
    own = {_camel(str(form.get("key", ""))) if str(name).lower() == "true" else str(name)} if name else set()
    return frozenset(own).union(*(form_variables(child) for child in form.get("components") or ()))


def _camel(key: str) -> str:
    head, *tail = key.split("_")
    return head + "".join(part.capitalize() for part in tail)


def _read_all(files: Mapping[str, bytes]) -> tuple[list[Diagram], list[Finding]]:
    diagrams: list[Diagram] = []
    findings: list[Finding] = []
    for name in sorted(name for name in files if name.endswith(".bpmn")):
        file = read(name, files[name])
        findings += file.findings
        if file.is_usable:
            try:
                diagrams.append(read_diagram(name, files[name]))
            except NotADiagram as problem:
                findings.append(Finding(file=name, element="", rule="well-formed", message=problem.message))
    return diagrams, findings


def _read_forms(files: Mapping[str, bytes]) -> tuple[dict[str, frozenset[str]], list[Finding]]:
    """Form id → variables that it declares. A task's ``formRef`` is the form's id, not its file name."""
    forms: dict[str, frozenset[str]] = {}
    findings: list[Finding] = []
    for name in sorted(name for name in files if name.endswith(".form")):
        file = read(name, files[name])
        findings += file.findings
        if not file.is_usable or file.written is None:
            continue
        form = json.loads(file.written)
        if form.get("id"):
            forms[str(form["id"])] = form_variables(form)
        else:
            findings.append(
                Finding(
                    file=name, element="form", rule="well-formed", message="表单没有标识（id），请用表单设计器填写。"
                )
            )
    return forms, findings


def _decisions(files: Mapping[str, bytes]) -> Iterator[str]:
    """Decision ids; a broken table is reported by the tables' own reader, not here."""
    for name in sorted(name for name in files if name.endswith(".dmn")):
        with suppress(Unreadable):
            yield from (item.get("id", "") for item in table_root(files[name]).iter("{*}decision"))


def _written(diagrams: list[Diagram]) -> set[str]:
    return {name for diagram in diagrams for node in diagram.nodes for name in node.sets if name}


def _doubles(diagrams: list[Diagram]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for diagram in diagrams:
        for process in diagram.processes:
            if process.key in seen:
                text = f"流程 {process.key} 在 {seen[process.key]} 中已有，请改用别的标识。"
                yield Finding(file=diagram.file, element=process.key, rule="double-process", message=text)
            seen.setdefault(process.key, diagram.file)


def _missing(diagrams: list[Diagram], required_ids: Collection[str]) -> Iterator[Finding]:
    present = {node.id for diagram in diagrams for node in diagram.nodes}
    present |= {process.key for diagram in diagrams for process in diagram.processes}
    for element in sorted(set(required_ids) - present):
        text = f"{element} 不见了：别的程序要用到它，请恢复它的标识（名称可以随意修改）。"
        yield Finding(file="", element=element, rule="required-id", message=text)
