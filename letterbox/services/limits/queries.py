"""The SQL of the open limits: what is selected, by whom it is counted, how it is narrowed and ordered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from letterbox.domain.limits.answerers import BY_COORDINATOR, BY_OFFICE, BY_WRITER, WRITERS_TIME
from letterbox.domain.limits.lateness import Borders, Lateness
from letterbox.domain.vocabulary import FINAL_AT, WINDOW_KINDS, LimitKind
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.store.people import Unit

ANSWERING = case(
    (Limit.unit_code.is_not(None), Limit.unit_code),
    (Limit.kind.in_(sorted(WRITERS_TIME)), BY_WRITER),
    (and_(Limit.kind == LimitKind.RETURN_RULING, Letter.returns >= FINAL_AT), BY_COORDINATOR),
    else_=BY_OFFICE,
)
"""The SQL twin of ``answerer``."""
PRESSES_FIRST = or_(Letter.urgent, Letter.red_flag).desc()
SORTS: dict[str, Any] = {
    "due": Limit.due_at,
    "started": Limit.started_at,
    "number": Letter.number,
    "unit": func.coalesce(Unit.position, -1),
    "kind": func.array_position(literal(list(LimitKind), ARRAY(Text)), Limit.kind),
}


def rows() -> Select[Any]:
    """One row a limit, its columns named like ``LimitRow``'s fields."""
    return _from_open(
        select(
            Letter.number,
            Letter.title,
            Letter.category,
            Letter.status,
            Letter.urgent,
            Letter.red_flag,
            Letter.important,
            Limit.kind,
            Limit.started_at,
            Limit.due_at,
            Limit.provisional,
            ANSWERING.label("answering"),
            Unit.short_name.label("answering_name"),
        )
    )


def counts(edges: Borders) -> Select[Any]:
    """By who answers: code, name, all, then one number a lateness."""
    late = [func.count().filter(*in_lateness(each, edges)) for each in Lateness]
    query = select(ANSWERING, Unit.short_name, func.count(), *late)
    return _from_open(query).group_by(ANSWERING, Unit.short_name, Unit.position).order_by(Unit.position, ANSWERING)


def _from_open(query: Select[*tuple[Any, ...]]) -> Select[Any]:
    return (
        query.select_from(Limit)
        .join(Letter, Letter.id == Limit.letter_id)
        .outerjoin(Unit, Unit.code == Limit.unit_code)
        .where(Limit.is_open)
    )


def answers(*codes: str) -> ColumnElement[bool]:
    """Whether one of these answers for the limit."""
    return ANSWERING.in_(codes)


def in_lateness(lateness: str, edges: Borders) -> list[ColumnElement[bool]]:
    """The SQL twin of ``Borders.of``; an unknown word narrows nothing."""
    spans = {
        Lateness.OVERDUE: and_(Limit.due_at < edges.now, Limit.kind.not_in(sorted(WINDOW_KINDS))),
        Lateness.TODAY: and_(Limit.due_at >= edges.now, Limit.due_at < edges.tomorrow),
        Lateness.SOON: and_(Limit.due_at >= edges.tomorrow, Limit.due_at < edges.after_soon),
        Lateness.LATER: Limit.due_at >= edges.after_soon,
    }
    return [spans[Lateness(lateness)]] if lateness in set(Lateness) else []


def order(sort: str) -> list[ColumnElement[Any]]:
    column = SORTS.get(sort.removeprefix("-"))
    tail: list[ColumnElement[Any]] = [Limit.due_at.asc(), Limit.id.asc()]
    if column is None:
        return [PRESSES_FIRST, *tail]
    return [column.desc() if sort.startswith("-") else column.asc(), *tail]
