"""What a file of a bundle holds: its processes, decisions or form, as people call them."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.bundle.diagrams import Diagram, NotADiagram, read_diagram
from letterbox.bundle.element_facts import Unreadable, schema_of
from letterbox.bundle.table_view import read_tables
from letterbox.services.studio.views import BundlePart

KINDS = ("bpmn", "dmn", "form")


def kind_of(name: str) -> str:
    return name.rpartition(".")[2]


def readable_diagrams(files: Mapping[str, bytes]) -> dict[str, Diagram]:
    """The diagrams that can be read, by file name."""
    found = {}
    for name in sorted(name for name in files if name.endswith(".bpmn")):
        try:
            found[name] = read_diagram(name, files[name])
        except NotADiagram:
            continue
    return found


def parts_of(files: Mapping[str, bytes], versions: Mapping[str, int]) -> dict[str, tuple[BundlePart, ...]]:
    """By file name; empty for a file that cannot be read. ``versions``: of processes and decisions, by key."""
    diagrams = readable_diagrams(files)
    uses: dict[str, list[str]] = {}
    for diagram in diagrams.values():
        for task in diagram.user_tasks:
            uses.setdefault(task.form or "", []).append(task.name or task.id)
    found: dict[str, tuple[BundlePart, ...]] = {}
    for name, content in files.items():
        if name in diagrams:
            processes = diagrams[name].processes
            found[name] = tuple(BundlePart(each.key, each.name, versions.get(each.key)) for each in processes)
        elif name.endswith(".dmn"):
            found[name] = _decisions(content, versions)
        else:
            found[name] = _form(content, uses)
    return found


def _decisions(content: bytes, versions: Mapping[str, int]) -> tuple[BundlePart, ...]:
    try:
        return tuple(BundlePart(each.key, each.name, versions.get(each.key)) for each in read_tables(content))
    except Unreadable:
        return ()


def _form(content: bytes, uses: Mapping[str, list[str]]) -> tuple[BundlePart, ...]:
    try:
        form_id = str(schema_of(content).get("id") or "")
    except Unreadable:
        return ()
    if not form_id:
        return ()
    return (BundlePart(form_id, form_id, used_by=tuple(uses.get(form_id, ()))),)


def same_as(name: str, content: bytes, files: Mapping[str, bytes]) -> str | None:
    """The file of a bundle that this one is a version of: of the same name, else with the same process, decision or form."""
    if name in files:
        return name
    keys = _keys(name, content)
    alike = (other for other in sorted(files) if kind_of(other) == kind_of(name) and keys & _keys(other, files[other]))
    return next(alike, None)


def _keys(name: str, content: bytes) -> frozenset[str]:
    return frozenset(part.key for part in parts_of({name: content}, {})[name])
