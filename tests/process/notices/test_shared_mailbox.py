"""Officials who share a mailbox: each is told in the desk, and the mailbox gets one mail."""

from __future__ import annotations

from sqlalchemy import select

from letterbox.domain.permissions import WORKER
from letterbox.domain.vocabulary import Role
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.store.notices import Delivery, Notice
from tests.support.office.office import ADMIN
from tests.support.writers.letters import BODY, NAME, PHONE, TITLE
from tests.support.writers.portal import Portal

pytest_plugins = ["tests.support.writers.portal_fixtures"]


def test_a_shared_mailbox_gets_one_mail_and_each_of_its_people_a_notice(portal: Portal) -> None:
    services, ids = portal.services, []
    for login, mailbox in (
        ("one", "office@example.gov.cn"),
        ("two", "Office@example.gov.cn"),
        ("three", "own@example.gov.cn"),
    ):
        person, _password = services.people.create(
            ADMIN, PersonInput(login, f"值班{login}", email=mailbox), [RoleInput(Role.SCREENER)]
        )
        ids.append(person)
    letter = portal.write(TITLE, BODY, NAME, PHONE)
    with services.casebook.open(letter.number, WORKER) as case:
        assert services.notices.notify_roles(case, "red_flag_alert", [Role.SCREENER], by_mail=True, words="跳楼") == 3
    with services.database.reading() as session:
        alert = select(Delivery).join(Notice, Notice.id == Delivery.notice_id).where(Notice.text == "red_flag_alert")
        told = list(session.scalars(alert.order_by(Delivery.id)))
    assert [each.person_id for each in told if each.channel == "in_app"] == ids
    assert [each.recipient for each in told if each.channel == "mail"] == [
        "office@example.gov.cn",
        "own@example.gov.cn",
    ]
