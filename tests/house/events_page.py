"""Writes ``docs/reference/events.md``: each event with its facts, read from its class. ``make events``."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from types import ModuleType, NoneType
from typing import Any, get_args, get_origin, get_type_hints

from letterbox.domain.events.catalogue import MODULES
from letterbox.domain.events.event import Event
from tests.house.project import ROOT, files, text

PAGE = ROOT / "docs/reference/events.md"
HEAD = """# Events of a letter

Written by `make events` from the classes in `letterbox/domain/events/`; a house test keeps it fresh.

A letter's record is the list of its events: append-only, in the past tense, each with its instant, who did it and a few facts
(`data`), never the letter's text or the writer's data. The status is projected from them (`letterbox/domain/status.py`).
In the machine interface each reads `{"name", "at", "by", "data"}`, `at` with its offset. Words for people:
`letterbox/domain/events/words.py`. Instants are ISO-8601 with the office's offset, days `2026-11-03`; units are codes. An older
row may lack a fact that came later.
"""
WORDS = {str: "text", int: "number", bool: "yes or no", date: "day", datetime: "instant"}


def classes_of(module: ModuleType) -> list[type[Event]]:
    """In the order in which they stand there."""
    found = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    return [each for each in found if issubclass(each, Event)]


def recorders() -> Mapping[str, set[str]]:
    """Event → names of the modules that make one."""
    known = {each.__name__ for module in MODULES for each in classes_of(module)}
    found: dict[str, set[str]] = defaultdict(set)
    for name in files(r"^letterbox/(services|outbox)/.*\.py$"):
        calls = (node.func for node in ast.walk(ast.parse(text(name))) if isinstance(node, ast.Call))
        made = {each.id for call in calls for each in ast.walk(call) if isinstance(each, ast.Name)} & known
        for event in made:
            found[event].add(name.rpartition("/")[2].removesuffix(".py"))
    return found


def said(kind: Any) -> str:
    """A field's type as people read it; an enumeration's members have their words in the glossary."""
    arms = [each for each in get_args(kind) if each is not NoneType]
    if NoneType in get_args(kind):
        return f"{said(arms[0])} or null" if len(arms) == 1 else "what the form allows"
    if get_origin(kind) is tuple:
        return f"list of {said(arms[0])}" if arms[-1] is Ellipsis else f"[{', '.join(map(said, arms))}]"
    if arms:
        return f"{said(arms[1])} by {said(arms[0])}"
    return kind.__name__ if issubclass(kind, StrEnum) else WORDS[kind]


def facts(kind: type[Event]) -> str:
    """Key and type of each, in the class's order."""
    kinds, found = get_type_hints(kind), []
    for each in fields(kind):
        words = said(kinds[each.name])
        if "is_stored_if_given" in each.metadata:
            words = f"{words.removesuffix(' or null')}, if given"
        elif "unless" in each.metadata:
            words = f"{words}, unless there is `{each.metadata['unless']}`"
        found.append(f"`{each.metadata.get('key', each.name)}`: {words}")
    return "; ".join(found) or "–"


def written() -> str:
    """The page as it should be."""
    by, parts = recorders(), [HEAD]
    for module in MODULES:
        heading = str(module.__doc__).partition("\n")[0].rstrip(".")
        rows = [
            f"| `{each.__name__}` | {', '.join(f'`{name}`' for name in sorted(by[each.__name__]))} | {facts(each)} | {meaning(each)} |"
            for each in classes_of(module)
        ]
        parts.append(
            "\n".join([f"## {heading}\n", "| Event | Recorded by | `data` | |", "|---|---|---|---|", *rows]) + "\n"
        )
    return "\n".join(parts)


def meaning(kind: type[Event]) -> str:
    """The class's own words, if it has any."""
    own = ast.get_docstring(_tree_of(kind))
    return " ".join((own or "").replace("``", "`").split())


def _tree_of(kind: type[Event]) -> ast.ClassDef:
    tree = ast.parse(text(f"{kind.__module__.replace('.', '/')}.py"))
    return next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
