"""The leading letter that somebody names (A6): found before anything is locked, so that two who join at once wait for each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from letterbox.domain.clean_text import plain_number
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import LetterStatus
from letterbox.services.visibility.rule import kept_from_nobody_of
from letterbox.store.letters import Letter

Values = Mapping[str, Any]
LOCK = "SELECT pg_advisory_xact_lock(hashtext('letterbox joining'))"


def leading_number(session: Session, values: Values, actor: Actor) -> str | None:
    """The number of the letter that ``joined_to`` names, or of the one it is itself joined to; None if there is none,
    or none that the actor may know of (A5).

    One join at a time until its transaction ends: of two letters joined to each other each would wait for the other.
    """
    typed = typed_number(values)
    if not typed:
        return None
    session.execute(text(LOCK))
    query = select(Letter.number, Letter.status, Letter.leading_id).where(kept_from_nobody_of(actor))
    letter = session.execute(query.where(Letter.number == typed)).first()
    while letter is not None and letter.status == LetterStatus.JOINED and letter.leading_id is not None:
        letter = session.execute(query.where(Letter.id == letter.leading_id)).first()
    return None if letter is None else letter.number


def typed_number(values: Values) -> str:
    return plain_number(str(values.get("joined_to") or ""))
