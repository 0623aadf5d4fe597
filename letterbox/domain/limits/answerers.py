"""Who answers for a limit: the unit whose code it carries, the e-gov office, the coordinator, or the writer himself."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.domain.vocabulary import FINAL_AT, LimitKind, Role

BY_OFFICE, BY_COORDINATOR, BY_WRITER = "_office", "_coordinator", "_writer"
"""Who answers where no unit does. No unit's code begins like this."""
OFFICE_LIMITS: Mapping[LimitKind, Role] = {
    LimitKind.SCREENING: Role.SCREENER,
    LimitKind.RETURN_RULING: Role.SCREENER,
    LimitKind.EXTENSION_DECISION: Role.SCREENER,
    LimitKind.REVIEW: Role.REVIEWER,
    LimitKind.REHANDLING_DECISION: Role.SCREENER,
}
"""Limits of the e-gov office (regime, table D), and who of it does the work."""
WRITERS_TIME = frozenset({LimitKind.SUPPLEMENT, LimitKind.EVALUATION})
"""The writer's own time."""
NOTIFIED_TO_WRITER = WRITERS_TIME | {LimitKind.REPLY}
"""Limits whose end the writer reads on his page: when one moves he is told."""
UNIT_ANSWERING = (Role.UNIT_HANDLER, Role.UNIT_DEPUTY)
"""Who of a unit is pressed for its limits: the handler does the work, the deputy is directly responsible (H3)."""


def is_final_ruling(kind: str, returns: int) -> bool:
    """After its second return the coordinator rules on a letter (H1, H8)."""
    return kind == LimitKind.RETURN_RULING and returns >= FINAL_AT


def answerer(kind: str, unit: str | None, returns: int) -> str:
    """The unit's code, or BY_OFFICE, BY_COORDINATOR, BY_WRITER. ``returns``: how often the letter was returned."""
    if unit:
        return unit
    if kind in WRITERS_TIME:
        return BY_WRITER
    return BY_COORDINATOR if is_final_ruling(kind, returns) else BY_OFFICE


def answering_roles(kind: str, unit: str | None, returns: int) -> tuple[Role, ...]:
    """The roles of those who answer, of the unit if there is one; nobody of the staff answers for the writer's time."""
    who = answerer(kind, unit, returns)
    if who == BY_WRITER:
        return ()
    if who == BY_COORDINATOR:
        return (Role.COORDINATOR,)
    return (OFFICE_LIMITS.get(LimitKind(kind), Role.SCREENER),) if who == BY_OFFICE else UNIT_ANSWERING
