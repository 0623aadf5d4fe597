"""A letter's status computed anew from its events, to check the record against itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.events.codec import readable
from letterbox.domain.status import MOVES, project
from letterbox.domain.vocabulary import FINAL_STATUSES, EventName, LetterStatus
from letterbox.store.letters import LetterEvent

STATUS_EVENTS = [*MOVES, EventName.REHANDLING_DECIDED]


def true_statuses(session: Session, letter_ids: Collection[int]) -> Mapping[int, LetterStatus]:
    """Letter's id → status that follows from its events. One query over the events that can change a status."""
    return {letter_id: status for letter_id, (status, _) in _replayed(session, letter_ids).items()}


def true_status(session: Session, letter_id: int) -> tuple[LetterStatus, datetime | None]:
    """The status that follows from the letter's events, and when the letter ended for good (None while it has not)."""
    return _replayed(session, [letter_id])[letter_id]


def _replayed(session: Session, letter_ids: Collection[int]) -> dict[int, tuple[LetterStatus, datetime | None]]:
    found: dict[int, tuple[LetterStatus, datetime | None]] = dict.fromkeys(letter_ids, (LetterStatus.RECEIVED, None))
    query = select(LetterEvent.letter_id, LetterEvent.name, LetterEvent.data, LetterEvent.at)
    changes = query.where(LetterEvent.letter_id.in_(letter_ids), LetterEvent.name.in_(STATUS_EVENTS))
    for letter_id, name, data, at in session.execute(changes.order_by(LetterEvent.id)):
        before, ended_at = found[letter_id]
        status = project(before, name, readable(name, data))
        has_just_ended = status in FINAL_STATUSES and before not in FINAL_STATUSES
        found[letter_id] = status, at if has_just_ended else ended_at
    return found
