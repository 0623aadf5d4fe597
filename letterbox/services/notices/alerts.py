"""Who was alerted of a letter that may be about somebody's life, and when (P2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.services.visibility.rule import letter_seen_by
from letterbox.store.database import Database
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import Person

RED_FLAG_ALERT = "red_flag_alert"


@dataclass(frozen=True, slots=True)
class Alerted:
    """``read_at``: when he read it on the desk; None if he has not."""

    name: str
    at: datetime
    read_at: datetime | None


class Alerts:
    """For the offices that read every letter; a unit is not told whom they alerted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, number: str, actor: Actor) -> list[Alerted]:
        """In order of their names. Raises NotFound, also for a letter that the actor may not know of."""
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            if not actor.has(*SEES_ALL_LETTERS):
                return []
            query = (
                select(Person.name, func.min(Delivery.created_at), func.min(Delivery.read_at))
                .join(Delivery, Delivery.person_id == Person.id)
                .join(Notice, Notice.id == Delivery.notice_id)
                .where(Notice.letter_id == letter.id, Notice.text == RED_FLAG_ALERT)
                .group_by(Person.id, Person.name)
                .order_by(Person.name)
            )
            return [Alerted(name=name, at=at, read_at=read_at) for name, at, read_at in session.execute(query)]
