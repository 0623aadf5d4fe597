"""Giving up what can never be done: a message nobody will wait for, a notice whose recipient was told otherwise."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from letterbox.domain.errors import WrongState
from letterbox.domain.permissions import Actor, require_operator
from letterbox.outbox import resend
from letterbox.outbox.relay import OutboxRelay
from letterbox.services.audit.log import AdminAction, Administration, required_reason
from letterbox.services.operations.stuck.items import Stuck, StuckKind
from letterbox.services.operations.stuck.retrying import about
from letterbox.services.operations.stuck.rows import repairable
from letterbox.services.operations.stuck.work import StuckWork
from letterbox.store.notices import Delivery, DeliveryStatus


class Discarding:
    def __init__(self, work: StuckWork, administration: Administration, relay: OutboxRelay) -> None:
        self._work = work
        self._administration = administration
        self._relay = relay

    def discard(self, actor: Actor, seen: Stuck, reason: str) -> Stuck:
        """Change and record are one transaction; commands that waited behind a dropped one leave at once.

        Raises FieldErrors without a reason, WrongState if it cannot be given up or is not stuck any more, NotFound.
        """
        require_operator(actor)
        reason = required_reason(reason)
        stuck = self._work.one(actor, seen.kind, seen.id)
        if not stuck.discarding:
            raise WrongState("这件事不能放弃：来信会因此永远停住。请排除原因后重试")
        with self._administration.change(actor) as change:
            lane = self._discarded(change.session, stuck)
            before = {"place": stuck.name, "cause": stuck.cause}
            change.record(AdminAction.STUCK_DISCARDED, about(stuck), reason=reason, before=before)
        if lane is not None:
            self._relay.relay_lane(*lane)
        return stuck

    def _discarded(self, session: Session, stuck: Stuck) -> tuple[int, str] | None:
        """The lane to go on with, if it was a command. Raises WrongState if it changed a moment ago."""
        if stuck.kind is StuckKind.COMMAND:
            lane = resend.give_up(session, int(stuck.id))
            if lane is None:
                raise WrongState("刚刚已经有人处理了这条指令")
            return lane
        discarded = update(Delivery).where(repairable(int(stuck.id), stuck.letter))
        row = session.execute(
            discarded.values(status=DeliveryStatus.DISCARDED, body=None).returning(Delivery.id)
        ).first()
        if row is None:
            raise WrongState("刚刚已经有人处理了这条通知")
        return None
