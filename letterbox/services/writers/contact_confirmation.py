"""The holder's answer to the question whether a telephone or mailbox is the writer's, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import NotFound
from letterbox.domain.events.receipt import ContactConfirmed, ContactDenied
from letterbox.domain.permissions import WRITER
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.notices.known_contacts import GONE, GOOD_FOR, KnownContacts, shortened
from letterbox.services.notices.notices import MAIL, SMS, Notices, start_delivery
from letterbox.store.database import Database
from letterbox.store.letters import ConfirmedContact, Letter, letter_by_number
from letterbox.store.notices import Delivery, DeliveryStatus, Notice


@dataclass(frozen=True, slots=True)
class Question:
    """``contact`` is shown with its middle hidden; ``is_answered``: the question was answered already."""

    number: str
    contact: str
    is_answered: bool


class Confirmation:
    """Takes the holder's answer, and does what follows from it."""

    def __init__(
        self, database: Database, casebook: Casebook, known: KnownContacts, notices: Notices, clock: Clock
    ) -> None:
        self._database = database
        self._casebook = casebook
        self._known = known
        self._notices = notices
        self._clock = clock

    def question(self, link: str) -> Question:
        """What a link asks. Raises NotFound."""
        letter_id, digest = self._known.read(link)
        with self._database.reading() as session:
            letter = session.get(Letter, letter_id)
            contact = self._contact(letter, digest)
            if letter is None or contact is None:
                raise NotFound(GONE)
            is_answered = not letter.writer.must_confirm or self._known.is_confirmed(session, contact)
            return Question(number=letter.number, contact=shortened(contact), is_answered=is_answered)

    def confirm(self, link: str) -> None:
        """The contact is the writer's: send everything that waits for it, whichever letter it is of. Raises NotFound."""
        number, contact = self._opened(link)
        with self._casebook.open(number, WRITER, act=Act.CONFIRM_CONTACT) as case:
            row = insert(ConfirmedContact).values(digest=self._known.digests(contact)[0], confirmed_at=case.now)
            added = case.session.execute(row.on_conflict_do_nothing().returning(ConfirmedContact.digest)).first()
            if added is not None:
                case.record(ContactConfirmed(channel=_channel(contact)))
        for awaiting in self._letters_awaiting(contact):
            with self._casebook.open(awaiting, WRITER, act=Act.CONFIRM_CONTACT) as case:
                _release(case, contact)

    def deny(self, link: str) -> None:
        """The contact is not the writer's: discard what waits for it; nothing more is sent to it for this letter.
        Raises NotFound."""
        number, contact = self._opened(link)
        with self._casebook.open(number, WRITER, act=Act.CONFIRM_CONTACT) as case:
            if self._known.is_confirmed(case.session, contact):
                raise NotFound(GONE)
            _discard(case.session, _awaiting(contact).where(Notice.letter_id == case.letter.id))
            writer = case.letter.writer
            writer.email, writer.phone = (None if each == contact else each for each in (writer.email, writer.phone))
            case.record(ContactDenied(channel=_channel(contact)))

    def waiting(self, number: str) -> list[str]:
        """Contacts of the letter, their middle hidden, that get nothing yet because nobody has confirmed them."""
        with self._database.reading() as session:
            letter = letter_by_number(session, number)
            if letter is None or not letter.writer.must_confirm:
                return []
            ways = self._notices.ways_to(letter.writer)
            return [shortened(each) for _, each in ways if not self._known.is_confirmed(session, each)]

    def ask_again(self, number: str) -> bool:
        """Ask once more. Returns whether a question was sent; a contact is asked a few times a day at most."""
        with self._casebook.open(number, WRITER, act=Act.CONFIRM_CONTACT) as case:
            return self._notices.ask_writer(case) > 0

    def forget_unanswered(self) -> int:
        """Discard messages that waited longer than a question can be answered, with their text. Returns how many."""
        with self._database.transaction() as session:
            old = select(Delivery.id).where(
                Delivery.status == DeliveryStatus.AWAITING_CONFIRMATION,
                Delivery.created_at < self._clock.now() - GOOD_FOR,
            )
            return _discard(session, old.limit(1000))

    def _opened(self, link: str) -> tuple[str, str]:
        letter_id, digest = self._known.read(link)
        with self._database.reading() as session:
            letter = session.get(Letter, letter_id)
            contact = self._contact(letter, digest)
            if letter is None or contact is None:
                raise NotFound(GONE)
            return letter.number, contact

    def _contact(self, letter: Letter | None, digest: str) -> str | None:
        given = (letter.writer.email, letter.writer.phone) if letter is not None else ()
        return next((each for each in given if each and digest in self._known.digests(each)), None)

    def _letters_awaiting(self, contact: str) -> list[str]:
        awaiting = (
            _awaiting(contact)
            .with_only_columns(Letter.number)
            .join(Letter, Letter.id == Notice.letter_id)
            .order_by(None)
            .distinct()
        )
        with self._database.reading() as session:
            return list(session.scalars(awaiting))


def _awaiting(contact: str) -> Select[int, int]:
    """Ids of the contact's deliveries that wait for its confirmation, and of their notices, oldest first."""
    query = select(Delivery.id, Delivery.notice_id).join(Notice, Notice.id == Delivery.notice_id)
    return query.where(Delivery.recipient == contact, Delivery.status == DeliveryStatus.AWAITING_CONFIRMATION).order_by(
        Delivery.id
    )


def _release(case: Case, contact: str) -> None:
    rows = case.session.execute(_awaiting(contact).where(Notice.letter_id == case.letter.id)).all()
    ids = [row.id for row in rows]
    case.session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(status=DeliveryStatus.PENDING))
    for notice_id in dict.fromkeys(row.notice_id for row in rows):
        start_delivery(case, notice_id)


def _discard(session: Session, awaiting: Select[*tuple[Any, ...]]) -> int:
    ids = [row[0] for row in session.execute(awaiting)]
    discarded = update(Delivery).where(Delivery.id.in_(ids))
    session.execute(
        discarded.values(
            status=DeliveryStatus.DISCARDED, body=None, subject="", last_error="来信人没有确认这个联系方式"
        )
    )
    return len(ids)


def _channel(contact: str) -> str:
    return MAIL if "@" in contact else SMS
