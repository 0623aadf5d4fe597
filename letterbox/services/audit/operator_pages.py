"""The record of what operators did to letters' processes, to be read by operators."""

from __future__ import annotations

from sqlalchemy import func, select

from letterbox.domain.page import Page, items_before, nearest_page
from letterbox.domain.permissions import Actor, require_operator
from letterbox.services.audit.log import Subject
from letterbox.services.audit.log_pages import AdminEntry, entry_of, of_none_hidden
from letterbox.store.admin_events import AdminEvent
from letterbox.store.database import Database

PAGE = 30
KINDS = (Subject.LETTER, Subject.PROCESS, Subject.NOTICE)


class OperatorLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, actor: Actor, *, letter: str = "", page: int = 1) -> Page[AdminEntry]:
        """Latest first; ``letter``: of one letter. Raises NotAllowed."""
        require_operator(actor)
        query = select(AdminEvent).where(AdminEvent.subject_kind.in_(KINDS))
        query = query.where(of_none_hidden(actor))
        if letter:
            query = query.where(AdminEvent.subject_id == letter)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            number = nearest_page(page, total, PAGE)
            rows = session.scalars(query.order_by(AdminEvent.id.desc()).offset(items_before(number, PAGE)).limit(PAGE))
            return Page(items=[entry_of(row) for row in rows], page=number, per_page=PAGE, total=total)
