"""A letter's files, as the reader may know of them: a file of an accusation waits until the office has decided about it
(A5)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.permissions import MAY_UNMASK, Actor
from letterbox.domain.vocabulary import Category
from letterbox.files.without_metadata import can_be_cleaned
from letterbox.services.case.secrecy import mask_for_others
from letterbox.services.records.views import AttachmentView
from letterbox.store.letters import Attachment, AttachmentRelease, Letter


class FileDecision(StrEnum):
    """The decision about a file of an accusation; while there is none, the file waits."""

    RELEASED = "released"
    KEPT_BACK = "kept_back"


def shown_files(session: Session, letter: Letter, actor: Actor) -> list[AttachmentView]:
    """A letter's files with what this reader may do with each; their names are masked with the rest of the record."""
    rows = files_of(session, letter)
    is_report, knows = letter.category == Category.REPORT, actor.has(*MAY_UNMASK)
    decided = decisions_of(session, [row.id for row in rows]) if is_report else {}
    mask = mask_for_others(letter)
    return [
        AttachmentView(
            id=row.id,
            filename=mask(row.filename),
            size=row.size,
            media_type=row.media_type,
            release=decided.get(row.id, "waiting") if is_report else None,
            is_open=not is_report or knows or decided.get(row.id) == FileDecision.RELEASED,
            can_be_released=can_be_cleaned(row.media_type),
        )
        for row in rows
    ]


def decisions_of(session: Session, ids: list[int]) -> dict[int, str]:
    query = select(AttachmentRelease).where(AttachmentRelease.attachment_id.in_(ids))
    return {row.attachment_id: row.decision for row in session.scalars(query)}


def files_of(session: Session, letter: Letter) -> list[Attachment]:
    query = select(Attachment).where(Attachment.letter_id == letter.id)
    return list(session.scalars(query.order_by(Attachment.id)))
