"""What lists for people who need no sight of letters (operators, administrators, auditors) say of letters kept from
them (A5).

If a thing has to be counted, it stays in the list, without its letter's number and without anything written about it.
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
    """Those of these numbers whose letters are kept from the actor. An actor who belongs to no unit costs no query."""
    asked = {each for each in numbers if each}
    if not asked or not actor.belongs_to:
        return frozenset()
    return frozenset(session.scalars(select(Letter.number).where(Letter.number.in_(asked), kept_from(actor))))


def names_none_hidden(actor: Actor, *columns: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """A condition on rows of records: none of the columns, read as text, contains the number of a letter that is kept
    from the actor."""
    contains_number = or_(*(cast(column, Text).contains(Letter.number) for column in columns))
    return ~exists(select(Letter.id).where(kept_from(actor), contains_number))
