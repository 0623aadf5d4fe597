"""Telling people: by a real mail server that takes, defers, refuses or is not there; a letter never waits for it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from letterbox.channels.mail import ChannelUnavailable
from letterbox.domain.errors import NotFound
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Category, Channel
from letterbox.services.access.rate_limit import RECOVERY
from letterbox.services.notices.notices import WITH_QUERY_CODE
from letterbox.services.operations.stuck.items import StuckKind
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from letterbox.store.people import Person
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.trouble import OPERATOR, stuck_of
from tests.support.office.county import County
from tests.support.office.office import new_person
from tests.support.office.staffed import SCREENER
from tests.support.stack.mail_server import Box
from tests.support.stack.statements import statements
from webapp.build import ROOT

pytestmark = pytest.mark.engine


def submit(county: County, phone: str = "") -> str:
    writer = WriterDetails("李四", phone, "li@example.org")
    return county.services.intake.submit(LetterDraft(Channel.PORTAL, "路灯", "不亮。", True, writer), WRITER).number


def deliveries(county: County, number: str) -> list[Delivery]:
    query = select(Delivery).join(Notice).join(Letter).where(Letter.number == number).order_by(Delivery.id)
    with county.services.database.reading() as session:
        return list(session.scalars(query))


def test_the_confirmation_brings_number_and_code(posting: County, box: Box) -> None:
    number = submit(posting)
    posting.run_until_idle(number)
    (mail,) = box.mails
    text = mail.get_content()  # type: ignore[attr-defined]  # EmailMessage under the default policy
    code = re.search(r"查询码：(\d{10})", text)
    assert number in text
    assert mail["Date"]
    assert code is not None
    assert posting.services.writers_side.open(number, code[1], "client") == number


def work_all(county: County) -> None:
    """Answer everything that was asked, also by other tests."""
    while county.services.recovery.work():
        pass


def test_a_code_does_not_stay_in_the_database(posting: County) -> None:
    number = submit(posting)
    posting.run_until_idle(number)
    (delivery,) = deliveries(posting, number)
    assert delivery.status == "sent"
    assert delivery.body is None


def test_a_lost_code_stays_good_until_the_new_one_is_used(posting: County, box: Box) -> None:
    number = submit(posting)
    posting.run_until_idle(number)
    posting.services.recovery.ask(number, "LI@example.org", "client-r")
    work_all(posting)
    posting.run_until_idle(number)
    old, new = (re.search(r"\b(\d{10})\b", mail.get_content())[1] for mail in box.mails)  # type: ignore[attr-defined,index]
    assert posting.services.writers_side.open(number, old, "client-r") == number
    assert posting.services.writers_side.open(number, new, "client-r", uses_code=False) == number
    assert posting.services.writers_side.open(number, old, "client-r") == number
    assert posting.services.writers_side.open(number, new, "client-r") == number
    with pytest.raises(NotFound):
        posting.services.writers_side.open(number, old, "client-r")
    assert posting.services.writers_side.open(number, new, "client-r") == number


def test_a_contact_gets_a_few_new_codes_an_hour_and_a_stranger_takes_none_of_them(posting: County, box: Box) -> None:
    number = submit(posting)
    posting.run_until_idle(number)
    for index in range(5):
        posting.services.recovery.ask(number, "stranger@example.org", f"stranger-{index}")
    for index in range(RECOVERY.count + 2):
        posting.services.recovery.ask(number, "li@example.org", f"writer-{index}")
    work_all(posting)
    posting.run_until_idle(number)
    assert len(box.mails) == 1 + RECOVERY.count


def test_asking_is_the_same_work_whatever_was_typed(posting: County) -> None:
    number = submit(posting)
    posting.run_until_idle(number)
    sent: list[list[str]] = []
    for asked, contact in ((number, "li@example.org"), (number, "stranger@example.org"), ("SX0", "li@example.org")):
        with statements() as run:
            posting.services.recovery.ask(asked, contact, f"client-{contact}-{asked}")
        sent.append(list(run))
    assert sent[0] == sent[1] == sent[2] != []
    assert not any("letters" in statement or "writers" in statement for statement in sent[0])


@pytest.mark.parametrize(
    "contact", ["138-0000-0000", "+86 138 0000 0000", "１３８００００００００", "ＬＩ@example.org"]
)
def test_a_contact_fits_however_it_is_typed(posting: County, box: Box, contact: str) -> None:
    number = submit(posting, "138 0000 0000")
    posting.run_until_idle(number)
    posting.services.recovery.ask(number, contact, f"client-{contact}")
    work_all(posting)
    posting.run_until_idle(number)
    assert len(box.mails) == 2


@pytest.mark.parametrize("contact", ["", "13911111111", "other@example.org"])
def test_a_foreign_contact_gets_nothing(posting: County, box: Box, contact: str) -> None:
    number = submit(posting)
    posting.run_until_idle(number)
    posting.services.recovery.ask(number, contact, f"client-{contact}")
    work_all(posting)
    posting.run_until_idle(number)
    assert len(box.mails) == 1


def test_a_dead_mail_server_does_not_hold_up_the_letter(county: County) -> None:
    number = submit(county)
    with pytest.raises(ChannelUnavailable):
        county.run_until_idle(number)
    assert deliveries(county, number)[0].status == "pending"
    county.do_without_notices(number, "Task_ScreenLetter", SCREENER, outcome="decline", ground="6", reason="广告")
    assert county.letter(number).status == "declined"


def test_a_deferred_mail_is_sent_later_under_the_same_message_id(posting: County, box: Box) -> None:
    box.answer = "451 later"
    number = submit(posting)
    with pytest.raises(ChannelUnavailable):
        posting.run_until_idle(number)
    first = deliveries(posting, number)[0]
    box.answer = "250 OK"
    posting.services.delivery.send(first.notice_id)
    assert deliveries(posting, number)[0].attempts == 2
    assert box.mails[0]["Message-ID"] == first.message_id


def test_a_refused_address_is_on_the_timeline(posting: County, box: Box) -> None:
    box.answer = "550 no such user"
    number = submit(posting)
    posting.run_until_idle(number)
    assert deliveries(posting, number)[0].status == "failed"
    assert "NoticeFailed" in posting.names(number)
    assert "li@example.org" not in str([event.data for event in posting.events(number)])


def test_a_refused_text_without_a_code_is_kept_for_another_try(posting: County, box: Box) -> None:
    number = submit(posting)
    posting.run_until_idle(number)
    box.answer = "550 no such user"
    posting.do(number, "Task_ScreenLetter", SCREENER, outcome="decline", ground="6", reason="广告")
    received, declined = deliveries(posting, number)
    assert (received.status, received.body) == ("sent", None)
    assert declined.status == "failed"
    assert "广告" in str(declined.body)
    box.answer = "250 OK"
    stuck = stuck_of(posting, number)[StuckKind.DELIVERY]
    assert stuck.can_retry
    OperatorServices(posting.services).retrying.retry(OPERATOR, [stuck], "邮箱已恢复", wait_s=0)
    posting.run_until_idle(number)
    assert [each.status for each in deliveries(posting, number)] == ["sent", "sent"]
    assert deliveries(posting, number)[1].body is None


def test_the_texts_that_hold_a_code_are_known() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "config/notices").glob("*.yaml")}
    assert {name for name, text in texts.items() if "query_code" in text} == WITH_QUERY_CODE


@pytest.mark.parametrize("category", [Category.REPORT, Category.COMPLAINT])
def test_mail_that_waited_says_what_may_be_said_when_it_leaves(posting: County, box: Box, category: Category) -> None:
    """Quiet hours, or a server that was away: the letter may be an accusation by then, and others may read the mail."""
    number = submit(posting)
    posting.run_until_idle(number)
    box.mails.clear()
    with posting.services.casebook.open(number, SCREENER) as case:
        person = case.session.get_one(Person, new_person(posting.services, "值班员"))
        person.email = "official@example.org"
        posting.services.notices.notify_people(case, "red_flag_alert", [person], by_mail=True, words="跳楼")
    with posting.services.database.transaction() as session:
        session.scalars(select(Letter).where(Letter.number == number)).one().category = category
    posting.run_until_idle(number)
    (mail,) = box.mails
    said = mail["Subject"] + mail.get_content()  # type: ignore[attr-defined]  # EmailMessage under the default policy
    assert number in said
    assert ("路灯" in said, "跳楼" in said) == ((category is not Category.REPORT,) * 2)
    kept = [each for each in deliveries(posting, number) if each.person_id]
    assert all(each.neutral_body is None for each in kept)


def test_a_notice_sent_twice_arrives_once(posting: County, box: Box) -> None:
    number = submit(posting)
    posting.run_until_idle(number)
    posting.services.delivery.send(deliveries(posting, number)[0].notice_id)
    assert len(box.mails) == 1
