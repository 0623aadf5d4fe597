"""Accepting letters into the one mailbox (A1): from the portal, other channels, the counter and files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from letterbox.domain.clock import Clock
from letterbox.domain.errors import ReferenceConflict
from letterbox.domain.letter import LetterDraft, checked
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Channel
from letterbox.services.case.casebook import Casebook
from letterbox.services.intake.attachments import attach
from letterbox.services.intake.known_letters import Found, KnownLetters, Standing
from letterbox.services.intake.new_letters import NewLetters
from letterbox.services.intake.query_codes import CodeKeeper, new_code
from letterbox.store.database import Database
from letterbox.store.letters import Letter

SHOWN_AGAIN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the writer keeps. ``already_there``: the same letter had come before; it is then without its code, unless it
    had come just now."""

    number: str
    query_code: str | None
    already_there: bool = False


class Intake:
    """One intake for every channel."""

    def __init__(
        self,
        database: Database,
        casebook: Casebook,
        codes: CodeKeeper,
        new_letters: NewLetters,
        known_letters: KnownLetters,
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._codes = codes
        self._database = database
        self._casebook = casebook
        self._new_letters = new_letters
        self._known_letters = known_letters

    def submit(self, draft: LetterDraft, actor: Actor, others_key: str | None = None) -> Receipt:
        """Take a letter in: its record, its screening limit, its process and its watch.

        ``others_key``: of a file's row, the digest of the columns that mean nothing to us. Raises FieldErrors, and
        ReferenceConflict where its channel's reference is that of a letter with other content.
        """
        clean = checked(draft, self._clock.now())
        known = self._known(clean)
        if known is not None:
            return known
        try:
            return self._take_in(clean, actor, others_key)
        except IntegrityError:
            known = self._known(clean)
            if known is None:
                raise
            return known

    def look_up(self, draft: LetterDraft, others_key: str) -> tuple[LetterDraft, Found]:
        """A file's row before anything is written: cleaned, and what is known of its letter. Raises FieldErrors."""
        clean = checked(draft, self._clock.now())
        with self._database.reading() as session:
            return clean, self._known_letters.find(session, clean, others_key)

    def _take_in(self, clean: LetterDraft, actor: Actor, others_key: str | None) -> Receipt:
        """Take the letter in; if two come at the same moment, the database's unique keys let one in."""
        code = self._own_code(clean) or new_code()
        with self._casebook.open_new(
            actor, lambda session, at: self._new_letters.add(session, clean, code, at)
        ) as case:
            self._known_letters.mark(case.letter, clean, others_key)
            attach(case.session, case.letter.id, clean.uploads)
            self._new_letters.start(case, code)
        return Receipt(case.letter.number, code)

    def _own_code(self, draft: LetterDraft, letter: Letter | None = None) -> str | None:
        """The letter's code. If a browser sends the same submission again because the answer was lost, it is the same
        code."""
        if draft.channel is not Channel.PORTAL or not draft.source_key:
            return None
        number, stored = (letter.number, letter.query_code_hash) if letter else (None, None)
        return self._codes.first(str(draft.source_key), number, stored)

    def _known(self, draft: LetterDraft) -> Receipt | None:
        """The same letter from the same channel, by its foreign reference and content or its place in an imported file."""
        if not (draft.channel_reference or draft.source_key):
            return None
        with self._database.reading() as session:
            found = self._known_letters.find(session, draft)
            if found.letter is None:
                return None
            if found.standing is Standing.CONFLICT:
                raise ReferenceConflict(str(draft.channel_reference), found.letter.number)
            return Receipt(found.letter.number, self._shown_again(draft, found.letter), already_there=True)

    def _shown_again(self, draft: LetterDraft, letter: Letter) -> str | None:
        """Whether the code may be shown again: as long as the page with it could be open, and not once it was renewed."""
        code = self._own_code(draft, letter)
        is_recent = self._clock.now() <= letter.received_at + SHOWN_AGAIN
        fits = code is not None and self._codes.matches(letter.number, code, letter.query_code_hash)
        return code if is_recent and fits else None
