"""What the operator watches: how much waits, and where something stands still."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from letterbox.domain.clock import Clock
from letterbox.domain.vocabulary import FINAL_STATUSES
from letterbox.store.commands import CommandStatus, OutboxCommand
from letterbox.store.database import Database
from letterbox.store.faults import Stall
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.store.notices import Delivery, DeliveryStatus


class Backlog:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def waiting(self) -> dict[str, int]:
        """Counts: open letters, overdue limits, commands waiting and stopped, notices not delivered, what stands still."""
        queries = {
            "open_letters": select(func.count()).select_from(Letter).where(Letter.status.not_in(FINAL_STATUSES)),
            "overdue_limits": select(func.count())
            .select_from(Limit)
            .where(Limit.presses, Limit.due_at < self._clock.now()),
            "commands_waiting": _commands(CommandStatus.PENDING),
            "commands_stopped": _commands(CommandStatus.STOPPED),
            "notices_waiting": _deliveries(DeliveryStatus.PENDING, DeliveryStatus.SENDING),
            "stalls": select(func.count()).select_from(Stall).where(Stall.gone_at.is_(None), Stall.looks >= 2),
            "notices_failed": _deliveries(DeliveryStatus.FAILED, DeliveryStatus.IN_DOUBT),
        }
        with self._database.reading() as session:
            return {kind: session.scalar(query) or 0 for kind, query in queries.items()}


def _commands(status: CommandStatus) -> Select[int]:
    return select(func.count()).select_from(OutboxCommand).where(OutboxCommand.status == status)


def _deliveries(*statuses: DeliveryStatus) -> Select[int]:
    return select(func.count()).select_from(Delivery).where(Delivery.status.in_(statuses))
