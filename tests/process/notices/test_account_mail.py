"""Mail about somebody's own account: sent by the workers, seen by operators when it does not arrive, sent again by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from letterbox.cli._operator import operator
from letterbox.services.audit.log import AdminAction, Subject
from letterbox.services.notices.delivery import MOST_AT_ONCE, MOST_ATTEMPTS
from letterbox.services.operations.stuck.items import RetryOutcome, Stuck, StuckKind
from letterbox.services.operations.stuck.retry_kinds import Attempts
from letterbox.services.operations.stuck.retrying import Retried, Retrying
from letterbox.services.staff.person_rules import PersonInput
from letterbox.store.admin_events import AdminEvent
from letterbox.store.notices import Delivery, DeliveryStatus, Notice
from letterbox.wiring import Services
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import County
from tests.support.stack.mail_server import Box

pytestmark = pytest.mark.engine
LOGIN, ADDRESS, NAME = "account.mail", "gu.renzhen@example.org", "顾认真"


@pytest.fixture
def services(county: County, box: Box) -> Iterator[Services]:
    services = Services(replace(county.services.settings, smtp_url=box.url), county.clock)
    forget_all(services)
    yield services
    forget_all(services)
    services.close()


def forget_all(services: Services) -> None:
    """Notices without a letter are everybody's: those of other tests would be sent along."""
    mine = select(Notice.id).where(Notice.letter_id.is_(None))
    with services.database.transaction() as session:
        session.execute(update(Delivery).where(Delivery.notice_id.in_(mine)).values(status=DeliveryStatus.DISCARDED))


@pytest.fixture
def told(services: Services) -> int:
    """Somebody whose sessions another person has just ended; the delivery of the mail that tells him."""
    person_id = services.sign_in.person_of(LOGIN)
    if person_id is None:
        person_id, _password = services.people.create(operator(), PersonInput(LOGIN, NAME, email=ADDRESS))
        forget_all(services)
    services.people.end_sessions(operator(), person_id, "电脑丢了")
    with services.database.reading() as session:
        (delivery_id,) = session.scalars(
            select(Delivery.id).where(Delivery.recipient == ADDRESS, Delivery.status == DeliveryStatus.PENDING)
        )
        return delivery_id


def person_of(services: Services, delivery_id: int) -> int:
    with services.database.reading() as session:
        person_id = session.get_one(Delivery, delivery_id).person_id
    assert person_id is not None
    return person_id


def status_of(services: Services, delivery_id: int) -> str:
    with services.database.reading() as session:
        return str(session.get_one(Delivery, delivery_id).status)


def seen(services: Services, delivery_id: int) -> Stuck | None:
    found = OperatorServices(services).stuck.all(OPERATOR).items
    return next((each for each in found if (each.kind, each.id) == (StuckKind.DELIVERY, str(delivery_id))), None)


def retry(services: Services, stuck: Stuck) -> Retried:
    """While an answer is waited for, the workers' round is made."""
    attempts = Attempts(services.database, services.engine, services.casebook, services.relay, services.mask)
    work, administration = OperatorServices(services).stuck, services.administration
    retrying = Retrying(work, attempts, administration, lambda _s: bool(services.delivery.send_to_people()) or None)
    (result,) = retrying.retry(OPERATOR, [stuck], "地址已更正", wait_s=10)
    return result


def test_the_person_concerned_gets_the_mail(services: Services, box: Box, told: int) -> None:
    assert services.delivery.send_to_people() is True
    assert [(mail["To"], "结束了您在各处的登录" in mail["Subject"]) for mail in box.mails] == [(ADDRESS, True)]
    assert status_of(services, told) == DeliveryStatus.SENT
    assert seen(services, told) is None


def test_an_address_from_which_mail_is_led_away_is_told(services: Services, box: Box, told: int) -> None:
    services.delivery.send_to_people()
    person_id = person_of(services, told)
    services.people.edit(operator(), person_id, PersonInput(LOGIN, NAME, email="new.address@example.org"))
    services.delivery.send_to_people()
    services.people.edit(operator(), person_id, PersonInput(LOGIN, NAME, email=ADDRESS))
    services.delivery.send_to_people()
    led_away = [mail["To"] for mail in box.mails if "不再寄到原来的邮箱" in mail["Subject"]]
    assert sorted(led_away[:2]) == sorted(led_away[2:]) == [ADDRESS, "new.address@example.org"]


def test_the_same_mailbox_in_other_letters_is_told_once(services: Services, box: Box, told: int) -> None:
    person_id = person_of(services, told)
    services.people.edit(operator(), person_id, PersonInput(LOGIN, NAME, email=ADDRESS.upper()))
    services.delivery.send_to_people()
    services.people.edit(operator(), person_id, PersonInput(LOGIN, NAME, email=ADDRESS))
    assert [mail["To"] for mail in box.mails if "邮箱" in mail["Subject"]] == [ADDRESS.upper()]


def test_a_deferred_one_keeps_nobody_elses_from_leaving(services: Services, box: Box, told: int) -> None:
    """More of them than a round takes, all older: what was tried less often goes first."""
    box.answers[ADDRESS] = "451 later"
    person_id = person_of(services, told)
    for _each in range(MOST_AT_ONCE):
        services.people.end_sessions(operator(), person_id, "电脑丢了")
    other, _password = services.people.create(
        operator(), PersonInput(f"deferred.{told}", "丁后来", email="ding@example.org")
    )
    services.people.end_sessions(operator(), other, "电脑丢了")
    services.delivery.send_to_people()
    services.delivery.send_to_people()
    assert "ding@example.org" in {mail["To"] for mail in box.mails}
    assert status_of(services, told) == DeliveryStatus.PENDING
    box.answers.clear()
    services.delivery.send_to_people()
    services.delivery.send_to_people()
    assert status_of(services, told) == DeliveryStatus.SENT


def test_a_server_that_is_away_is_not_asked_again_for_each_one(services: Services, box: Box, told: int) -> None:
    services.people.end_sessions(operator(), person_of(services, told), "电脑丢了")
    box.answer = "421 closing"
    assert services.delivery.send_to_people() is False
    with services.database.reading() as session:
        waiting = select(Delivery.attempts).where(Delivery.id >= told, Delivery.status == DeliveryStatus.PENDING)
        tried = list(session.scalars(waiting))
    assert sorted(tried) == [0, 1]


def test_a_refused_one_is_seen_without_address_or_text_and_sent_again(services: Services, box: Box, told: int) -> None:
    box.answer = "550 no such user"
    services.delivery.send_to_people()
    stuck = seen(services, told)
    assert stuck is not None
    assert (stuck.letter, stuck.cause, stuck.can_retry) == (None, "邮件服务器拒收（550）", True)
    assert NAME in stuck.name
    assert ADDRESS not in str(stuck)
    box.answer = "250 OK"
    assert retry(services, stuck).outcome is RetryOutcome.RESOLVED
    assert len(box.mails) == 1
    assert seen(services, told) is None


def test_what_was_done_about_it_stands_in_the_record_as_a_notice(services: Services, box: Box, told: int) -> None:
    box.answer = "550 no such user"
    services.delivery.send_to_people()
    stuck = seen(services, told)
    assert stuck is not None
    assert retry(services, stuck).outcome is RetryOutcome.FAILING
    OperatorServices(services).discarding.discard(OPERATOR, stuck, "已电话告知")
    assert status_of(services, told) == DeliveryStatus.DISCARDED
    with services.database.reading() as session:
        about = (AdminEvent.subject_kind == Subject.NOTICE, AdminEvent.subject_id == str(told))
        actions = list(session.scalars(select(AdminEvent.action).where(*about).order_by(AdminEvent.id)))
    assert actions == [AdminAction.RETRY_ASKED, AdminAction.RETRY_ENDED, AdminAction.STUCK_DISCARDED]
    shown = OperatorServices(services).log.page(OPERATOR)
    assert [entry.action for entry in shown.items[:3]] == actions[::-1]


def test_one_that_is_tried_in_vain_is_seen_and_begins_anew_when_it_is_retried(
    services: Services, box: Box, told: int
) -> None:
    """No process of a letter carries it, so no incident of the engine would tell."""
    box.answer = "451 later"
    assert services.delivery.send_to_people() is False
    assert seen(services, told) is None, "a moment's delay is nobody's concern"
    with services.database.transaction() as session:
        session.execute(update(Delivery).where(Delivery.id == told).values(attempts=MOST_ATTEMPTS))
    box.answer = "250 OK"
    assert services.delivery.send_to_people() is False, "it is not tried any more"
    stuck = seen(services, told)
    assert stuck is not None
    assert stuck.cause == "邮件服务器暂不接收（451）"
    assert retry(services, stuck).outcome is RetryOutcome.RESOLVED
    assert len(box.mails) == 1
