"""Letters that one reply answers (A6): whoever handles the leading letter reads the joined ones and opens their files."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.events.receipt import WriterAdded, WriterSupplied
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import LetterStatus
from letterbox.services.case.findable import ADDITIONS
from letterbox.services.case.secrecy import masked_for_others
from letterbox.services.records.files import shown_files
from letterbox.services.records.views import JoinedLetter
from letterbox.services.visibility.rule import kept_from_nobody_of, visible_to
from letterbox.store.letters import Letter, LetterEvent


def read_with(session: Session, leading: Letter, actor: Actor) -> list[Letter]:
    """The letters joined to this one that the reader of this one may read too, oldest first.

    The reader may read a joined letter by their own right to it; or, while it waits under the leading one, by the right
    to that one, unless they are kept away from it (A5).
    """
    waits = and_(Letter.status == LetterStatus.JOINED, kept_from_nobody_of(actor))
    query = select(Letter).where(Letter.leading_id == leading.id, or_(visible_to(actor), waits))
    return list(session.scalars(query.order_by(Letter.id)))


def joined_letters(session: Session, leading: Letter, actor: Actor) -> list[JoinedLetter]:
    """The joined letters as the reader of the leading one may see them: text, additions, and the files of both."""
    return [
        JoinedLetter(
            number=each.number,
            title=each.title,
            body=_with_additions(session, each),
            status=each.status,
            received_at=each.received_at,
            attachments=shown_files(session, each, actor),
        )
        for each in read_with(session, leading, actor)
    ]


def _with_additions(session: Session, letter: Letter) -> str:
    """What the writer wrote and what they added since; if it is an accusation, without their traces (A5)."""
    added = (LetterEvent.letter_id == letter.id, LetterEvent.name.in_(ADDITIONS))
    rows = session.scalars(select(LetterEvent).where(*added).order_by(LetterEvent.id))
    bodies = [row.event.body for row in rows if isinstance(row.event, WriterSupplied | WriterAdded)]
    text = "\n\n".join([letter.body, *(f"补充：{body}" for body in bodies if body)])
    return masked_for_others(letter, text)
