"""What lists for people who need no sight of letters (operators, administrators, auditors) say of those kept from them (A5).

Where a thing has to be counted it stays, without its letter's number or anything written about it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, cast, exists, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.permissions import Actor
from letterbox.services.visibility.rule import kept_from
from letterbox.store.letters import Letter

HIDDEN_LETTER = "一封您不能查看的来信"
NOT_YOURS = "这封来信您不能查看，请另一位运维人员处理"


def hidden_among(session: Session, actor: Actor, numbers: Iterable[str | None]) -> frozenset[str]:
    """Those of the numbers from whose letters the actor is kept away. No query for whoever is of no unit."""
    asked = {each for each in numbers if each}
    if not asked or not actor.belongs_to:
        return frozenset()
    return frozenset(session.scalars(select(Letter.number).where(Letter.number.in_(asked), kept_from(actor))))


def names_none_hidden(actor: Actor, *columns: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """For records: none of the columns, read as text, holds the number of a letter from which the actor is kept away."""
    contains_number = or_(*(cast(column, Text).contains(Letter.number) for column in columns))
    return ~exists(select(Letter.id).where(kept_from(actor), contains_number))
