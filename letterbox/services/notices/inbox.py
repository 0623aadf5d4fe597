"""A person's in-app notices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update

from letterbox.domain.clock import Clock
from letterbox.domain.page import Page, items_before
from letterbox.domain.permissions import Actor
from letterbox.services.case.secrecy import mask_for_others
from letterbox.services.notices.notices import IN_APP
from letterbox.services.visibility.rule import kept_from_nobody_of
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.store.studio import StudioProposal

PAGE = 20
_OWN = (
    select(Delivery, Letter)
    .join(Notice, Notice.id == Delivery.notice_id)
    .outerjoin(Letter, Letter.id == Notice.letter_id)
    .outerjoin(StudioProposal, StudioProposal.id == Notice.proposal_id)
)


@dataclass(frozen=True, slots=True)
class InAppNotice:
    """``number`` is empty for a notice about no letter."""

    id: int
    number: str
    subject: str
    body: str
    created_at: datetime
    read_at: datetime | None


class Inbox:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def unread(self, actor: Actor) -> int:
        with self._database.reading() as session:
            query = _OWN.where(*_own(actor), Delivery.read_at.is_(None))
            return session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0

    def list(self, actor: Actor, page: int = 1) -> Page[InAppNotice]:
        """The person's notices: unread ones first, then the newest."""
        with self._database.reading() as session:
            own = _OWN.where(*_own(actor))
            total = session.scalar(own.with_only_columns(func.count(), maintain_column_froms=True)) or 0
            query = own.order_by(Delivery.read_at.is_not(None), Delivery.id.desc())
            rows = session.execute(query.offset(items_before(page, PAGE)).limit(PAGE)).all()
            items = [_notice(delivery, letter) for delivery, letter in rows]
        return Page(items=items, page=page, per_page=PAGE, total=total)

    def mark_read(self, actor: Actor, ids: Iterable[int]) -> None:
        own = Delivery.channel == IN_APP, Delivery.person_id == int(actor.id or 0)
        change = update(Delivery).where(*own, Delivery.id.in_(list(ids)), Delivery.read_at.is_(None))
        with self._database.transaction() as session:
            session.execute(change.values(read_at=self._clock.now()))


def _notice(row: Delivery, letter: Letter | None) -> InAppNotice:
    """A notice as its reader may see it: if its letter became an accusation after it was written, without who wrote the
    letter (A5)."""
    if letter is None:
        return InAppNotice(
            id=row.id,
            number="",
            subject=row.subject,
            body=row.body or "",
            created_at=row.created_at,
            read_at=row.read_at,
        )
    mask = mask_for_others(letter)
    return InAppNotice(
        id=row.id,
        number=letter.number,
        subject=mask(row.subject),
        body=mask(row.body or ""),
        created_at=row.created_at,
        read_at=row.read_at,
    )


def _own(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """The person's notices, without those of letters that are kept from them since (A5) and those of proposals decided
    before they read of them."""
    is_his = or_(Notice.letter_id.is_(None), kept_from_nobody_of(actor))
    is_worth_it = or_(Notice.proposal_id.is_(None), Delivery.read_at.is_not(None), StudioProposal.is_open)
    return Delivery.channel == IN_APP, Delivery.person_id == int(actor.id or 0), is_his, is_worth_it
