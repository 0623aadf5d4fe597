"""Limits of a letter with a technical fault: no step of the ladder is taken meanwhile; each working day that the fault
touched is added to them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.limits.fault_days import later
from letterbox.domain.vocabulary import OUTLIVES_LETTER
from letterbox.services.case.standing import belonging
from letterbox.services.rules.rulebook import ComputedLimit
from letterbox.store.faults import Fault
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit


def letters_in_fault(session: Session, letter_ids: Collection[int]) -> frozenset[int]:
    """Those of these letters that have a technical fault now."""
    return frozenset(session.scalars(select(Fault.letter_id).where(Fault.letter_id.in_(letter_ids), _is_open())))


def open_fault(session: Session, letter_id: int) -> Fault | None:
    return session.scalars(select(Fault).where(Fault.letter_id == letter_id, _is_open())).first()


def pressing(session: Session, letter: Letter, limits: Sequence[Limit]) -> list[Limit]:
    """Those of these open limits whose steps of the ladder are taken now."""
    return silenced(belonging(limits, letter.status), in_fault=bool(letters_in_fault(session, [letter.id])))


def silenced(limits: Sequence[Limit], *, in_fault: bool) -> list[Limit]:
    """The limits without those that a fault silences. A fault of the letter silences its own limits; it does not
    silence those of a side process that outlives the letter."""
    return [limit for limit in limits if not in_fault or limit.kind in OUTLIVES_LETTER]


def with_fault_days(computed: ComputedLimit, days: int, calendar: WorkCalendar) -> ComputedLimit:
    """An end computed from the limit's start, with the days of technical faults added."""
    if not days:
        return computed
    due_at, is_guessed = later(computed.due_at, days, calendar)
    return replace(computed, due_at=due_at, provisional=computed.provisional or is_guessed)


def _is_open() -> ColumnElement[bool]:
    return Fault.ended_at.is_(None)
