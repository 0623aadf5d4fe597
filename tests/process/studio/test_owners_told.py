"""The other process owners hear of a proposal that waits for one of them, and of none that no longer does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.notices.inbox import InAppNotice, Inbox
from letterbox.services.studio.owner_notices import TEXT
from letterbox.store.notices import Delivery, DeliveryStatus, Notice
from letterbox.store.people import Person, RoleAssignment
from letterbox.wiring import Services
from tests.support.drawn.changed_bundle import with_field
from tests.support.drawn.owner import NOTE, Owner
from tests.support.stack.mail_server import Box

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.studio_fixtures"]
pytestmark = pytest.mark.engine

FORM = "sign-off-reply.form"
SEAL = with_field(FORM, type="textfield", key="seal_number", label="用印编号")
ADDRESS = "second.owner@example.org"


@pytest.fixture
def posting(owner: Owner, box: Box) -> Iterator[Services]:
    """The same place with a mail server, nothing waiting; the second owner has an address."""
    services = Services(replace(owner.services.settings, smtp_url=box.url), owner.services.clock)
    with services.database.transaction() as session:
        letterless = select(Notice.id).where(Notice.letter_id.is_(None))
        session.execute(
            update(Delivery).where(Delivery.notice_id.in_(letterless)).values(status=DeliveryStatus.DISCARDED)
        )
        session.execute(update(Person).where(Person.login == "owner2").values(email=ADDRESS))
    yield services
    with services.database.transaction() as session:
        session.execute(update(Person).where(Person.login == "owner2").values(email=None))
    services.close()


@pytest.fixture
def proposed(owner: Owner, posting: Services) -> int:
    owner.studio.upload(owner.actor, [(FORM, SEAL)])
    return owner.propose()


def heard(owner: Owner, actor: Actor) -> list[InAppNotice]:
    """What stands in somebody's desk about proposals and was not read."""
    inbox = Inbox(owner.services.database, owner.services.clock)
    return [each for each in inbox.list(actor).items if "流程改动等您查看" in each.subject and each.read_at is None]


def test_the_other_owner_is_told_in_the_desk_and_by_mail_the_proposer_is_not(
    owner: Owner, posting: Services, box: Box, proposed: int
) -> None:
    (notice,) = heard(owner, owner.second)
    assert (notice.number, owner.actor.name in notice.subject, NOTE in notice.body) == ("", True, True)
    assert heard(owner, owner.actor) == []
    posting.delivery.send_to_people()
    assert [mail["To"] for mail in box.mails] == [ADDRESS]
    assert owner.actor.name in box.mails[0]["Subject"]


def upload_again(owner: Owner, _proposed: int) -> None:
    owner.studio.upload(owner.actor, [(FORM, with_field(FORM, type="textfield", key="desk", label="台账号"))])


def withdraw(owner: Owner, proposed: int) -> None:
    owner.studio.approvals.withdraw(owner.actor, proposed)


def send_back(owner: Owner, proposed: int) -> None:
    owner.studio.approvals.send_back(owner.second, proposed, "台账里已有")


def approve(owner: Owner, proposed: int) -> None:
    owner.approved(proposed)


@pytest.mark.parametrize("ending", [upload_again, withdraw, send_back, approve])
def test_what_has_its_result_is_not_announced_late(
    owner: Owner, posting: Services, box: Box, proposed: int, ending: Callable[[Owner, int], None]
) -> None:
    ending(owner, proposed)
    unread = Inbox(owner.services.database, owner.services.clock).unread(owner.second)
    assert heard(owner, owner.second) == []
    posting.delivery.send_to_people()
    assert box.mails == []
    with posting.database.reading() as session:
        query = select(Delivery.status, Delivery.last_error).join(Notice).where(Delivery.recipient == ADDRESS)
        (mail,) = session.execute(query.where(Notice.proposal_id == proposed)).all()
    assert tuple(mail) == (DeliveryStatus.DISCARDED, "提出的改动已经有了结果，不用再提醒")
    assert Inbox(posting.database, posting.clock).unread(owner.second) == unread


def test_what_was_read_while_it_waited_stays_to_be_read(owner: Owner, proposed: int) -> None:
    inbox, (notice,) = Inbox(owner.services.database, owner.services.clock), heard(owner, owner.second)
    inbox.mark_read(owner.second, [notice.id])
    withdraw(owner, proposed)
    assert notice.id in [each.id for each in inbox.list(owner.second).items]


def test_an_owner_alone_is_counted_as_alone_and_tells_nobody(owner: Owner, posting: Services) -> None:
    others = RoleAssignment.role == Role.PROCESS_OWNER, RoleAssignment.person_id != int(owner.actor.id or 0)
    before = owner.studio.approvals.others(owner.actor)
    with posting.database.transaction() as session:
        mine = list(session.scalars(select(RoleAssignment.id).where(*others, RoleAssignment.ended_at.is_(None))))
        ending = update(RoleAssignment).where(RoleAssignment.id.in_(mine))
        session.execute(ending.values(ended_at=posting.clock.now()))
    try:
        assert owner.studio.approvals.others(owner.actor) == 0
        owner.studio.upload(owner.actor, [(FORM, SEAL)])
        proposed = owner.propose()
        with posting.database.reading() as session:
            told = session.scalars(select(Notice.id).where(Notice.text == TEXT, Notice.proposal_id == proposed)).all()
        assert told == []
    finally:
        with posting.database.transaction() as session:
            session.execute(ending.values(ended_at=None))
    assert owner.studio.approvals.others(owner.actor) == before >= 1
