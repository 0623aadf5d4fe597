"""What a letter is found by, kept with each change of it: only words that everybody who may know of the letter may read.

Of an accusation that is its text without its writer's traces (A5), and nobody finds it by who wrote it. Of a letter that
was one once, neither what was added nor what was answered before it was cleared. Drafts of replies are the lead's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Text, cast, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from letterbox.domain.events.event import Event
from letterbox.domain.events.receipt import WriterAdded, WriterSupplied
from letterbox.domain.events.screening import LetterRecategorised
from letterbox.domain.search import keys_of, looked_through
from letterbox.domain.vocabulary import Category, EventName
from letterbox.domain.writer_keys import keys_of_writer
from letterbox.services.case.secrecy import hidden_place, mask_for_others
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.replies import Reply
from letterbox.store.sealing import Sealer, sealer_at
from letterbox.store.search import WRITER_KEY, LetterSearch, WriterKey

ADDITIONS = (EventName.WRITER_SUPPLIED, EventName.WRITER_ADDED)


@dataclass(frozen=True, slots=True)
class Findable:
    """One text by which a letter is found. ``where``: number, title, body, place, addition, reply."""

    where: str
    text: str


class Happened(Protocol):
    """An event, as it is kept or as it is shown; ``event`` is None where it cannot be read."""

    @property
    def name(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def event(self) -> Event | None: ...


def cleared_at(category: str | None, events: Iterable[Happened]) -> datetime | None:
    """When somebody agreed that a letter is no accusation, or one of somebody else; None if it never was one.

    A change that cannot be read counts as one: rather too little is shown.
    """
    changes = [(each.at, each.event) for each in events if each.name == EventName.LETTER_RECATEGORISED]
    agreed = [at for at, change in changes if not isinstance(change, LetterRecategorised) or change.agreed_by]
    if agreed or category == Category.REPORT:
        return agreed[-1] if agreed else None
    was_report = (
        at for at, change in changes if isinstance(change, LetterRecategorised) and change.before is Category.REPORT
    )
    return max(was_report, default=None)


def findable_texts(session: Session, letters: Sequence[Letter]) -> dict[int, list[Findable]]:
    """By the letters' ids; two queries for all of them."""
    ids = [letter.id for letter in letters]
    events, replies = defaultdict[int, list[LetterEvent]](list), defaultdict[int, list[Reply]](list)
    wanted = (LetterEvent.letter_id.in_(ids), LetterEvent.name.in_((*ADDITIONS, EventName.LETTER_RECATEGORISED)))
    for event in session.scalars(select(LetterEvent).where(*wanted).order_by(LetterEvent.id)):
        events[event.letter_id].append(event)
    delivered = select(Reply).where(Reply.letter_id.in_(ids), Reply.delivered_at.is_not(None))
    for reply in session.scalars(delivered.order_by(Reply.id)):
        replies[reply.letter_id].append(reply)
    return {letter.id: list(_texts(letter, events[letter.id], replies[letter.id])) for letter in letters}


def _texts(letter: Letter, events: Sequence[LetterEvent], replies: Sequence[Reply]) -> Iterator[Findable]:
    mask, is_report = mask_for_others(letter), letter.category == Category.REPORT
    yield Findable("number", letter.number)
    yield Findable("title", letter.title)
    yield Findable("body", letter.body)
    if letter.place:
        yield Findable("place", (hidden_place(letter) if is_report else letter.place) or "")
    if letter.channel_reference and not is_report:
        yield Findable("number", letter.channel_reference)
    cleared = cleared_at(letter.category, events)
    for row in events:
        addition = row.event
        if isinstance(addition, WriterSupplied | WriterAdded) and (cleared is None or row.at > cleared):
            yield Findable("addition", mask(addition.body))
    for reply in replies:
        if cleared is None or reply.drafted_at > cleared:
            yield Findable("reply", mask(reply.body))


def text_of(session: Session, letter: Letter) -> str:
    return looked_through((each.text for each in findable_texts(session, [letter])[letter.id]), letter.lead_unit)


def writer_digests(letter: Letter, sealer: Sealer) -> set[str]:
    """By what the letter's writer is found, under the current key."""
    return {sealer.digests(key, WRITER_KEY)[0] for key in _writer_keys(letter)}


def make_findable(session: Session, letter: Letter) -> bool:
    """Write down what the letter is found by now, in the transaction of its change. Whether anything was to be written."""
    session.flush()
    wanted = text_of(session, letter)
    found = session.scalar(select(LetterSearch.text).where(LetterSearch.letter_id == letter.id))
    if found != wanted:
        _write(session, letter.id, wanted)
    return _keep_writer_keys(session, letter) or found != wanted


def _write(session: Session, letter_id: int, text: str) -> None:
    words = func.array_to_tsvector(cast(keys_of(letter_id, text), ARRAY(Text)))
    row = insert(LetterSearch).values(letter_id=letter_id, text=text, words=words)
    changed = {"text": row.excluded.text, "words": row.excluded.words}
    session.execute(row.on_conflict_do_update(index_elements=[LetterSearch.letter_id], set_=changed))


def _keep_writer_keys(session: Session, letter: Letter) -> bool:
    """Whether they changed."""
    kept = set(session.scalars(select(WriterKey.digest).where(WriterKey.letter_id == letter.id)))
    wanted = writer_digests(letter, sealer_at(session))
    if kept == wanted:
        return False
    session.execute(delete(WriterKey).where(WriterKey.letter_id == letter.id))
    if wanted:
        session.execute(insert(WriterKey), [{"digest": each, "letter_id": letter.id} for each in sorted(wanted)])
    return True


def _writer_keys(letter: Letter) -> set[str]:
    writer = letter.writer
    return set() if letter.category == Category.REPORT else keys_of_writer(writer.name, writer.phone, writer.email)
