"""Who wrote an accusation (A5): this is taken out of what everybody reads, and shown to those who may know only if they
ask.

While a letter is an accusation, its title and text are kept without its writer's traces and without personal data of
any kind but names. The writer's own words stay with them (``writers``), for their own page, for notices to them and for
whoever unmasks them. Everything else that is said of the letter goes through ``mask_of``: see decision 0121.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.events.receipt import WriterUnmasked
from letterbox.domain.permissions import MAY_UNMASK, Actor
from letterbox.domain.secrecy import SHORTEST, Mask, as_far_as_the_street, traces, without
from letterbox.domain.vocabulary import Category, EventName
from letterbox.intelligence.personal_data import EVERY_KIND, PersonalDataKind, find
from letterbox.services.case.case import Case
from letterbox.store.letters import Letter, LetterEvent, Writer

NUMBERS_AND_PLACES = EVERY_KIND - {PersonalDataKind.NAME}
SHORTEST_NUMBER = 5
SHOWN_FOR = timedelta(minutes=30)
"""How long an unmasked writer is shown to whoever unmasked him [ours]."""


def mask_of(writer: Writer) -> Mask:
    """A mask that takes every trace of the writer out of a text, and personal data of anybody; names of others stay.

    An accusation is about the names that it accuses, so they must stay. If the writer's given name is a common word as
    well, the word is masked too: that is the smaller harm.
    """
    known = traces(writer.name, writer.phone, writer.email, writer.address, writer.contact_remark)

    def mask(text: str) -> str:
        if len(text) < SHORTEST:
            return text
        found = find(text, NUMBERS_AND_PLACES) if len(text) >= SHORTEST_NUMBER else []
        return without(text, known, [(each.start, each.end) for each in found])

    return mask


def hidden_place(letter: Letter) -> str | None:
    """The place of an accusation's matter, for readers who must not learn who wrote: it is often at the writer's own
    door."""
    return as_far_as_the_street(letter.place, mask_of(letter.writer)) if letter.place else letter.place


def unmasked(text: str) -> str:
    """The mask of a letter that hides nobody."""
    return text


def mask_for_others(letter: Letter) -> Mask:
    """The mask for everybody who does not unmask the writer: an accusation's mask, and none for any other letter."""
    return mask_of(letter.writer) if letter.category == Category.REPORT else unmasked


def masked_for_others(letter: Letter, words: str) -> str:
    """A text of an official about an accusation, for a unit: without traces of the writer (A5)."""
    return mask_for_others(letter)(words)


def conceal(letter: Letter) -> None:
    """After each change of category: if the letter is an accusation, take its writer's traces out; if it no longer is
    one, put the writer's own words back."""
    writer = letter.writer
    if letter.category == Category.REPORT:
        own_title, own_body = writer.title or letter.title, writer.body or letter.body
        letter.title, letter.body = map(mask_of(writer), (own_title, own_body))
        writer.title, writer.body = own_title, own_body
    elif writer.title is not None and writer.body is not None:
        letter.title, letter.body = writer.title, writer.body
        writer.title = writer.body = None


def own_words(letter: Letter) -> tuple[str, str]:
    """Title and text as the writer wrote them."""
    return letter.writer.title or letter.title, letter.writer.body or letter.body


def is_hidden(session: Session, letter: Letter, actor: Actor, now: datetime) -> bool:
    """Whether the reader must not learn who wrote: the letter is an accusation, and the reader did not unmask its
    writer within the last half hour (``SHOWN_FOR``)."""
    return letter.category == Category.REPORT and not _has_unmasked(session, letter, actor, now)


def _has_unmasked(session: Session, letter: Letter, actor: Actor, now: datetime) -> bool:
    if not actor.has(*MAY_UNMASK):
        return False
    query = select(LetterEvent.id).where(
        LetterEvent.letter_id == letter.id,
        LetterEvent.name == EventName.WRITER_UNMASKED,
        LetterEvent.by_kind == actor.kind,
        LetterEvent.by_id.is_not_distinct_from(actor.id),
        LetterEvent.at > now - SHOWN_FOR,
    )
    return session.scalars(query.limit(1)).first() is not None


class Unmasking:
    """What follows from the action ``unmask``."""

    def may_unmask(self, case: Case) -> str | None:
        if case.letter.category != Category.REPORT:
            return "来信不是检举控告，来信人的身份没有隐去"
        is_shown = not is_hidden(case.session, case.letter, case.actor, case.now)
        return "来信人的身份已经向您显示" if is_shown else None

    def unmask(self, case: Case, values: Mapping[str, Any]) -> None:
        """``values``: reason. Only the act is recorded here; ``is_hidden`` then shows the writer for a while."""
        case.record(WriterUnmasked(reason=values["reason"]))
