"""How often an external task was handed out: what a poison task is found by (an expired lock costs no retry)."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from letterbox.store.database import Database
from letterbox.store.worker_effects import TaskDelivery


class TaskDeliveries:
    """The worker runtime's DeliveryLog, shared by every worker process."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def delivered(self, task_id: str) -> int:
        upsert = insert(TaskDelivery).values(external_task_id=task_id, count=1)
        upsert = upsert.on_conflict_do_update(
            index_elements=[TaskDelivery.external_task_id], set_={"count": TaskDelivery.count + 1}
        )
        with self._database.transaction() as session:
            return int(session.execute(upsert.returning(TaskDelivery.count)).scalar_one())

    def answered(self, task_id: str) -> None:
        with self._database.transaction() as session:
            session.execute(delete(TaskDelivery).where(TaskDelivery.external_task_id == task_id))
