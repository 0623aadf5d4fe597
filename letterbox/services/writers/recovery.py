"""A lost query code: the page takes the request at once and alike from everybody; a queue answers it.

The page answers before anybody has looked whether there is such a letter, or whether the contact is its writer's. So
neither the answer nor its time says who wrote. The lost code stays valid until the new one is used.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from letterbox.domain.clean_text import plain_number
from letterbox.domain.clock import Clock
from letterbox.domain.errors import TooManyAttempts
from letterbox.domain.events.receipt import QueryCodeRenewed
from letterbox.domain.permissions import WRITER
from letterbox.services.access.rate_limit import RECOVERY, RECOVERY_PER_CLIENT, AttemptCounter, Claim, client_of
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.intake.query_codes import CodeKeeper, new_code
from letterbox.services.notices.known_contacts import KnownContacts
from letterbox.services.notices.notices import Notices
from letterbox.store.database import Database
from letterbox.store.letters import CodeRecovery, Writer, letter_by_number

LONGEST_NUMBER = 40
TAKEN_FOR = timedelta(minutes=2)
"""How long a request is left to the worker that took it."""


class Recovery:
    def __init__(
        self,
        database: Database,
        casebook: Casebook,
        codes: CodeKeeper,
        attempts: AttemptCounter,
        notices: Notices,
        known: KnownContacts,
        clock: Clock,
    ) -> None:
        self._database = database
        self._casebook = casebook
        self._codes = codes
        self._attempts = attempts
        self._notices = notices
        self._known = known
        self._clock = clock

    def ask(self, number: str, contact: str, client: str) -> None:
        """Queue the request; the work is the same whatever was typed. Raises TooManyAttempts if a client asks very
        often."""
        self._attempts.take(Claim(f"recover-client:{client_of(client)}", RECOVERY_PER_CLIENT))
        asked = CodeRecovery(
            number=plain_number(number)[:LONGEST_NUMBER],
            contact=self._known.digests(contact)[0],
            asked_at=self._clock.now(),
        )
        with self._database.transaction() as session:
            session.add(asked)

    def work(self) -> bool:
        """Answer the request that has waited longest. Returns whether there was one."""
        taken = self._take()
        if taken is None:
            return False
        row_id, number, contact = taken
        self._answer(number, contact)
        with self._database.transaction() as session:
            session.execute(delete(CodeRecovery).where(CodeRecovery.id == row_id))
        return True

    def _take(self) -> tuple[int, str, str] | None:
        """One at a time works a request; one that its worker left unfinished is taken up again."""
        now = self._clock.now()
        is_free = CodeRecovery.taken_at.is_(None) | (CodeRecovery.taken_at < now - TAKEN_FOR)
        waiting = (
            select(CodeRecovery).where(is_free).order_by(CodeRecovery.id).limit(1).with_for_update(skip_locked=True)
        )
        with self._database.transaction() as session:
            row = session.scalars(waiting).first()
            if row is None:
                return None
            row.taken_at = now
            return row.id, row.number, row.contact

    def _answer(self, number: str, contact: str) -> None:
        """A new code to the contact, if it is the letter's and was not sent several within the hour."""
        with self._database.reading() as session:
            letter = letter_by_number(session, number)
            is_writers = letter is not None and self._is_of(letter.writer, contact)
            reachable = letter is not None and self._notices.can_reach(letter.writer)
        if not is_writers or not reachable:
            return
        try:
            self._attempts.take(Claim(f"recover:{number}:{contact}", RECOVERY))
        except TooManyAttempts:
            return
        with self._casebook.open(number, WRITER, act=Act.RENEW_CODE) as case:
            self._renew(case)

    def _renew(self, case: Case) -> None:
        """A contact that nobody has confirmed is asked again first: what is sent for the letter waits for the answer."""
        code = new_code()
        case.letter.next_code_hash = self._codes.digest(case.letter.number, code)
        case.record(QueryCodeRenewed())
        self._notices.notify_writer(case, "query_code_renewed", query_code=code)
        self._notices.ask_writer(case)

    def _is_of(self, writer: Writer, contact: str) -> bool:
        return any(contact in self._known.digests(each) for each in (writer.phone, writer.email) if each)
