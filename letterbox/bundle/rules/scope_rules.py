"""Variables that exist, but not in the process that reads them: the letter would stop there.

What services write while a process runs is not drawn; measured by the shipped diagrams: what a shipped process reads or
passes on is there. For the rest it is a warning, since a message may bring more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from letterbox.bundle.model import juel
from letterbox.bundle.model.diagram_model import Diagram, Finding, Level
from letterbox.bundle.vocabulary import Variable

EVERYWHERE = frozenset({str(Variable.LETTER_ID), str(Variable.COMMAND_ID)})


def out_of_scope(
    diagrams: Sequence[Diagram], shipped: Sequence[Diagram], asked: Mapping[str, frozenset[str]], known: Collection[str]
) -> Iterator[Finding]:
    """``asked``: form id → the variables that its fields write. ``known``: what exists anywhere; the rest is an error
    of its own."""
    before = _scopes(shipped, asked, with_reads=True)
    now = _scopes(diagrams, asked, with_reads=False)
    for diagram in diagrams:
        names = {process.key: process.name or process.key for process in diagram.processes}
        for element, process, name in _reads(diagram):
            there = EVERYWHERE | before.get(process, set()) | now.get(process, set())
            if name in known and name not in there:
                text = (
                    f"流程“{names.get(process, process)}”里可能没有变量 {name}：它在别的流程里才有。"
                    "没有的话，来信会停在这里。请由调用这个流程的一步传入，或者换一个变量。"
                )
                yield Finding(
                    file=diagram.file, element=element, rule="out-of-scope", message=text, level=Level.WARNING
                )


def _scopes(
    diagrams: Sequence[Diagram], asked: Mapping[str, frozenset[str]], *, with_reads: bool
) -> dict[str, set[str]]:
    """Process → variables that its drawing shows to be there."""
    found: dict[str, set[str]] = {process.key: set() for each in diagrams for process in each.processes}
    for diagram in diagrams:
        for node in diagram.nodes:
            found[node.process].update(name for name in node.sets if name)
            found[node.process].update(asked.get(node.form or "", ()))
            if with_reads:
                found[node.process].update(source for source, _target in node.given if source)
            called = found.get(node.attributes.get("calledElement", ""))
            if called is not None:
                called.update(target for _source, target in node.given)
        if with_reads:
            for _element, process, name in _reads(diagram):
                found[process].add(name)
    return found


def _reads(diagram: Diagram) -> Iterator[tuple[str, str, str]]:
    """(element, process, variable) of every variable that an expression reads."""
    owners = {node.id: node.process for node in diagram.nodes} | {flow.id: flow.process for flow in diagram.flows}
    for element, text in diagram.expressions:
        try:
            names = juel.variables(text)
        except juel.JuelUnsupported:
            continue  # said by the rule about expressions
        for name in sorted(names):
            yield element, owners.get(element, diagram.processes[0].key), name
