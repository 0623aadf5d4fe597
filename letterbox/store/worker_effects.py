"""What workers have done, and how often an external task was handed to one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from letterbox.store.base import Base, Short


class WorkerEffect(Base):
    """The outcome of an external task, stored with its effect: a redelivery is answered from here."""

    __tablename__ = "worker_effects"

    external_task_id: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[Short]
    variables: Mapped[dict[str, Any]]
    done_at: Mapped[datetime]


class TaskDelivery(Base):
    """How often an external task was handed to a worker; a poison task is found by this count."""

    __tablename__ = "task_deliveries"

    external_task_id: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
