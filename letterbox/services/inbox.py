"""A person's in-app notices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update

from letterbox.domain.clock import Clock
from letterbox.domain.permissions import Actor
from letterbox.services.notices import IN_APP
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice

PAGE = 20


@dataclass(frozen=True, slots=True)
class InAppNotice:
    id: int
    number: str
    subject: str
    body: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxPage:
    items: list[InAppNotice]
    page: int
    pages: int
    total: int


class Inbox:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def unread(self, actor: Actor) -> int:
        with self._database.reading() as session:
            query = select(func.count()).select_from(Delivery).where(*_own(actor), Delivery.read_at.is_(None))
            return session.scalar(query) or 0

    def list(self, actor: Actor, page: int = 1) -> InboxPage:
        """Unread ones first, then the newest."""
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(Delivery).where(*_own(actor))) or 0
            query = (
                select(Delivery, Letter.number)
                .join(Notice, Notice.id == Delivery.notice_id)
                .join(Letter, Letter.id == Notice.letter_id)
                .where(*_own(actor))
                .order_by(Delivery.read_at.is_not(None), Delivery.id.desc())
            )
            rows = session.execute(query.offset((max(1, page) - 1) * PAGE).limit(PAGE)).all()
        items = [InAppNotice(d.id, number, d.subject, d.body or "", d.created_at, d.read_at) for d, number in rows]
        return InboxPage(items, page, max(1, -(-total // PAGE)), total)

    def mark_read(self, actor: Actor, ids: Iterable[int]) -> None:
        change = update(Delivery).where(*_own(actor), Delivery.id.in_(list(ids)), Delivery.read_at.is_(None))
        with self._database.transaction() as session:
            session.execute(change.values(read_at=self._clock.now()))


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return Delivery.channel == IN_APP, Delivery.person_id == int(actor.id or 0)
