"""Accepting letters into the one mailbox (A1): from the portal, other channels, the counter and files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.letter import LetterDraft, checked
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import EventName, LetterStatus, LimitKind
from letterbox.engine.vocabulary import ProcessKey, Variable, due_variable
from letterbox.services.attachments import attach
from letterbox.services.case import Case
from letterbox.services.casebook import Casebook
from letterbox.services.codes import CodeKeeper, new_code
from letterbox.services.notices import Notices
from letterbox.store.database import Database
from letterbox.store.letters import Letter, NumberSeries, Writer


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the writer keeps; ``already_there`` when the same letter had come before (then no code)."""

    number: str
    query_code: str | None
    already_there: bool = False


class Intake:
    """One intake for every channel."""

    def __init__(
        self, database: Database, casebook: Casebook, codes: CodeKeeper, notices: Notices, clock: Clock, prefix: str
    ) -> None:
        self._clock = clock
        self._database = database
        self._casebook = casebook
        self._codes = codes
        self._notices = notices
        self._prefix = prefix

    def submit(self, draft: LetterDraft, actor: Actor) -> Receipt:
        """Take a letter in: its record, its screening limit, its process and its watch. Raises FieldErrors."""
        clean = checked(draft, self._clock.now())
        known = self._known(clean)
        if known is not None:
            return Receipt(known, None, already_there=True)
        try:
            return self._take_in(clean, actor)
        except IntegrityError:
            known = self._known(clean)
            if known is None:
                raise
            return Receipt(known, None, already_there=True)

    def _take_in(self, clean: LetterDraft, actor: Actor) -> Receipt:
        """Two at the same moment: the database's unique keys let one in."""
        code = new_code()
        with self._casebook.open_new(actor, lambda session, at: self._new_letter(session, clean, code, at)) as case:
            attach(case.session, case.letter.id, clean.uploads)
            self._start(case, clean)
            self._notices.tell_writer(case, "letter_received", query_code=code)
        return Receipt(case.letter.number, code)

    def _known(self, draft: LetterDraft) -> str | None:
        """The same letter from the same channel, by its foreign reference or its place in an imported file."""
        conditions: list[ColumnElement[bool]] = []
        if draft.channel_reference:
            conditions.append((Letter.channel == draft.channel) & (Letter.channel_reference == draft.channel_reference))
        if draft.source_key:
            conditions.append(Letter.source_key == draft.source_key)
        if not conditions:
            return None
        with self._database.reading() as session:
            return session.scalars(select(Letter.number).where(or_(*conditions))).first()

    def _new_letter(self, session: Session, draft: LetterDraft, code: str, now: datetime) -> Letter:
        number = self._next_number(session, now)
        writer = draft.writer
        return _added(
            session,
            Letter(
                number=number, channel=draft.channel, channel_reference=draft.channel_reference, source_key=draft.source_key,
                title=draft.title, body=draft.body, place=draft.place, category=draft.category, is_public=draft.is_public,
                written_at=draft.written_at, received_at=now, status=LetterStatus.RECEIVED,
                query_code_hash=self._codes.digest(number, code),
                writer=Writer(
                    name=writer.name or None, phone=writer.phone or None, email=writer.email or None, address=writer.address or None
                ),
            ),
        )  # fmt: skip

    def _next_number(self, session: Session, now: datetime) -> str:
        month = now.astimezone(OFFICE_ZONE).strftime("%Y%m")
        upsert = insert(NumberSeries).values(month=month, last=1)
        upsert = upsert.on_conflict_do_update(index_elements=[NumberSeries.month], set_={"last": NumberSeries.last + 1})
        last = session.execute(upsert.returning(NumberSeries.last)).scalar_one()
        return f"{self._prefix}{month}{last:05d}"

    def _start(self, case: Case, draft: LetterDraft) -> None:
        case.record(EventName.LETTER_RECEIVED, channel=draft.channel, channel_reference=draft.channel_reference)
        limit = case.start_limit(LimitKind.SCREENING)
        letter_id: dict[str, object] = {Variable.LETTER_ID: case.letter.id}
        case.start_process(ProcessKey.LETTER_HANDLING, {**letter_id, due_variable(limit.kind): case.due_text(limit)})
        case.start_watch()


def _added(session: Session, letter: Letter) -> Letter:
    session.add(letter)
    return letter
