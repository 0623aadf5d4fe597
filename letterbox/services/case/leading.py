"""The leading letter that somebody names (A6): found before anything is locked, so that two who join at once wait for each other."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from letterbox.domain.clean_text import plain_number
from letterbox.domain.forms.form import Values
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import LetterStatus
from letterbox.services.visibility.rule import kept_from_nobody_of
from letterbox.store.letters import Letter

LOCK = "SELECT pg_advisory_xact_lock(hashtext('letterbox joining'))"


def lock_leading(session: Session, values: Values, actor: Actor) -> str | None:
    """Let nobody else join letters until this transaction ends, and find the leading letter.

    It is the letter that ``joined_to`` names or, if that one is joined itself, the one that leads it. Returns its
    number; None if there is none, or if the actor is kept away from it (A5). The lock is needed because two letters
    that are joined to each other at once would each wait for the other. If ``joined_to`` is empty, nothing is locked.
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
