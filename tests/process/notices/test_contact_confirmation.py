"""What anybody can type on the portal is its holder's only once he has said so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import select

from letterbox.domain.errors import NotFound
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel, EventName
from letterbox.services.notices.known_contacts import ASKED_AT_MOST, GOOD_FOR, KnownContacts, shortened
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, DeliveryStatus, Notice
from tests.support.office.county import County

WORDS = "您中奖了请点这里"
AWAITING_CONFIRMATION, PENDING, DISCARDED = (
    DeliveryStatus.AWAITING_CONFIRMATION,
    DeliveryStatus.PENDING,
    DeliveryStatus.DISCARDED,
)


@pytest.fixture
def mailbox() -> str:
    return f"{uuid4().hex}@example.org"


def write(county: County, mailbox: str, *, must_confirm: bool = True, channel: Channel = Channel.PORTAL) -> str:
    details = WriterDetails("县政府工作人员", email=mailbox)
    draft = LetterDraft(channel, WORDS, WORDS, is_public=False, writer=details, must_confirm=must_confirm)
    return county.services.intake.submit(draft, WRITER).number


def deliveries(county: County, mailbox: str) -> list[tuple[str, str, str | None]]:
    """Text, status and body of each message to the mailbox, the oldest first."""
    query = select(Notice.text, Delivery.status, Delivery.body).join(Notice, Notice.id == Delivery.notice_id)
    with county.services.database.reading() as session:
        rows = session.execute(query.where(Delivery.recipient == mailbox).order_by(Delivery.id))
        return [(row.text, row.status, row.body) for row in rows]


def link(county: County, mailbox: str) -> str:
    body = next(body for text, _, body in deliveries(county, mailbox) if text == "contact_question" and body)
    found = re.search(r"https?://\S+", body)
    assert found is not None
    return parse_qs(urlsplit(found.group()).query)["key"][0]


def texts(county: County, mailbox: str, status: DeliveryStatus) -> list[str]:
    return [text for text, found, _ in deliveries(county, mailbox) if found == status]


def test_an_unconfirmed_mailbox_gets_one_question_without_a_word_of_the_letter(county: County, mailbox: str) -> None:
    number = write(county, mailbox)
    assert texts(county, mailbox, AWAITING_CONFIRMATION) == ["letter_received"]
    assert texts(county, mailbox, PENDING) == ["contact_question"]
    question = next(body for text, _, body in deliveries(county, mailbox) if text == "contact_question")
    assert question is not None
    assert WORDS not in question
    assert "县政府工作人员" not in question
    assert number not in question


def test_however_many_letters_name_it_a_mailbox_is_asked_a_few_times_a_day(county: County, mailbox: str) -> None:
    for _ in range(ASKED_AT_MOST + 4):
        write(county, mailbox)
    assert len(texts(county, mailbox, PENDING)) == ASKED_AT_MOST
    assert len(texts(county, mailbox, AWAITING_CONFIRMATION)) == ASKED_AT_MOST + 4


def test_a_mailbox_that_is_written_otherwise_each_time_is_the_same_mailbox(county: County, mailbox: str) -> None:
    """What is sent goes to the address as it was given; counted is the mailbox that gets it."""
    name, host = mailbox.split("@")
    written = [
        mailbox,
        *(f"{name}+{index}@{host}" for index in range(ASKED_AT_MOST)),
        f"{name[0]}.{name[1:]}@{host.upper()}",
    ]
    for each in written:
        write(county, each)
    assert [len(texts(county, each, PENDING)) for each in written] == [1] * ASKED_AT_MOST + [0, 0]


def test_yes_sends_what_was_held_of_every_letter_and_the_next_letter_needs_no_question(
    county: County, mailbox: str
) -> None:
    number, other = write(county, mailbox), write(county, mailbox)
    assert county.services.confirmation.waiting(number) == [shortened(mailbox)]
    county.services.confirmation.confirm(link(county, mailbox))
    assert texts(county, mailbox, AWAITING_CONFIRMATION) == []
    assert texts(county, mailbox, PENDING).count("letter_received") == 2
    assert [event.name for event in county.events(number)].count(EventName.CONTACT_CONFIRMED) == 1
    assert county.services.confirmation.waiting(other) == []
    write(county, mailbox)
    assert texts(county, mailbox, PENDING).count("letter_received") == 3
    county.services.confirmation.confirm(link(county, mailbox))
    assert county.services.confirmation.question(link(county, mailbox)).is_answered


def test_no_drops_what_was_held_and_takes_the_contact_out_of_the_letter(county: County, mailbox: str) -> None:
    number = write(county, mailbox)
    asked = link(county, mailbox)
    county.services.confirmation.deny(asked)
    assert texts(county, mailbox, DISCARDED) == ["letter_received"]
    assert [body for text, _, body in deliveries(county, mailbox) if text == "letter_received"] == [None]
    with county.services.database.reading() as session:
        letter = session.scalars(select(Letter).where(Letter.number == number)).one()
        assert letter.writer.email is None
    for again in (county.services.confirmation.confirm, county.services.confirmation.deny):
        with pytest.raises(NotFound):
            again(asked)


def test_a_confirmed_contact_cannot_be_denied_by_an_old_link(county: County, mailbox: str) -> None:
    write(county, mailbox)
    asked = link(county, mailbox)
    county.services.confirmation.confirm(asked)
    with pytest.raises(NotFound):
        county.services.confirmation.deny(asked)


@pytest.mark.parametrize("changed", ["", "x", "eyJ4IjoxfQ.x.y"])
def test_a_link_that_we_did_not_make_opens_nothing(county: County, changed: str) -> None:
    with pytest.raises(NotFound):
        county.services.confirmation.question(changed)


def test_a_link_of_another_installation_opens_nothing(county: County, mailbox: str) -> None:
    write(county, mailbox)
    foreign = replace(county.services.settings, secret_key="another secret of the tests, long enough").keys
    with pytest.raises(NotFound):
        KnownContacts(foreign).read(link(county, mailbox))


@pytest.mark.parametrize("channel", [Channel.COUNTER, Channel.CITY_PORTAL])
def test_letters_that_somebody_vouches_for_are_not_asked(county: County, mailbox: str, channel: Channel) -> None:
    write(county, mailbox, must_confirm=False, channel=channel)
    assert texts(county, mailbox, PENDING) == ["letter_received"]
    assert texts(county, mailbox, AWAITING_CONFIRMATION) == []


def test_what_nobody_asked_for_is_forgotten_with_its_text(county: County, mailbox: str) -> None:
    write(county, mailbox)
    assert county.services.confirmation.forget_unanswered() == 0
    with county.services.database.transaction() as session:
        for row in session.scalars(select(Delivery).where(Delivery.recipient == mailbox)):
            row.created_at -= GOOD_FOR + timedelta(minutes=1)
    assert county.services.confirmation.forget_unanswered() >= 1
    assert texts(county, mailbox, DISCARDED) == ["letter_received"]
    assert all(body is None for text, _, body in deliveries(county, mailbox) if text == "letter_received")


def test_the_question_is_asked_once_more_on_request(county: County, mailbox: str) -> None:
    number = write(county, mailbox)
    assert [county.services.confirmation.ask_again(number) for _ in range(ASKED_AT_MOST)] == [True, True, False]
    assert len(texts(county, mailbox, PENDING)) == ASKED_AT_MOST


@pytest.mark.parametrize(
    ("contact", "shown"), [("13812345678", "138****5678"), ("wang@example.org", "wa***@example.org"), ("12345", "****")]
)
def test_a_contact_is_shown_with_its_middle_hidden(contact: str, shown: str) -> None:
    assert shortened(contact) == shown
