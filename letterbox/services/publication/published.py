"""What the public may read: answered letters whose writers and reviewers agreed (P3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from letterbox.domain.errors import NotFound
from letterbox.domain.page import Page, items_before
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.replies import Publication as Published
from letterbox.store.unit_names import UnitNames, unit_names_then

PAGE = 15


@dataclass(frozen=True, slots=True)
class PublishedLetter:
    number: str
    title: str
    body: str
    reply: str
    unit_name: str
    category: str
    received_at: datetime
    answered_at: datetime
    corrected_at: datetime | None = None


class PublicLetters:
    """Reads only the public copies."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, q: str, category: str | None, unit: str | None, page: int) -> Page[PublishedLetter]:
        """Newest first; ``q`` is looked for in title, letter and reply, as plain text."""
        conditions: list[ColumnElement[bool]] = [Published.published_at.is_not(None)]
        if words := q.strip()[:100]:
            columns = (Published.title, Published.body, Published.reply)
            conditions.append(or_(*(column.contains(words, autoescape=True) for column in columns)))
        if category:
            conditions.append(Published.category == category)
        if unit:
            conditions.append(Published.unit_code == unit)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(Published).where(*conditions)) or 0
            query = _joined().where(*conditions).order_by(Published.published_at.desc(), Published.letter_id.desc())
            rows = session.execute(query.offset(items_before(page, PAGE)).limit(PAGE)).all()
            names = unit_names_then(session)
        found = [_letter(copy, number, names) for copy, number in rows]
        return Page(items=found, page=page, per_page=PAGE, total=total)

    def get(self, number: str) -> PublishedLetter:
        """Raises NotFound, also for a letter that exists but was not published."""
        with self._database.reading() as session:
            row = session.execute(_joined().where(Letter.number == number)).first()
            names = unit_names_then(session)
        if row is None:
            raise NotFound("没有公开的这封来信")
        return _letter(row[0], row[1], names)


def _joined() -> Select[Published, str]:
    return select(Published, Letter.number).join(Letter, Letter.id == Published.letter_id)


def _letter(row: Published, number: str, names: UnitNames) -> PublishedLetter:
    return PublishedLetter(
        number=number,
        title=row.title,
        body=row.body,
        reply=row.reply,
        unit_name=names.of(row.unit_code, row.answered_at),
        category=row.category,
        received_at=row.received_at,
        answered_at=row.answered_at,
        corrected_at=row.corrected_at,
    )
