"""A letter's record checked against itself: its unit, its day of receipt and its limits against its own events.

Somebody who changes rows past the product leaves the events as they were, which only grow: what the rows say otherwise is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from letterbox.domain.clock import iso
from letterbox.domain.dates import instant
from letterbox.domain.events.codec import readable
from letterbox.domain.events.event import Event
from letterbox.domain.events.side_processes import InstructionGiven, SupervisionOpened, SupervisionPressed
from letterbox.domain.limits.starts import STARTS
from letterbox.domain.limits.time_limits import LengthUnit, closing_instant
from letterbox.domain.status import OF_LEAD, lead_after
from letterbox.domain.vocabulary import OF_LETTER_PROCESS, EventName, LetterStatus, LimitKind
from letterbox.domain.words import label
from letterbox.services.limits.recompute import Recomputation
from letterbox.services.operations.reconcile.differences import Difference, DifferenceKind
from letterbox.services.operations.reconcile.sides import LetterSide
from letterbox.services.rules.rulebook import TIME_LIMITS, Rulebook
from letterbox.store.calendar import CalendarYear
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit
from letterbox.store.side_processes import Promise

E, K, L, S = EventName, DifferenceKind, LimitKind, LetterStatus
SLACK = timedelta(minutes=1)
"""A letter's row and its first event could be some seconds apart."""
SET_DATES = (E.SUPERVISION_OPENED, E.SUPERVISION_PRESSED, E.INSTRUCTION_GIVEN)
"""Events that say by when something was asked."""
READ = frozenset({*OF_LEAD, *SET_DATES, *(name for names in STARTS.values() for name in names)})
NEEDED: Mapping[str, frozenset[LimitKind]] = {
    S.RECEIVED: frozenset({L.SCREENING}), S.AWAITING_SUPPLEMENT: frozenset({L.SUPPLEMENT, L.SCREENING}),
    S.SCREENED: frozenset({L.SCREENING}), S.HANDLING: frozenset({L.REPLY}),
    S.RETURNED: frozenset({L.RETURN_RULING, L.REPLY}), S.IN_REVIEW: frozenset({L.REVIEW}), S.IN_REDO: frozenset({L.REDO}),
}  # fmt: skip
"""Limits that a letter of this status always has."""
ONE_OF = frozenset({L.EVALUATION, L.REHANDLING_DECISION})
"""Of an answered letter one of these is open."""


@dataclass
class EventSummary:
    """What the events of one letter say. ``starts``: kind → instants at which such a limit started, in order."""

    received_at: datetime | None = None
    unit: str | None = None
    starts: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    set_dues: dict[datetime, list[datetime]] = field(default_factory=lambda: defaultdict(list))


class RecordChecks:
    """Of some letters in one reading; a handful of queries, and one for each screening and each extended reply."""

    def __init__(self, session: Session, rulebook: Rulebook, letters: Collection[Letter]) -> None:
        self._session = session
        self._letters = letters
        self._recomputation = Recomputation(session, rulebook.calendar(), rulebook.table(TIME_LIMITS))
        ids = [each.id for each in letters]
        self._records = records_of(session, ids)
        self._limits = _limits(session, ids)
        self._unexplained = _unexplained(session, ids)
        self._promised = _promised(session, ids)
        self._has_no_calendar_move_left = _has_no_calendar_move_left(session)

    def differences(self) -> Iterator[Difference]:
        for letter in self._letters:
            record, limits = self._records[letter.id], self._limits.get(letter.id, [])
            yield from _about_letter(letter, record)
            yield from self._ends(letter, limits)
            moved = list(self._starts(letter, record, limits))
            yield from moved
            if self._has_no_calendar_move_left and not moved:  # an end follows from its start
                yield from self._dues(letter, record, [each for each in limits if each.is_open])

    def _starts(self, letter: Letter, record: EventSummary, limits: Sequence[Limit]) -> Iterator[Difference]:
        for limit in limits:
            if limit.is_open and limit.started_at not in record.starts[limit.kind]:
                true = true_start(record, limit)
                should = (
                    f"按事件应从{instant(true)}起算：--repair 按事件改回"
                    if true
                    else "没有这样的事件：请对照备份人工核对"
                )
                detail = f"{_named(limit)}从{instant(limit.started_at)}起算，{should}"
                yield Difference(letter=letter.number, kind=K.LIMIT_START, detail=detail, target=(str(limit.id),))

    def _ends(self, letter: Letter, limits: Sequence[Limit]) -> Iterator[Difference]:
        """Whatever ends or voids a limit is an event of the same instant."""
        running = {each.kind for each in limits if each.is_open}
        ended = {each.kind: each for each in limits if each.id in self._unexplained}
        for kind, limit in ended.items():
            if kind not in running and kind in _needed(letter.status):
                detail = f"{_named(limit)}被结束了，没有任何事件说明，来信还在办：--repair 让它照旧走下去"
                yield Difference(letter=letter.number, kind=K.LIMIT_ENDED, detail=detail, target=(str(limit.id),))
        missing = NEEDED.get(letter.status, frozenset()) - running - ended.keys()
        if letter.status == S.ANSWERED and not (ONE_OF & (running | ended.keys())):
            missing = frozenset({L.EVALUATION})
        for kind in sorted(missing):
            detail = (
                f"没有未了的{label(kind, 'LimitKind')}时限，这个状态的来信必须有：请从备份找回这一行，由维护人员补上"
            )
            yield Difference(letter=letter.number, kind=K.LIMIT_MISSING, detail=detail, target=(kind,))

    def _dues(self, letter: Letter, record: EventSummary, limits: Sequence[Limit]) -> Iterator[Difference]:
        """Computed anew from the start by the length on record and the calendar; a date that a person set from its event."""
        wanted = {each.limit.id: each.computed.due_at for each in self._recomputation.of(limits)}
        for limit in limits:
            due = wanted.get(limit.id) or self._set_due(record, limit)
            if due is not None and due != limit.due_at:
                detail = f"{_named(limit)}到期写着{instant(limit.due_at)}，从起点重算应为{instant(due)}：--repair 改为重算的日期"
                yield Difference(
                    letter=letter.number, kind=K.LIMIT_DUE, detail=detail, target=(str(limit.id), iso(due))
                )

    def _set_due(self, record: EventSummary, limit: Limit) -> datetime | None:
        """None where no event says it, or several of one instant do."""
        if limit.length_unit != LengthUnit.SET_DATE:
            return None
        if limit.kind == L.PROMISE:
            return self._promised.get(limit.id)
        said = set(record.set_dues.get(limit.started_at, ()))
        return said.pop() if len(said) == 1 else None


def falsified_among(
    session: Session, rulebook: Rulebook, letters: Mapping[str, LetterSide]
) -> Mapping[str, list[Difference]]:
    """By letter's number what its rows say otherwise than its events; a status comes before everything else."""
    sound = [each.id for each in letters.values() if each.status == each.true_status]
    rows = list(session.scalars(select(Letter).where(Letter.id.in_(sound))))
    found: dict[str, list[Difference]] = {number: [] for number in letters}
    for each in RecordChecks(session, rulebook, rows).differences():
        found[each.letter].append(each)
    return found


def records_of(session: Session, letter_ids: Collection[int]) -> Mapping[int, EventSummary]:
    """By letter's id. One query over the events that say something of this kind."""
    found: dict[int, EventSummary] = {each: EventSummary() for each in letter_ids}
    query = select(LetterEvent.letter_id, LetterEvent.name, LetterEvent.at, LetterEvent.data).where(
        LetterEvent.letter_id.in_(letter_ids), LetterEvent.name.in_(READ)
    )
    for letter_id, name, at, data in session.execute(query.order_by(LetterEvent.id)):
        _add_event(found[letter_id], name, at, readable(name, data))
    return found


def true_start(record: EventSummary, limit: Limit) -> datetime | None:
    """When an open limit of this kind started by the events; None if they leave a choice, or none."""
    known = record.starts[limit.kind]
    is_single = limit.kind in OF_LETTER_PROCESS
    return known[-1] if known and (is_single or len(known) == 1) else None


def _add_event(record: EventSummary, name: str, at: datetime, event: Event | None) -> None:
    if name == E.LETTER_RECEIVED:
        record.received_at = at
    record.unit = lead_after(record.unit, event)
    if isinstance(event, SupervisionOpened | SupervisionPressed | InstructionGiven):
        record.set_dues[at].append(event.due_at)
    for kind, names in STARTS.items():
        if name in names:
            record.starts[kind].append(at)


def _about_letter(letter: Letter, record: EventSummary) -> Iterator[Difference]:
    if letter.lead_unit != record.unit:
        detail = f"承办单位写着 {letter.lead_unit or '没有'}，按事件应为 {record.unit or '没有'}：--repair 按事件改回"
        yield Difference(letter.number, K.RECORD_UNIT, detail)
    if record.received_at is not None and abs(letter.received_at - record.received_at) > SLACK:
        detail = (
            f"收信时间写着{instant(letter.received_at)}，按事件应为{instant(record.received_at)}：--repair 按事件改回"
        )
        yield Difference(letter.number, K.RECORD_RECEIVED, detail)


def _needed(status: str) -> frozenset[LimitKind]:
    return ONE_OF if status == S.ANSWERED else NEEDED.get(status, frozenset())


def _named(limit: Limit) -> str:
    return f"{label(limit.kind, 'LimitKind')}时限"


def _limits(session: Session, ids: Collection[int]) -> Mapping[int, list[Limit]]:
    found = defaultdict(list)
    for limit in session.scalars(select(Limit).where(Limit.letter_id.in_(ids)).order_by(Limit.id)):
        found[limit.letter_id].append(limit)
    return found


def _unexplained(session: Session, ids: Collection[int]) -> frozenset[int]:
    """Limits that are over, with no event of their letter at that instant."""
    over_at = Limit.ended_at, Limit.voided_at
    found: set[int] = set()
    for at in over_at:
        has_event = exists().where(LetterEvent.letter_id == Limit.letter_id, LetterEvent.at == at)
        found |= set(session.scalars(select(Limit.id).where(Limit.letter_id.in_(ids), at.is_not(None), ~has_event)))
    return frozenset(found)


def _promised(session: Session, ids: Collection[int]) -> Mapping[int, datetime]:
    query = select(Promise.limit_id, Promise.promise_on).where(Promise.letter_id.in_(ids), Promise.leading_id.is_(None))
    return {limit_id: closing_instant(day) for limit_id, day in session.execute(query)}


def _has_no_calendar_move_left(session: Session) -> bool:
    """While a published year still moves limits, what was computed by the old calendar is no difference."""
    has_moves_left = CalendarYear.limits_moved_at.is_(None) | (CalendarYear.limits_moved_at < CalendarYear.published_at)
    query = select(CalendarYear.year).where(CalendarYear.published_at.is_not(None), has_moves_left)
    return session.scalars(query).first() is None
