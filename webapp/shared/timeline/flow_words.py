"""What moved a letter on its way (return, extension, recall, joining …), as staff read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from letterbox.domain.dates import day_of
from letterbox.domain.vocabulary import EventName
from webapp.shared.timeline.fact_words import Facts, Names, accused_words, named, said

"""Unit code → name."""


def _unit(facts: Facts, names: Names, key: str = "unit") -> str:
    code = str(facts.get(key) or "")
    return names.get(code, code)


def _returned(facts: Facts, names: Names) -> list[str]:
    proposed = _unit(facts, names, "proposed_unit")
    return [
        _unit(facts, names),
        "超过退回期限" if facts.get("late") else "",
        str(facts.get("reason") or ""),
        f"建议由{proposed}办理" if proposed else "",
    ]


def _upheld(facts: Facts, names: Names) -> list[str]:
    new = _unit(facts, names, "lead_unit")
    return [f"改由{new}办理" if new else "另行交办", str(facts.get("reason") or "")]


def _of_unit(facts: Facts, names: Names) -> list[str]:
    return [_unit(facts, names), str(facts.get("reason") or "")]


def _extension(facts: Facts, _names: Names) -> list[str]:
    due_on, contacts = facts.get("due_on"), facts.get("contacts")
    return [
        f"延期到{day_of(due_on)}" if due_on else "",
        str(facts.get("reason") or ""),
        f"联系来信人 {contacts} 次" if contacts else "",
    ]


def _recategorised(facts: Facts, names: Names) -> list[str]:
    return [
        f"由{named(facts.get('before'), 'Category') or '未定'}改为{named(facts.get('category'), 'Category')}",
        accused_words(facts, names),
        str(facts.get("reason") or ""),
    ]


def _joined(facts: Facts, names: Names) -> list[str]:
    unit = _unit(facts, names)
    return [
        said("主信 {}", facts.get("joined_to")),
        f"从{unit}收回" if unit else "",
        str(facts.get("reason") or ""),
    ]


def _released(facts: Facts, _names: Names) -> list[str]:
    return [said("原主信 {}", facts.get("released_from")), str(facts.get("reason") or "")]


def _split(facts: Facts, _names: Names) -> list[str]:
    return [said("{}《{}》", facts.get("number"), facts.get("title")), str(facts.get("reason") or "")]


FLOW_NOTES: Mapping[str, Callable[[Facts, Names], list[str]]] = {
    EventName.LETTER_RETURNED: _returned,
    EventName.RETURN_UPHELD: _upheld,
    EventName.RETURN_DISMISSED: _of_unit,
    EventName.LETTER_RECALLED: _of_unit,
    EventName.EXTENSION_REQUESTED: _extension,
    EventName.EXTENSION_GRANTED: _extension,
    EventName.EXTENSION_REFUSED: _extension,
    EventName.LETTER_RECATEGORISED: _recategorised,
    EventName.LETTER_JOINED: _joined,
    EventName.LETTER_RELEASED: _released,
    EventName.LETTER_SPLIT: _split,
}
