"""What differs between two bundles, element by element: added, removed, changed, moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from letterbox.bundle.element_facts import Facts, Unreadable, facts_of
from letterbox.bundle.meaning import says_the_same


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


KIND, ORDER = "kind", "order"
"""Paths of what is no part of the file's text: the element's kind and the order of the lines that leave it."""


@dataclass(frozen=True, slots=True)
class ValueChange:
    """``path`` as in the element's facts; "" where there was or is nothing."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ElementChange:
    element: str
    kind: str
    name: str
    how: ChangeKind
    values: tuple[ValueChange, ...] = ()


@dataclass(frozen=True, slots=True)
class FileChange:
    """``elements`` is empty for a file that cannot be read (``problem`` says why), or whose difference is only in how it
    is written down."""

    file: str
    how: ChangeKind
    elements: tuple[ElementChange, ...] = ()
    problem: str = ""

    def of(self, how: ChangeKind) -> tuple[ElementChange, ...]:
        return tuple(each for each in self.elements if each.how is how)


def differences(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """By file name; files that say the same, however they are written, are left out."""
    pairs = {name: (before.get(name), after.get(name)) for name in sorted(before.keys() | after.keys())}
    return tuple(_file(name, *pair) for name, pair in pairs.items() if not says_the_same(name, *pair))


def _file(name: str, old: bytes | None, new: bytes | None) -> FileChange:
    how = ChangeKind.ADDED if old is None else ChangeKind.REMOVED if new is None else ChangeKind.CHANGED
    try:
        was, now = ({} if content is None else facts_of(name, content) for content in (old, new))
    except Unreadable as problem:
        return FileChange(name, how, problem=str(problem))
    elements = tuple(_elements(was, now))
    if how is ChangeKind.CHANGED and not elements:
        elements = (
            ElementChange(element=name, kind="file", name=name, how=how, values=(ValueChange("other", "", "有改动"),)),
        )
    return FileChange(name, how, elements)


def _elements(was: Mapping[str, Facts], now: Mapping[str, Facts]) -> Iterator[ElementChange]:
    shifted = _shifted(was, now)
    for element, facts in now.items():
        old = was.get(element)
        if old is None:
            yield ElementChange(
                element=element,
                kind=facts.kind,
                name=facts.name,
                how=ChangeKind.ADDED,
                values=_values({}, facts.values),
            )
        elif values := _changes(old, facts):
            yield ElementChange(
                element=element, kind=facts.kind, name=facts.name, how=ChangeKind.CHANGED, values=values
            )
        elif old.place != facts.place or element in shifted:
            yield ElementChange(element=element, kind=facts.kind, name=facts.name, how=ChangeKind.MOVED)
    for element, facts in was.items():
        if element not in now:
            yield ElementChange(
                element=element,
                kind=facts.kind,
                name=facts.name,
                how=ChangeKind.REMOVED,
                values=_values(facts.values, {}),
            )


def _changes(old: Facts, new: Facts) -> tuple[ValueChange, ...]:
    """With the kind that it had before. The order of branches changes only among those that stay."""
    retyped = (ValueChange(KIND, old.kind, new.kind),) if old.kind != new.kind else ()
    was, now = (each.values.get(ORDER, "").split("、") for each in (old, new))
    stays = [each for each in was if each in now] == [each for each in now if each in was]
    changes = _values(old.values, new.values)
    return (*retyped, *(each for each in changes if each.path != ORDER or not stays))


def _values(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[ValueChange, ...]:
    paths = [*new, *(path for path in old if path not in new)]
    return tuple(
        ValueChange(path, old.get(path, ""), new.get(path, "")) for path in paths if old.get(path) != new.get(path)
    )


def _shifted(was: Mapping[str, Facts], now: Mapping[str, Facts]) -> set[str]:
    """Ordered elements of both that are out of the longest run that kept its order: the fewest that must have moved."""
    old = [each.id for each in was.values() if each.is_ordered and each.id in now]
    new = [each.id for each in now.values() if each.is_ordered and each.id in was]
    return set(new) - set(_longest_in_order([old.index(each) for each in new if each in old], old))


def _longest_in_order(ranks: list[int], names: list[str]) -> list[str]:
    """Longest increasing subsequence, by the names at those ranks."""
    best: list[list[int]] = []
    for rank in ranks:
        run = max((each for each in best if each[-1] < rank), key=len, default=[])
        best.append([*run, rank])
    return [names[rank] for rank in max(best, key=len, default=[])]
