"""Whether a letter is here already: by its reference and its content, or by its row in a file that came before.

A reference alone is no identity: foreign mailboxes count anew every month, and spreadsheets lose digits (decision 173).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.keys import Keys, Purpose
from letterbox.domain.letter import LetterDraft
from letterbox.services.case.secrecy import own_words
from letterbox.store.letters import Letter


class Standing(Enum):
    """What is known of a draft's letter."""

    NEW = "new"
    SAME = "same"
    """It came before."""
    CONFLICT = "conflict"
    """Its reference is that of another letter."""
    EQUAL_ROW = "equal row"
    """Every column is that of a letter from another file, and nothing in it tells people or times apart."""
    EQUAL_CONTENT = "equal content"
    """A letter says the same by the same person, but other columns of the file differ."""


@dataclass(frozen=True, slots=True)
class Found:
    """``letter``: the one that is meant, None for a new one."""

    standing: Standing
    letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What makes two letters of one reference the same. Empty or None: not said."""

    words: tuple[str, str]
    person: tuple[str, str, str]
    written_at: datetime | None

    @classmethod
    def of_draft(cls, draft: LetterDraft) -> Said:
        who = draft.writer
        return cls(_words(draft.title, draft.body), (who.name, who.phone, who.email), draft.written_at)

    @classmethod
    def of_letter(cls, letter: Letter) -> Said:
        """In its writer's own words, also where others are not shown them."""
        who = letter.writer
        person = (who.name or "", who.phone or "", who.email or "")
        return cls(_words(*own_words(letter)), person, letter.written_at)

    def agrees_with(self, other: Said) -> bool:
        """The same words, and nothing said of writer and day on both sides that differs."""
        persons = zip(self.person, other.person, strict=True)
        days = (self._day(), other._day())
        return (
            self.words == other.words
            and all(mine == theirs for mine, theirs in persons if mine and theirs)
            and (None in days or days[0] == days[1])
        )

    def is_telling(self) -> bool:
        """Whether hardly two letters can say just this: by somebody on some day, or at one minute."""
        if self.written_at is None:
            return False
        local = self.written_at.astimezone(OFFICE_ZONE)
        return any(self.person) or (local.hour, local.minute, local.second) != (0, 0, 0)

    def _day(self) -> object:
        return self.written_at.astimezone(OFFICE_ZONE).date() if self.written_at else None


class KnownLetters:
    def __init__(self, keys: Keys) -> None:
        self._keys = [bytes.fromhex(key) for key in keys.ids(Purpose.INDEX).values()]

    def find(self, session: Session, draft: LetterDraft, others_key: str | None = None) -> Found:
        """``draft`` is a checked one. ``others_key``: of a file's row, the digest of the columns that mean nothing to us;
        without it equal content alone is no sign: two people with the same words are two letters.
        """
        content_keys = self.content_keys(draft) if others_key is not None else []
        rows = list(session.scalars(select(Letter).where(_candidates(draft, content_keys)).order_by(Letter.id)))
        for row in rows:
            if draft.source_key and row.source_key == draft.source_key:
                return Found(Standing.SAME, row)
        for row in rows:
            if draft.channel_reference and row.channel_reference == draft.channel_reference:
                is_same = Said.of_draft(draft).agrees_with(Said.of_letter(row))
                return Found(Standing.SAME if is_same else Standing.CONFLICT, row)
        equal = [row for row in rows if not (draft.channel_reference and row.channel_reference)]
        return self._by_content(draft, others_key or "", equal) if equal else Found(Standing.NEW)

    def _by_content(self, draft: LetterDraft, others_key: str, equal: list[Letter]) -> Found:
        row_keys = self.row_keys(draft, others_key)
        whole = next((row for row in equal if row.row_key in row_keys), None)
        if whole is None:
            return Found(Standing.EQUAL_CONTENT, equal[0])
        return Found(Standing.SAME if Said.of_draft(draft).is_telling() else Standing.EQUAL_ROW, whole)

    def mark(self, letter: Letter, draft: LetterDraft, others_key: str | None) -> None:
        """By what it will be known again."""
        letter.content_key = self.content_keys(draft)[0]
        letter.row_key = self.row_keys(draft, others_key)[0] if others_key is not None else None

    def content_keys(self, draft: LetterDraft) -> list[str]:
        """Of words, writer and minute in a channel, by each key, the current one's first."""
        return self._digests(*_content(draft))

    def row_keys(self, draft: LetterDraft, others_key: str) -> list[str]:
        """Of everything that a file said."""
        more = (draft.writer.address, draft.writer.contact_remark, draft.place, draft.category, others_key)
        return self._digests(*_content(draft), *more)

    def _digests(self, *parts: str | None) -> list[str]:
        text = json.dumps(parts, ensure_ascii=False).encode()
        return [hmac.new(key, b"letter-content:" + text, hashlib.sha256).hexdigest() for key in self._keys]


def _content(draft: LetterDraft) -> tuple[str, ...]:
    said = Said.of_draft(draft)
    written = said.written_at.astimezone(OFFICE_ZONE).isoformat(timespec="minutes") if said.written_at else ""
    return (str(draft.channel), *said.words, *said.person, written)


def _words(title: str, body: str) -> tuple[str, str]:
    """Blanks and line ends differ between exports of the same letter."""
    return "".join(title.split()), "".join(body.split())


def _candidates(draft: LetterDraft, content_keys: list[str]) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [Letter.id < 0]
    if draft.source_key:
        conditions.append(Letter.source_key == draft.source_key)
    if draft.channel_reference:
        conditions.append((Letter.channel == draft.channel) & (Letter.channel_reference == draft.channel_reference))
    if content_keys:
        conditions.append(Letter.content_key.in_(content_keys))
    return or_(*conditions)
