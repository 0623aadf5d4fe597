"""A letter opened for one change: record events, start and end limits, queue engine commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import MessageName, ProcessKey, Variable
from letterbox.domain.clock import iso
from letterbox.domain.errors import NoSuchLetter
from letterbox.domain.permissions import Actor, Grant
from letterbox.domain.status import project
from letterbox.domain.vocabulary import ENDS_WITH_LETTER, EventName, LimitKind, MoveCause
from letterbox.outbox import queue as outbox
from letterbox.outbox.commands import CommandKind
from letterbox.services.case.held_limits import pressing
from letterbox.services.rules.rulebook import ComputedLimit, Rulebook
from letterbox.store.commands import Lane
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit, StepTaken


class Case:
    """One letter within one transaction; ``now`` is the single instant of everything that happens in it."""

    def __init__(self, session: Session, letter: Letter, actor: Actor, now: datetime, rulebook: Rulebook) -> None:
        self.session = session
        self.letter = letter
        self.actor = actor
        self.now = now
        self.rulebook = rulebook
        self.lanes: set[Lane] = set()
        self.others: list[Case] = []
        """Other letters that this change touches, in the same transaction."""
        self.about: int | None = None
        self._last: list[tuple[MessageName, Mapping[str, Any]]] = []
        self._grant: Grant | None = None
        self._limits_changed = False

    def beside(self, number: str) -> Case:
        """Another letter of the same change, locked too. Lock the leading letter before those joined to it.

        Raises NotFound.
        """
        known = next((case for case in [self, *self.others] if case.letter.number == number), None)
        if known is None:
            known = Case(self.session, locked_letter(self.session, number), self.actor, self.now, self.rulebook)
            self.others.append(known)
        return known

    def beginning(self, letter: Letter) -> Case:
        """A letter that begins with this change, its row just added."""
        self.session.flush()
        case = Case(self.session, letter, self.actor, self.now, self.rulebook)
        self.others.append(case)
        return case

    def all(self) -> Iterator[Case]:
        """This one and every other of the change."""
        yield self
        for other in self.others:
            yield from other.all()

    def record(self, name: EventName, **data: Any) -> LetterEvent:
        """Append an event by the case's actor and move the projected status."""
        event = LetterEvent(
            letter_id=self.letter.id, name=name, at=self.now, by_kind=self.actor.kind, by_id=self.actor.id,
            data=data, **self._by(),
        )  # fmt: skip
        self.session.add(event)
        self.letter.status = project(self.letter.status, name, data)
        return event

    def acting_as(self, grant: Grant, about: int | None = None) -> None:
        """Which of the actor's grants this change is made under; a substitute's events name the person substituted.

        ``about``: which of several things beside the letter the task at hand is about (a supervision's id, say).
        """
        self._grant = grant
        self.about = about

    @property
    def acting_unit(self) -> str | None:
        """The unit in whose name the change is made; None for an office."""
        return self._grant.unit if self._grant else None

    def _by(self) -> dict[str, str | None]:
        only = next(iter(self.actor.grants)) if len(self.actor.grants) == 1 else None
        grant = self._grant or only
        name = self.actor.name
        if grant is not None and grant.for_whom:
            name = f"{name}（代{grant.for_whom}）"
        return {"by_name": name, "by_role": grant.role if grant else None, "by_unit": grant.unit if grant else None}

    def start_limit(
        self, kind: LimitKind, *, unit: str | None = None, started_at: datetime | None = None,
        computed: ComputedLimit | None = None,
    ) -> Limit:  # fmt: skip
        """Start a limit at this case's instant (or ``started_at``); its end by the time-limits table unless ``computed``."""
        start = started_at or self.now
        computed = computed or self.rulebook.limit(kind, self.letter.category, start)
        limit = Limit(
            letter_id=self.letter.id, kind=kind, unit_code=unit, started_at=start, due_at=computed.due_at,
            provisional=computed.provisional, rule_id=computed.rule_id, length=computed.length, length_unit=computed.length_unit,
        )  # fmt: skip
        self.session.add(limit)
        self.session.flush()
        self._limits_changed = True
        return limit

    def move_limit(
        self, limit: Limit, computed: ComputedLimit, *, because: MoveCause | None = None, engine_told: bool = False
    ) -> None:
        """Give an open limit a newly computed end; its start never moves (H9). The engine and the watch follow.

        ``because`` puts the move on the timeline; without it the caller's own event tells of it. ``engine_told``: a
        command of this same change already carries the new due.
        """
        before = limit.due_at
        limit.due_at, limit.provisional, limit.rule_id = computed.due_at, computed.provisional, computed.rule_id
        limit.length, limit.length_unit = computed.length, computed.length_unit
        if limit.due_at == before:
            return
        self._limits_changed = True
        moved = {"from": iso(before), "to": iso(limit.due_at)}
        if not engine_told:
            self._command(Lane.LETTER, CommandKind.MOVE_DUE, limit.kind, {"unit": limit.unit_code, **moved})
        if because:
            self.record(EventName.LIMIT_MOVED, limit=limit.kind, unit=limit.unit_code, because=because, **moved)
        self._strike_undone(limit)

    def _strike_undone(self, limit: Limit) -> None:
        """Steps taken that lie ahead again happen anew in their turn (S4); the timeline says that they were withdrawn."""
        taken = {step for _, step in self.taken_steps([limit.id])}
        for step in self.rulebook.undone_steps(limit, self.letter.urgent, taken, self.now) if taken else ():
            self.session.execute(delete(StepTaken).where(StepTaken.limit_id == limit.id, StepTaken.step == step))
            self.record(
                EventName.STEP_WITHDRAWN, limit=limit.kind, unit=limit.unit_code, step=step, due_at=self.due_text(limit)
            )

    def open_limits(self, *kinds: LimitKind) -> list[Limit]:
        """Open limits of the letter, of these kinds if any are named, earliest due first."""
        query = select(Limit).where(Limit.letter_id == self.letter.id, Limit.is_open)
        if kinds:
            query = query.where(Limit.kind.in_(kinds))
        return list(self.session.scalars(query.order_by(Limit.due_at, Limit.id)))

    def end_limits(self, *kinds: LimitKind) -> list[Limit]:
        """End the open limits of these kinds at this case's instant."""
        ended = self.open_limits(*kinds) if kinds else []
        for limit in ended:
            self.end_limit(limit)
        return ended

    def end_limit(self, limit: Limit) -> None:
        limit.ended_at = self.now
        self._limits_changed = True

    def void_limits(self, *kinds: LimitKind) -> None:
        """Open limits of these kinds count no more, neither in time nor late."""
        for limit in self.open_limits(*kinds) if kinds else []:
            self.void_limit(limit)

    def void_limit(self, limit: Limit) -> None:
        """One that was met already stays so."""
        if limit.ended_at is None:
            limit.voided_at = self.now
            self._limits_changed = True

    @staticmethod
    def due_text(limit: Limit) -> str:
        return iso(limit.due_at)

    def _command(
        self, lane: Lane, kind: CommandKind, target: str, variables: Mapping[str, Any], task_id: str | None = None,
        keys: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Queue an engine command; it leaves in its lane's order after the commit."""
        self.lanes.add(lane)
        outbox.add(
            self.session, letter_id=self.letter.id, lane=lane, number=self.letter.number, kind=kind, target=target,
            by_name=self.actor.name, variables=variables, task_id=task_id, keys=keys,
        )  # fmt: skip

    def complete_task(self, task_id: str, variables: Mapping[str, Any]) -> None:
        self._command(Lane.LETTER, CommandKind.COMPLETE, task_id, variables, task_id=task_id)

    def assign_task(self, task_id: str, person_id: int) -> None:
        self._command(Lane.LETTER, CommandKind.ASSIGN, task_id, {"person": str(person_id)})

    def release_task(self, task_id: str, person_id: int) -> None:
        """Take the person's claim of the task from him, if it is still his when the command arrives."""
        self._command(Lane.LETTER, CommandKind.RELEASE, task_id, {"person": str(person_id)})

    def tell_facts(self, **facts: str | bool | None) -> None:
        """The process's own copies of what changed (its variables' names) follow."""
        self._command(Lane.LETTER, CommandKind.TELL_FACTS, self.letter.number, facts)

    def set_task_due(self, task_id: str, due_text: str) -> None:
        """``due_text``: ISO-8601 with offset."""
        self._command(Lane.LETTER, CommandKind.SET_DUE, task_id, {"due_at": due_text})

    def correlate_last(self, message: MessageName, variables: Mapping[str, Any]) -> None:
        """Like ``correlate``, after every other command of this change: what it waits for is brought about by those."""
        self._last.append((message, variables))

    def correlate(
        self, message: MessageName, variables: Mapping[str, Any] | None = None, keys: Mapping[str, Any] | None = None
    ) -> None:
        """``keys``: process variables that tell apart several instances of the letter that wait for the message."""
        self._command(Lane.LETTER, CommandKind.CORRELATE, message, variables or {}, keys=keys)

    def start_process(self, key: ProcessKey, variables: Mapping[str, Any]) -> None:
        lane = Lane.NOTICE if key is ProcessKey.NOTICE_DELIVERY else Lane.LETTER
        self._command(lane, CommandKind.START, key, variables)

    def start_watch(self) -> None:
        """Start the letter's one watch at the step that is next after this change."""
        variables = {Variable.LETTER_ID: self.letter.id, **self.watched_step()}
        self._command(Lane.WATCH, CommandKind.START, ProcessKey.DEADLINE_WATCH, variables)
        self.letter.is_watched = True
        self._limits_changed = False

    def watched_step(self) -> dict[str, str]:
        """What the watch is told to wait for, noted at the letter."""
        self.letter.watch_at = self.next_step_at()
        return {Variable.NEXT_STEP_AT: iso(self.rulebook.waits_until(self.letter.watch_at, self.now))}

    def _end_watch(self) -> None:
        self._command(Lane.WATCH, CommandKind.CORRELATE, MessageName.LETTER_CLOSED, {})
        self.letter.is_watched, self.letter.watch_at = False, None

    def close(self, **data: Any) -> None:
        """The letter's own way is over: its limits still open are voided. What goes on beside it (supervision, a
        leader's instruction, a promise) keeps its limits, and so the watch."""
        self.void_limits(*ENDS_WITH_LETTER)
        self.letter.closed_at = self.now
        self.record(EventName.LETTER_CLOSED, **data)
        self._limits_changed = True

    def limits_moved(self) -> None:
        """Something that limits' steps depend on changed (urgency): the watch is told if its next step moved."""
        self._limits_changed = True

    def taken_steps(self, limit_ids: Iterable[int]) -> set[tuple[int, str]]:
        """(limit id, step) pairs that have happened."""
        query = select(StepTaken.limit_id, StepTaken.step).where(StepTaken.limit_id.in_(list(limit_ids)))
        return {(limit_id, step) for limit_id, step in self.session.execute(query)}

    def next_step_at(self) -> datetime | None:
        """When the earliest escalation step over all open limits falls due; None if none is left."""
        self.session.flush()
        limits = pressing(self.session, self.letter, self.open_limits())
        step = self.rulebook.next_step(limits, self.letter.urgent, self.taken_steps(limit.id for limit in limits))
        return step.at if step else None

    def finish(self) -> None:
        """Before the commit: the watch is started, told (once, however many limits moved) or ended, as the limits need."""
        for other in self.others:
            other.finish()
        for message, variables in self._last:
            self.correlate(message, variables)
        if not self._limits_changed:
            return
        self.session.flush()
        is_needed = self.letter.closed_at is None or bool(self.open_limits())
        if is_needed and not self.letter.is_watched:
            self.start_watch()
        elif not is_needed and self.letter.is_watched:
            self._end_watch()
        elif is_needed:
            self._tell_watch()

    def _tell_watch(self) -> None:
        before = self.letter.watch_at
        told = self.watched_step()
        if self.letter.watch_at != before:
            self._command(Lane.WATCH, CommandKind.CORRELATE, MessageName.LIMITS_CHANGED, told)


def locked_letter(session: Session, number: str) -> Letter:
    """The letter's row as it is now, locked until the transaction ends; rows that only refer to it may be added.

    Raises NotFound.
    """
    lock = select(Letter).where(Letter.number == number).with_for_update(of=Letter, key_share=True)
    letter = session.scalars(lock.execution_options(populate_existing=True)).first()
    if letter is None:
        raise NoSuchLetter(number)
    return letter
