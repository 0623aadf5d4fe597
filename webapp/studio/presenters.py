"""From bundles, findings and differences to what the studio's templates show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from letterbox.bundle.diagrams import NotADiagram, read_diagram
from letterbox.bundle.difference import ChangeKind, FileChange
from letterbox.bundle.element_facts import Unreadable, facts_of, schema_of
from letterbox.bundle.model.diagram_model import Diagram, Finding, Node
from letterbox.bundle.table_view import TableView, read_tables
from letterbox.domain.forms.form import Component, Form, FormError
from letterbox.domain.forms.form_model import inputs_of
from letterbox.services.studio.parts import kind_of
from webapp.shared.forms.render import form_view
from webapp.shared.forms.views import FormView
from webapp.studio import words


@dataclass(frozen=True, slots=True)
class FindingLine:
    """``name`` is the element's own, as drawn; ``url`` leads to it in the owner's change, "" where there is no place."""

    file: str
    element: str
    name: str
    rule: str
    message: str
    level: str
    url: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """An element of a diagram in the table below its picture."""

    id: str
    kind: str
    name: str
    who: str
    form: str
    due: str
    more: str


@dataclass(frozen=True, slots=True)
class FilePage:
    """One file as it can be shown: the steps of a diagram, the rows of tables, the fields of a form, or none of them."""

    kind: str
    title: str
    diagram: bool = False
    steps: tuple[StepLine, ...] = ()
    tables: tuple[TableView, ...] = ()
    form: FormView | None = None
    fields: tuple[dict[str, str], ...] = ()
    problem: str = ""


def findings(found: Iterable[Finding], files: Mapping[str, bytes]) -> list[FindingLine]:
    found = list(found)
    names = {file: _names(file, files.get(file, b"")) for file in {each.file for each in found}}
    return [
        FindingLine(
            file=each.file,
            element=each.element,
            name=names[each.file].get(each.element, ""),
            rule=each.rule,
            message=each.message,
            level=str(each.level),
            url=_url(each, files),
        )
        for each in found
    ]


def _names(file: str, content: bytes) -> dict[str, str]:
    try:
        return {each.id: each.name for each in facts_of(file, content).values()} if content else {}
    except Unreadable:
        return {}


def _url(finding: Finding, files: Mapping[str, bytes]) -> str:
    if finding.file not in files:
        return ""
    anchor = f"e-{finding.element}" if finding.element else None
    return url_for("studio.change_file", name=finding.file, _anchor=anchor)


def marks(found: Iterable[Finding], change: FileChange | None) -> dict[str, str]:
    """What the scripts of a diagram need, as JSON for its data attributes."""
    grouped: dict[str, dict[str, Any]] = {}
    for each in found:
        mark = grouped.setdefault(each.element, {"element": each.element, "level": "warning", "messages": []})
        mark["messages"].append(each.message)
        mark["level"] = "error" if "error" in (mark["level"], str(each.level)) else "warning"
    changed = [] if change is None else [{"element": each.element, "how": str(each.how)} for each in change.elements]
    return {
        "findings": json.dumps([each for each in grouped.values() if each["element"]], ensure_ascii=False),
        "changes": json.dumps([each for each in changed if each["how"] != ChangeKind.REMOVED], ensure_ascii=False),
    }


def file_page(name: str, content: bytes, data: Mapping[str, object]) -> FilePage:
    """``data``: what a form's lists are filled with in the preview."""
    kind = kind_of(name)
    try:
        if kind == "bpmn":
            return _diagram_page(read_diagram(name, content))
        if kind == "dmn":
            tables = read_tables(content)
            return FilePage(kind, "、".join(each.name for each in tables) or name, tables=tables)
        return _form_page(name, content, data)
    except (NotADiagram, Unreadable, FormError) as problem:
        return FilePage(kind, name, diagram=kind == "bpmn", problem=str(problem))
    except (ValueError, TypeError, AttributeError):
        return FilePage(kind, name, problem="里面的内容不合格式，请用流程设计器重新保存")


def _diagram_page(diagram: Diagram) -> FilePage:
    title = "、".join(process.name or process.key for process in diagram.processes)
    return FilePage("bpmn", title, diagram=True, steps=tuple(_step(diagram, node) for node in diagram.nodes))


def _step(diagram: Diagram, node: Node) -> StepLine:
    who, more = "、".join(map(words.who, node.candidate_groups)), _more(diagram, node)
    return StepLine(
        id=node.id,
        kind=words.element(node.kind),
        name=node.name,
        who=who,
        form=node.form or "",
        due=node.due_date or "",
        more=more,
    )


def _more(diagram: Diagram, node: Node) -> str:
    """Where a gateway's branches lead, a program's topic, the message that is waited for, the process that is called."""
    if node.kind.endswith("Gateway"):
        ways = (f"{flow.name} → {_target(diagram, flow.target)}".strip() for flow in diagram.leaving(node.id))
        return "；".join(ways)
    if node.topic:
        return f"主题 {node.topic}"
    return f"消息 {node.message}" if node.message else node.attributes.get("calledElement", "")


def _target(diagram: Diagram, node_id: str) -> str:
    return next((node.name or node.id for node in diagram.nodes if node.id == node_id), node_id)


def _form_page(name: str, content: bytes, data: Mapping[str, object]) -> FilePage:
    form = Form.parse(schema_of(content))
    fields = tuple(_field(key, field) for key, field in _fields_of(form))
    return FilePage("form", form.id or name, form=form_view(form, {}, {}, data), fields=fields)


def _fields_of(form: Form) -> Iterator[tuple[str, Component]]:
    """Columns of a list come below it, as ``contacts[].at``."""
    for key, field in form.fields.items():
        yield key, field
        for child in inputs_of(field.components):
            yield f"{key}[].{child.key}", child


def _field(key: str, field: Component) -> dict[str, str]:
    required = "是" if field.rules.required else "有条件" if field.rules.required_if else ""
    kind = words.element(field.kind.value)
    return {"key": key, "label": field.title, "kind": kind, "required": required, "variable": field.variable}


def counts(changes: Sequence[FileChange]) -> dict[str, dict[str, int]]:
    """File → how many elements were added, removed, changed, moved (those that are not zero)."""
    return {each.file: {str(how): len(found) for how in ChangeKind if (found := each.of(how))} for each in changes}
