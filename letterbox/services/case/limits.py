"""The limits of a letter opened for one change: started, moved, ended, voided, all at the change's one instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from letterbox.domain.clock import iso
from letterbox.domain.events.event import Event
from letterbox.domain.events.limits import LimitMoved, StepWithdrawn
from letterbox.domain.vocabulary import LimitKind, MoveCause
from letterbox.services.case.commands import CaseCommands
from letterbox.services.rules.rulebook import ComputedLimit, Rulebook
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit, StepTaken


class EventRecorder(Protocol):
    def __call__(self, event: Event) -> None: ...


class CaseLimits:
    """The letter's limits. ``changed``: whether the watch may have to wait for another instant. ``record`` appends an
    event to the letter."""

    def __init__(
        self,
        session: Session,
        letter: Letter,
        now: datetime,
        rulebook: Rulebook,
        commands: CaseCommands,
        record: EventRecorder,
    ) -> None:
        self._session = session
        self._letter = letter
        self._now = now
        self._rulebook = rulebook
        self._commands = commands
        self._record = record
        self.changed = False

    def start(
        self,
        kind: LimitKind,
        *,
        unit: str | None = None,
        started_at: datetime | None = None,
        computed: ComputedLimit | None = None,
    ) -> Limit:
        """Start a limit at the change's instant, or at ``started_at``. Its end follows from the time-limits table,
        unless ``computed`` is given."""
        start = started_at or self._now
        computed = computed or self._rulebook.limit(kind, self._letter.category, start)
        limit = Limit(
            letter_id=self._letter.id,
            kind=kind,
            unit_code=unit,
            started_at=start,
            due_at=computed.due_at,
            provisional=computed.provisional,
            rule_id=computed.rule_id,
            length=computed.length,
            length_unit=computed.length_unit,
        )
        self._session.add(limit)
        self._session.flush()
        self.changed = True
        return limit

    def move(
        self, limit: Limit, computed: ComputedLimit, *, because: MoveCause | None = None, engine_knows: bool = False
    ) -> None:
        """Give an open limit a newly computed end; its start never moves (H9). The engine's copies and the watch are
        updated.

        If ``because`` is given, the move is recorded on the timeline; if not, the caller records an event of its own.
        ``engine_knows``: another command of this same change already carries the new due instant.
        """
        before = limit.due_at
        limit.due_at, limit.provisional, limit.rule_id = computed.due_at, computed.provisional, computed.rule_id
        limit.length, limit.length_unit = computed.length, computed.length_unit
        if limit.due_at == before:
            return
        self.changed = True
        if not engine_knows:
            self._commands.move_due(limit, {"from": iso(before), "to": iso(limit.due_at)})
        if because:
            kind = LimitKind(limit.kind)
            self._record(LimitMoved(limit=kind, unit=limit.unit_code, because=because, old=before, new=limit.due_at))
        self._strike_undone(limit)

    def _strike_undone(self, limit: Limit) -> None:
        """If a step was taken whose instant now lies ahead again, forget it, so that it is taken again when its instant
        comes (S4); the timeline says that it was withdrawn."""
        taken = {step for _, step in self.taken_steps([limit.id])}
        for step in self._rulebook.undone_steps(limit, self._letter.urgent, taken, self._now) if taken else ():
            self._session.execute(delete(StepTaken).where(StepTaken.limit_id == limit.id, StepTaken.step == step))
            kind = LimitKind(limit.kind)
            self._record(StepWithdrawn(limit=kind, unit=limit.unit_code, step=step, due_at=limit.due_at))

    def running(self, *kinds: LimitKind) -> list[Limit]:
        """Open limits of the letter, earliest due first; only of these kinds, if any are named."""
        query = select(Limit).where(Limit.letter_id == self._letter.id, Limit.is_open)
        if kinds:
            query = query.where(Limit.kind.in_(kinds))
        return list(self._session.scalars(query.order_by(Limit.due_at, Limit.id)))

    def end_all(self, *kinds: LimitKind) -> list[Limit]:
        """End the open limits of these kinds at the change's instant."""
        ended = self.running(*kinds) if kinds else []
        for limit in ended:
            self.end(limit)
        return ended

    def end(self, limit: Limit) -> None:
        limit.ended_at = self._now
        self.changed = True

    def void_all(self, *kinds: LimitKind) -> None:
        """Void the open limits of these kinds: they count neither as in time nor as late."""
        for limit in self.running(*kinds) if kinds else []:
            self.void(limit)

    def void(self, limit: Limit) -> None:
        """Void a limit. If it was met already, it stays met."""
        if limit.ended_at is None:
            limit.voided_at = self._now
            self.changed = True

    def taken_steps(self, limit_ids: Iterable[int]) -> set[tuple[int, str]]:
        """The (limit id, step) pairs of these limits that were taken."""
        query = select(StepTaken.limit_id, StepTaken.step).where(StepTaken.limit_id.in_(list(limit_ids)))
        return {(limit_id, step) for limit_id, step in self._session.execute(query)}
