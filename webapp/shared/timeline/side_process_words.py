"""What happened beside a letter's own way (co-handling, supervision, instructions, promises), as staff read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from letterbox.domain.vocabulary import EventName
from webapp.shared.timeline.fact_words import Facts, Names, instant, named, said

"""Unit code → name."""


def _co_unit(facts: Facts, names: Names) -> list[str]:
    code = str(facts.get("unit") or "")
    return [
        names.get(code, code),
        f"期限 {instant(facts['due_at'])}" if facts.get("due_at") else "",
        named(facts.get("because"), "EndCause"),
        "已超过期限" if facts.get("late") else "",
    ]


def _supervision_or_instruction(facts: Facts, names: Names) -> list[str]:
    """Supervision, a leader's instruction: of whom what is asked by when."""
    code = str(facts.get("unit") or "")
    return [
        named(facts.get("cause"), "SupervisionCause"),
        named(facts.get("office"), "SupervisionOffice"),
        names.get(code, code),
        f"期限 {instant(facts['due_at'])}" if facts.get("due_at") else "",
        *(str(facts.get(name) or "") for name in ("request", "instruction", "comment")),
        named(facts.get("because"), "EndCause"),
    ]


def _promise(facts: Facts, names: Names) -> list[str]:
    code = str(facts.get("unit") or "")
    kept = "已经兑现" if facts.get("kept") else "没有兑现"
    return [names.get(code, code), kept, str(facts.get("comment") or ""), said("主信 {}", facts.get("leading"))]


SIDE_PROCESS_NOTES: Mapping[str, Callable[[Facts, Names], list[str]]] = {
    EventName.CO_HANDLER_ADDED: _co_unit,
    EventName.CO_HANDLER_RELEASED: _co_unit,
    EventName.OPINION_GIVEN: _co_unit,
    EventName.OPINION_MISSING: _co_unit,
    EventName.SUPERVISION_OPENED: _supervision_or_instruction,
    EventName.SUPERVISION_ANSWERED: _supervision_or_instruction,
    EventName.SUPERVISION_PRESSED: _supervision_or_instruction,
    EventName.SUPERVISION_CLOSED: _supervision_or_instruction,
    EventName.SUPERVISION_REPORTED: _supervision_or_instruction,
    EventName.INSTRUCTION_GIVEN: _supervision_or_instruction,
    EventName.INSTRUCTION_ANSWERED: _supervision_or_instruction,
    EventName.PROMISE_REPORTED: _promise,
    EventName.PROMISE_CONFIRMED: _promise,
}
"""Event → its facts as a second line, in parts."""
