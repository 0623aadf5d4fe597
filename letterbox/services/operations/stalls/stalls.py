"""The periodic look for what stands still unseen: found, kept with when it was first and last seen, shown, mended."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.errors import NotFound
from letterbox.domain.permissions import Actor, require_operator
from letterbox.engine.client import EngineClient
from letterbox.engine.resting import RestingCalls
from letterbox.engine.tasks import ClaimSearch
from letterbox.outbox.due_moves import TaskLimits
from letterbox.services.audit.log import About, AdminAction, Administration, Subject, required_reason
from letterbox.services.deployment.element_names import ElementNames
from letterbox.services.operations.reconcile.rules import Rules
from letterbox.services.operations.reconcile.run import Reconciling
from letterbox.services.operations.reconcile.sides import read_engine, read_letters
from letterbox.services.operations.stalls import rules as stall_rules
from letterbox.services.operations.stalls.items import FAULT_KINDS, REPAIRED_BY_RECONCILING, Found, StallKind, StallView
from letterbox.services.operations.stalls.rules import Reading, Thresholds
from letterbox.services.rules.rulebook import Rulebook
from letterbox.services.staff.roster import read_roster
from letterbox.services.visibility.hidden import HIDDEN_LETTER, hidden_among
from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane
from letterbox.store.database import Database
from letterbox.store.faults import Stall
from letterbox.store.state import State

LOOKED = "stall_look"
"""State: when the last look was made."""
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('letterbox stalls'))"
CONFIRMED = 2
"""Looks after which a finding counts."""


class Stalls:
    """``engine_now``: what the engine takes for now, which tests and simulations move. ``follow`` is told after each look
    which letters a technical fault holds: number → cause, words, since when."""

    def __init__(
        self,
        database: Database,
        engine: EngineClient,
        rulebook: Rulebook,
        clock: Clock,
        names: ElementNames,
        thresholds: Thresholds,
        engine_now: Callable[[], datetime],
        administration: Administration,
        reconciling: Reconciling,
        follow: Callable[[Mapping[str, tuple[str, str, datetime]]], None] = lambda _faulty_letters: None,
    ) -> None:
        self._database = database
        self._engine = engine
        self._rulebook = rulebook
        self._clock = clock
        self._names = names
        self._thresholds = thresholds
        self._engine_now = engine_now
        self._follow = follow
        self._administration = administration
        self._reconciling = reconciling
        self._resting = RestingCalls(engine.session)
        self._claims = ClaimSearch(engine.session)
        self._task_limits = TaskLimits(engine)

    def look(self) -> None:
        """One look, kept; technical faults that hold a letter begin and end with what it finds. Raises Unavailable."""
        found = self.find()
        now = self._clock.now()
        with self._database.transaction() as session:
            if not session.scalar(text(LOCK)):
                return  # another worker process is at it
            _keep(session, found, now)
            session.merge(State(key=LOOKED, value={"at": now.isoformat()}))
            session.flush()
            in_fault = _faulty_letters(session)
        self._follow(in_fault)

    def find(self, only: Collection[str] = ()) -> list[Found]:
        """What one reading finds, nothing kept; ``only`` these letters, if any are named."""
        found = {(each.kind, each.subject): each for each in stall_rules.found(self._read(), self._thresholds)}
        return [each for each in found.values() if not only or each.number in only]

    def _read(self) -> Reading:
        engine = read_engine(self._engine)
        now = self._engine_now()
        units = self._engine.snapshot.instances(ProcessKey.UNIT_HANDLING)
        timed = [self._engine.snapshot.timers(key) for key in (ProcessKey.LETTER_HANDLING, ProcessKey.UNIT_HANDLING)]
        with self._database.reading() as session:
            letters = read_letters(session, self._rulebook, engine.numbers)
            roster = read_roster(session, self._clock.now().astimezone(OFFICE_ZONE).date())
            stopped = _stopped(session)
        rules = Rules(engine, self._task_limits.of, ())
        differences = [each for letter in letters.values() for each in rules.differences(letter)]
        nobodys = sorted(self._claims.groups_with_tasks() - roster.assigned_groups())
        return Reading(
            engine=engine,
            letters=letters,
            differences=differences,
            units=units,
            timed=frozenset(key for each in timed for key in each),
            steps=self._resting.steps(),
            dead=self._resting.dead_timers(),
            visits=self._resting.visits(now - timedelta(hours=1)),
            empty=self._claims.unclaimed(nobodys),
            stopped=stopped,
            roster=roster,
            now=now,
            name=self._names.name,
        )

    def open(self, actor: Actor) -> list[StallView]:
        """What stands still, longest first. Raises NotAllowed."""
        require_operator(actor)
        query = select(Stall).where(Stall.gone_at.is_(None), Stall.looks >= CONFIRMED)
        with self._database.reading() as session:
            found = [_view(row) for row in session.scalars(query.order_by(Stall.first_seen_at, Stall.id))]
            hidden = hidden_among(session, actor, (each.number for each in found))
        return [
            replace(each, number=HIDDEN_LETTER, subject="", detail="") if each.number in hidden else each
            for each in found
        ]

    def looked_at(self) -> datetime | None:
        """When the last look was made, by the office's clock."""
        with self._database.reading() as session:
            state = session.get(State, LOOKED)
            return datetime.fromisoformat(state.value["at"]) if state else None

    def one(self, actor: Actor, stall_id: int) -> StallView:
        """Raises NotFound if it is gone."""
        for each in self.open(actor):
            if each.id == stall_id:
                return each
        raise NotFound("这件事已经不在了：也许已经恢复")

    def repair(self, actor: Actor, stall_id: int, reason: str) -> StallView:
        """Resume, release, set the timer going again, or repair the watch; the look says whether it helped.

        Raises FieldErrors without a reason, NotFound, Unavailable; NotFound too where one press is no remedy.
        """
        stall, reason = self.one(actor, stall_id), required_reason(reason)
        if not stall.is_direct:  # also for whoever may not know of the letter
            raise NotFound(stall.remedy)
        with self._administration.change(actor) as change:
            about = About(Subject.LETTER, stall.number or "", f"{stall.number or ''} {stall.words}".strip())
            change.record(AdminAction.STALL_REPAIRED, about, reason=reason, before={"cause": stall.detail})
        if stall.kind is StallKind.SUSPENDED:
            self._engine.processes.set_suspended(stall.subject, False)
        elif stall.kind is StallKind.CLAIM_UNKNOWN:
            self._engine.tasks.unclaim(stall.subject)
        elif stall.kind is StallKind.TIMER_DEAD:
            self._engine.jobs.set_retries(stall.subject, 1)
        elif stall.kind in REPAIRED_BY_RECONCILING and stall.number:
            self._reconciling.repair(actor, [stall.number])
        self.look()
        return stall


def _keep(session: Session, found: Sequence[Found], now: datetime) -> None:
    known = {(row.kind, row.subject): row for row in session.scalars(select(Stall).where(Stall.gone_at.is_(None)))}
    for each in found:
        row = known.pop((each.kind, each.subject), None)
        if row is None:
            session.add(
                Stall(
                    kind=each.kind,
                    subject=each.subject,
                    number=each.number,
                    detail=each.detail,
                    is_own=each.is_own,
                    looks=1,
                    first_seen_at=now,
                    last_seen_at=now,
                )
            )
        else:
            row.looks, row.last_seen_at, row.detail = row.looks + 1, now, each.detail
    for row in known.values():
        row.gone_at = now


def _faulty_letters(session: Session) -> dict[str, tuple[str, str, datetime]]:
    """Number → cause, words and beginning of the first technical fault that holds the letter."""
    query = select(Stall).where(
        Stall.gone_at.is_(None),
        Stall.looks >= CONFIRMED,
        Stall.number.is_not(None),
        Stall.kind.in_(FAULT_KINDS),
        Stall.is_own,
    )
    rows: Iterable[Stall] = session.scalars(query.order_by(Stall.first_seen_at.desc()))
    return {str(row.number): (row.kind, row.detail, row.first_seen_at) for row in rows}


def _stopped(session: Session) -> dict[str, str]:
    """Number → the command of its own way that was given up."""
    query = select(OutboxCommand.number, OutboxCommand.last_error).where(
        OutboxCommand.status == CommandStatus.STOPPED, OutboxCommand.lane == OutboxLane.LETTER
    )
    return {number: (error or "")[:200] for number, error in session.execute(query)}


def _view(row: Stall) -> StallView:
    return StallView(
        id=row.id,
        kind=StallKind(row.kind),
        number=row.number,
        subject=row.subject,
        detail=row.detail,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
    )
