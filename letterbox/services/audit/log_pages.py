"""The record of administration, to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from letterbox.domain.clean_text import one_line
from letterbox.domain.cut_list import CutList
from letterbox.domain.page import Page, items_before, nearest_page
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.audit.log import Administration, require_one_of
from letterbox.services.visibility.hidden import names_none_hidden
from letterbox.store.admin_events import AdminEvent
from letterbox.store.database import Database

PAGE = 30
ADMINISTRATORS_IN_ORDER = (Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
"""Who reads the record: system, security and audit."""


@dataclass(frozen=True, slots=True)
class AdminEntry:
    id: int
    at: datetime
    by_name: str
    action: str
    subject_kind: str
    subject_id: str
    subject_name: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


class AdminLog:
    def __init__(self, database: Database, administration: Administration) -> None:
        self._database = database
        self._administration = administration

    def page(self, actor: Actor, *, q: str = "", kind: str = "", page: int = 1) -> Page[AdminEntry]:
        """Latest first; ``q`` looks into names and reasons, ``kind`` is a ``Subject``. Raises NotAllowed."""
        require_one_of(actor, *ADMINISTRATORS_IN_ORDER)
        query = _filtered(select(AdminEvent).where(of_none_hidden(actor)), q, kind)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            number = nearest_page(page, total, PAGE)
            rows = session.scalars(query.order_by(AdminEvent.id.desc()).offset(items_before(number, PAGE)).limit(PAGE))
            return Page(items=[entry_of(row) for row in rows], page=number, per_page=PAGE, total=total)

    def of(self, actor: Actor, kind: str, subject_id: str, limit: int = 20) -> CutList[AdminEntry]:
        """What was changed about one subject, latest first. Raises NotAllowed."""
        require_one_of(actor, *ADMINISTRATORS_IN_ORDER)
        about = AdminEvent.subject_kind == kind, AdminEvent.subject_id == subject_id
        query = select(AdminEvent).where(*about, of_none_hidden(actor))
        with self._database.reading() as session:
            rows = session.scalars(query.order_by(AdminEvent.id.desc()).limit(limit))
            total = session.scalar(select(func.count()).select_from(query.subquery()))
            return CutList((entry_of(row) for row in rows), of=total)


def of_none_hidden(actor: Actor) -> ColumnElement[bool]:
    """Entries that name no letter from which the reader is kept away (A5)."""
    said = AdminEvent.subject_id, AdminEvent.subject_name, AdminEvent.reason, AdminEvent.before, AdminEvent.after
    return names_none_hidden(actor, *said)


def _filtered(query: Select[AdminEvent], q: str, kind: str) -> Select[AdminEvent]:
    if kind:
        query = query.where(AdminEvent.subject_kind == kind)
    if one_line(q):
        columns = (AdminEvent.by_name, AdminEvent.subject_name, AdminEvent.subject_id, AdminEvent.reason)
        query = query.where(or_(*(column.icontains(one_line(q), autoescape=True) for column in columns)))
    return query


def entry_of(row: AdminEvent) -> AdminEntry:
    return AdminEntry(
        id=row.id,
        at=row.at,
        by_name=row.by_name,
        action=row.action,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        subject_name=row.subject_name,
        reason=row.reason,
        before=row.before or {},
        after=row.after or {},
    )
