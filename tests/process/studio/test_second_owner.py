"""Nothing is deployed by one person alone: what one owner proposed, exactly that, another approves or sends back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from letterbox.domain.errors import FieldErrors, NotAllowed, WrongState
from letterbox.domain.permissions import Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.deployment.design import repository_files
from letterbox.store.studio import StudioProposalFile
from tests.support.drawn.changed_bundle import edited, with_field
from tests.support.drawn.owner import NOTE, Owner
from tests.support.office.county import staff

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.studio_fixtures"]
pytestmark = pytest.mark.engine

FORM, NOTICE = "sign-off-reply.form", "notice-delivery.bpmn"
SEAL = with_field(FORM, type="textfield", key="seal_number", label="用印编号")


@pytest.fixture
def proposed(owner: Owner) -> int:
    owner.studio.upload(owner.actor, [(FORM, SEAL)])
    return owner.propose()


def test_a_proposal_deploys_nothing_and_is_shown_to_the_other(owner: Owner, proposed: int) -> None:
    live = owner.services.design.live()
    look = owner.studio.approvals.look(owner.second, proposed)
    assert (look.line.by, look.line.note, look.line.is_mine) == (owner.actor.name, NOTE, False)
    assert [each.file for each in look.changes] == [FORM]
    assert [each.id for each in owner.studio.approvals.open(owner.second)] == [proposed]
    assert owner.services.design.live() == live
    assert owner.services.design.live_files() == repository_files()


def test_nobody_approves_his_own_not_even_in_anothers_place(owner: Owner, proposed: int) -> None:
    """People are compared, not grants."""
    approvals, seal = owner.studio.approvals, owner.studio.approvals.look(owner.actor, proposed).line.seal
    as_substitute = replace(owner.actor, grants=frozenset({Grant(Role.PROCESS_OWNER, for_whom=owner.second.name)}))
    lent_by_the_proposer = replace(
        owner.second, grants=frozenset({Grant(Role.PROCESS_OWNER, for_whom=owner.actor.name)})
    )
    for actor in (owner.actor, as_substitute, lent_by_the_proposer):
        with pytest.raises(NotAllowed):
            approvals.approve(actor, proposed, seal=seal)
        with pytest.raises(NotAllowed):
            approvals.send_back(actor, proposed, "不合适")
    assert owner.services.design.live_files() == repository_files()


def test_a_change_after_the_proposal_voids_it(owner: Owner, proposed: int) -> None:
    seal = owner.studio.approvals.look(owner.second, proposed).line.seal
    owner.studio.upload(owner.actor, [(NOTICE, edited(NOTICE, ('name="发送通知"', 'name="发通知"')))])
    with pytest.raises(WrongState):
        owner.studio.approvals.approve(owner.second, proposed, seal=seal)
    assert owner.studio.approvals.open(owner.second) == ()


def test_what_is_not_exactly_what_was_checked_is_not_deployed(owner: Owner, proposed: int) -> None:
    seal = owner.studio.approvals.look(owner.second, proposed).line.seal
    with pytest.raises(WrongState):
        owner.studio.approvals.approve(owner.second, proposed, seal="another")
    with owner.services.database.transaction() as session:
        row = session.get(StudioProposalFile, (proposed, FORM))
        assert row is not None
        row.content = repository_files()[FORM].replace(b"sign", b"sing")
    with pytest.raises(WrongState):
        owner.studio.approvals.approve(owner.second, proposed, seal=seal)


def test_sent_back_with_a_reason_that_the_proposer_reads(owner: Owner, proposed: int) -> None:
    with pytest.raises(FieldErrors):
        owner.studio.approvals.send_back(owner.second, proposed, " ")
    owner.studio.approvals.send_back(owner.second, proposed, "用印编号已在台账里")
    last = owner.studio.approvals.last_of(owner.actor)
    assert last is not None
    assert (last.state, last.reason, last.decided_by) == ("sent-back", "用印编号已在台账里", owner.second.name)
    assert [each.name for each in owner.studio.waiting(owner.actor)] == [FORM]
    with pytest.raises(WrongState):
        owner.studio.approvals.approve(owner.second, proposed, seal=last.seal)


def test_a_proposal_against_another_live_bundle_is_not_deployed(owner: Owner, proposed: int) -> None:
    other = with_field(FORM, type="textfield", key="desk", label="台账号")
    Owner(owner.services, owner.second).deploy({FORM: other})
    look = owner.studio.approvals.look(owner.second, proposed)
    assert look.is_stale
    with pytest.raises(WrongState):
        owner.studio.approvals.approve(owner.second, proposed, seal=look.line.seal)
    assert owner.services.design.live_files()[FORM] == other


def test_only_the_proposer_takes_it_back_and_others_of_the_county_have_no_say(owner: Owner, proposed: int) -> None:
    with pytest.raises(NotAllowed):
        owner.studio.approvals.withdraw(owner.second, proposed)
    for role in (Role.ADMIN, Role.OPERATOR):
        with pytest.raises(NotAllowed):
            owner.studio.approvals.look(staff(role), proposed)
    owner.studio.approvals.withdraw(owner.actor, proposed)
    assert owner.studio.approvals.open(owner.second) == ()
