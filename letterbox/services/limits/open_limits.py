"""Every open limit of the county on one page: filtered, sorted, counted by who answers for it (design 8b)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import ConfigError, NotAllowed
from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.limits.lateness import Borders, Lateness, borders
from letterbox.domain.page import Page, items_before
from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.domain.vocabulary import WINDOW_KINDS
from letterbox.services.limits import queries
from letterbox.services.rules.rulebook import Rulebook
from letterbox.services.visibility.rule import visible_to
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit

PAGE = 50
URGENT_FIRST = "urgent"


@dataclass(frozen=True, slots=True)
class LimitFilter:
    """``unit``: whose limits, as ``answerers.answerer`` says it; empty values narrow nothing. Without a ``kind`` the windows
    that only close (``WINDOW_KINDS``) are left out. ``sort``: a name of ``queries.SORTS``, ``-`` before it for the other
    direction; anything else: urgent letters first (P2), then the earliest due."""

    unit: str = ""
    kind: str = ""
    lateness: str = ""
    urgent: bool = False
    q: str = ""
    sort: str = URGENT_FIRST


@dataclass(frozen=True, slots=True)
class LimitRow:
    """``answering``: who answers, as ``answerers.answerer`` says it; only a unit has an ``answering_name``."""

    number: str
    title: str
    category: str | None
    status: str
    urgent: bool
    red_flag: bool
    important: bool
    kind: str
    answering: str
    answering_name: str | None
    started_at: datetime
    due_at: datetime
    provisional: bool
    lateness: Lateness | None


@dataclass(frozen=True, slots=True)
class LimitCount:
    """Open limits; ``late`` of them counts each lateness."""

    open: int
    late: dict[Lateness, int]


@dataclass(frozen=True, slots=True)
class AnsweringCount:
    answering: str
    name: str | None
    count: LimitCount


@dataclass(frozen=True, slots=True)
class LimitPage(Page[LimitRow]):
    """``count`` is of the same filter in every lateness, ``by_answering`` of the
    same filter in every lateness and every unit, most overdue first."""

    count: LimitCount
    by_answering: list[AnsweringCount]


class OpenLimits:
    """Lists open limits for those who see all letters; anybody else gets NotAllowed."""

    def __init__(self, database: Database, clock: Clock, rulebook: Rulebook) -> None:
        self._database = database
        self._clock = clock
        self._rulebook = rulebook

    def page(self, actor: Actor, narrowed: LimitFilter, page: int) -> LimitPage:
        """One page of the limits. Two queries."""
        _allow(actor)
        edges = self._borders()
        with self._database.reading() as session:
            by_answering = _by_answering(session, actor, narrowed, edges)
            chosen = [each.count for each in by_answering if narrowed.unit in ("", each.answering)]
            count = LimitCount(
                sum(each.open for each in chosen), {at: sum(c.late[at] for c in chosen) for at in Lateness}
            )
            total = count.late[Lateness(narrowed.lateness)] if narrowed.lateness in set(Lateness) else count.open
            query = self._query(actor, narrowed, edges).offset(items_before(page, PAGE)).limit(PAGE)
            items = [_row(row, edges) for row in session.execute(query)] if items_before(page, PAGE) < total else []
        return LimitPage(items=items, page=page, per_page=PAGE, total=total, count=count, by_answering=by_answering)

    def rows(self, actor: Actor, narrowed: LimitFilter) -> list[LimitRow]:
        """All rows of the filter, for a file."""
        _allow(actor)
        edges = self._borders()
        with self._database.reading() as session:
            return [_row(row, edges) for row in session.execute(self._query(actor, narrowed, edges))]

    def _query(self, actor: Actor, narrowed: LimitFilter, edges: Borders) -> Select[Any]:
        conditions = [*_conditions(actor, narrowed), *queries.in_lateness(narrowed.lateness, edges)]
        if narrowed.unit:
            conditions.append(queries.answers(narrowed.unit))
        return queries.rows().where(*conditions).order_by(*queries.order(narrowed.sort))

    def calendar(self) -> WorkCalendar:
        """The calendar by which the words about due dates are computed."""
        try:
            return self._rulebook.calendar()
        except ConfigError:  # nothing is deployed yet, so there are no limits either
            return WorkCalendar((), ())

    def _borders(self) -> Borders:
        return borders(self._clock.now(), self.calendar())


def _by_answering(session: Session, actor: Actor, narrowed: LimitFilter, edges: Borders) -> list[AnsweringCount]:
    found = [
        AnsweringCount(answering, name, LimitCount(total, dict(zip(Lateness, late, strict=True))))
        for answering, name, total, *late in session.execute(queries.counts(edges).where(*_conditions(actor, narrowed)))
    ]
    return sorted(found, key=lambda each: tuple(-each.count.late[at] for at in Lateness))


def _conditions(actor: Actor, narrowed: LimitFilter) -> list[ColumnElement[bool]]:
    kind = Limit.kind == narrowed.kind if narrowed.kind else Limit.kind.not_in(sorted(WINDOW_KINDS))
    conditions = [kind, visible_to(actor)]
    if narrowed.urgent:
        conditions.append(or_(Letter.urgent, Letter.red_flag))
    if words := narrowed.q.strip():
        found = [column.contains(words, autoescape=True) for column in (Letter.number, Letter.title, Letter.body)]
        conditions.append(or_(*found))
    return conditions


def _row(row: Row[Any], edges: Borders) -> LimitRow:
    return LimitRow(**row._asdict(), lateness=edges.of(row.kind, row.due_at))


def _allow(actor: Actor) -> None:
    if not actor.has(*SEES_ALL_LETTERS):
        raise NotAllowed("只有督查、协调、领导和电子政务办可以查看全部时限")
