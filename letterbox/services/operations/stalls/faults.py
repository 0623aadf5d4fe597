"""A technical fault holds a letter: from when to when, by the periodic look or an operator; nobody is pressed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, select

from letterbox.domain.clock import iso
from letterbox.domain.dates import instant
from letterbox.domain.errors import LetterboxError, NotFound, WrongState
from letterbox.domain.events.limits import FaultBegan, FaultEnded
from letterbox.domain.limits.fault_days import Span, later, touched
from letterbox.domain.permissions import SYSTEM, Actor, require_operator
from letterbox.domain.vocabulary import OF_LETTER_PROCESS, MoveCause
from letterbox.services.audit.log import About, AdminAction, Administration, Subject, required_reason
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.fault_limits import open_fault
from letterbox.services.case.standing import Act
from letterbox.services.limits.move_notices import Move, MoveTexts, notify_of_moves
from letterbox.services.limits.recompute import follow_lead, granted_at
from letterbox.services.notices.notices import Notices
from letterbox.services.rules.rulebook import ComputedLimit
from letterbox.store.database import Database
from letterbox.store.faults import Fault
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit

BY_HAND = "by_hand"
TEXTS = MoveTexts("fault_ended", "writer_limit_held")


class FaultOutcome(StrEnum):
    PLANNED = "planned"
    MARKED = "held"
    ENDED = "goes_on"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FaultMark:
    letter: str
    outcome: FaultOutcome
    detail: str


class Faults:
    def __init__(
        self, database: Database, casebook: Casebook, administration: Administration, notices: Notices
    ) -> None:
        self._database = database
        self._casebook = casebook
        self._administration = administration
        self._notices = notices

    def follow(self, in_fault: Mapping[str, tuple[str, str, datetime]]) -> None:
        """After a look: number → cause, words, since when of each letter that stands still. Others go on again; a fault
        that an operator marked is his to end."""
        is_open = select(Letter.number, Fault.began_by).join(Letter, Letter.id == Fault.letter_id)
        with self._database.reading() as session:
            known = dict(session.execute(is_open.where(Fault.ended_at.is_(None))).all())
        for number, (cause, detail, since) in in_fault.items():
            with suppress(NotFound), self._casebook.open(number, SYSTEM, act=Act.FAULT) as case:
                self._begin_or_roll(case, cause, detail, since)
        for number, by in known.items():
            if number not in in_fault and by == SYSTEM.name:
                with self._casebook.open(number, SYSTEM, act=Act.FAULT) as case:
                    self._end(case)

    def mark(
        self, actor: Actor, letters: Sequence[str], reason: str, *, since: datetime | None = None, dry_run: bool = False
    ) -> list[FaultMark]:
        """A fault begins by hand, now or ``since`` (aware, not after now, not before the letter came).

        Raises FieldErrors without a reason, NotAllowed.
        """
        return self._each(actor, letters, reason, dry_run, begins=True, since=since)

    def every(self, actor: Actor, *, marked: bool) -> list[str]:
        """Numbers of all letters that a fault marked by hand holds, or of all open ones that none does. Raises NotAllowed."""
        require_operator(actor)
        has_fault = exists().where(Fault.letter_id == Letter.id, Fault.ended_at.is_(None))
        by_hand = exists().where(Fault.letter_id == Letter.id, Fault.ended_at.is_(None), Fault.cause == BY_HAND)
        wanted = by_hand if marked else ~has_fault & Letter.closed_at.is_(None)
        with self._database.reading() as session:
            return list(session.scalars(select(Letter.number).where(wanted).order_by(Letter.id)))

    def end(self, actor: Actor, letters: Sequence[str], reason: str, *, dry_run: bool = False) -> list[FaultMark]:
        """The fault is over, whoever found it; the look begins another if it is not. Raises FieldErrors, NotAllowed."""
        return self._each(actor, letters, reason, dry_run, begins=False)

    def _each(
        self,
        actor: Actor,
        letters: Sequence[str],
        reason: str,
        dry_run: bool,
        *,
        begins: bool,
        since: datetime | None = None,
    ) -> list[FaultMark]:
        require_operator(actor)
        reason = reason if dry_run else required_reason(reason)
        return [self._one(actor, number, reason, dry_run, begins, since) for number in dict.fromkeys(letters)]

    def _one(
        self, actor: Actor, number: str, reason: str, dry_run: bool, begins: bool, since: datetime | None
    ) -> FaultMark:
        try:
            with self._casebook.look(number, actor) as case:
                detail = _planned(case, begins=begins, since=since)
            if dry_run:
                return FaultMark(number, FaultOutcome.PLANNED, detail)
            with self._casebook.open(number, actor, act=Act.FAULT) as case:
                _planned(case, begins=begins, since=since)
                if begins:
                    self._begin_or_roll(case, BY_HAND, reason, since or case.now)
                else:
                    self._end(case)
        except LetterboxError as refused:
            return FaultMark(number, FaultOutcome.REFUSED, refused.message)
        with self._administration.change(actor) as change:
            action = AdminAction.FAULT_MARKED if begins else AdminAction.FAULT_ENDED
            change.record(action, About(Subject.LETTER, number, number), reason=reason)
        return FaultMark(number, FaultOutcome.MARKED if begins else FaultOutcome.ENDED, detail)

    def _begin_or_roll(self, case: Case, cause: str, detail: str, since: datetime) -> None:
        fault = open_fault(case.session, case.letter.id)
        if fault is None and case.letter.closed_at is None:
            fault = Fault(
                letter_id=case.letter.id, cause=cause, detail=detail, began_at=since, began_by=case.actor.name, dues={}
            )
            case.session.add(fault)
            case.session.flush()
            case.record(FaultBegan(cause=cause, since=since, reason=detail if cause == BY_HAND else None))
            case.watch.recheck()
        if fault is not None:
            _roll(case, fault)

    def _end(self, case: Case) -> None:
        fault = open_fault(case.session, case.letter.id)
        if fault is None:
            return
        _roll(case, fault)
        fault.ended_at, fault.ended_by = case.now, case.actor.name
        case.session.flush()
        case.record(FaultEnded(cause=fault.cause, since=fault.began_at))
        moved = [(limit, before) for limit in case.limits.running() if (before := _before(fault, limit)) is not None]
        for limit, before in moved:
            _update_engine(case, limit, before)
        case.watch.recheck()
        moves = [Move(kind=limit.kind, unit=limit.unit_code, old=before, new=limit.due_at) for limit, before in moved]
        notify_of_moves(self._notices, case, moves, TEXTS, by_mail=False)


def _planned(case: Case, *, begins: bool, since: datetime | None) -> str:
    """Raises WrongState."""
    if since is not None and not case.letter.received_at <= since <= case.now:
        raise WrongState("故障的开始应在收到来信之后、现在之前")
    fault = open_fault(case.session, case.letter.id)
    if begins:
        if case.letter.closed_at is not None:
            raise WrongState("来信已经结束，没有可以停住的时限")
        if fault is not None:
            raise WrongState("这封来信已经标记为技术故障")
        from_when = f"从 {instant(since)} 起" if since else "从现在起"
        return f"{from_when}记为技术故障：这封来信自己的时限不催办、不算超期，碰到的工作日整天顺延，直到结束故障"
    if fault is None:
        raise WrongState("这封来信没有标记技术故障")
    return "技术故障到现在为止：碰到的工作日整天加到各项时限上，恢复催办，有关单位和来信人得到通知"


def _roll(case: Case, fault: Fault) -> None:
    """Every working day that faults have touched by now is added to each limit of the letter's own way, once."""
    calendar = case.rulebook.calendar()
    spans = [
        Span(each.began_at, each.ended_at or case.now)
        for each in case.session.scalars(select(Fault).where(Fault.letter_id == case.letter.id))
    ]
    dues = dict(fault.dues)
    for limit in case.limits.running(*OF_LETTER_PROCESS):
        if limit.due_at < fault.began_at and _before(fault, limit) is None:
            continue  # late before the fault came
        since = max(limit.started_at, granted_at(case.session, limit) or limit.started_at)
        days = touched((span for span in spans if span.until >= since), since, calendar)
        if len(days) > limit.fault_days:
            dues.setdefault(str(limit.id), iso(limit.due_at))
            due_at, is_guessed = later(limit.due_at, len(days) - limit.fault_days, calendar)
            _move(case, limit, due_at, limit.provisional or is_guessed, because=MoveCause.FAULT)
            limit.fault_days = len(days)
    if dues != fault.dues:
        fault.dues = dues
        follow_lead(case)


def _before(fault: Fault, limit: Limit) -> datetime | None:
    """What the limit was due by before this fault; None if the fault has not moved it."""
    text = fault.dues.get(str(limit.id))
    return datetime.fromisoformat(text) if text else None


def _move(
    case: Case,
    limit: Limit,
    due_at: datetime,
    provisional: bool,
    *,
    because: MoveCause | None,
    engine_knows: bool = True,
) -> None:
    """``engine_knows`` False: the engine hears of it; while it may be what is at fault, it is told at the end only."""
    computed = ComputedLimit(
        due_at=due_at,
        provisional=provisional,
        rule_id=limit.rule_id,
        length=limit.length,
        length_unit=limit.length_unit,
    )
    case.limits.move(limit, computed, because=because, engine_knows=engine_knows)


def _update_engine(case: Case, limit: Limit, before: datetime) -> None:
    due_at, limit.due_at = limit.due_at, before
    _move(case, limit, due_at, limit.provisional, because=None, engine_knows=False)
