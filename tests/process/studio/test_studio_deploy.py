"""Deploying through the studio: only what is without fault, with a note, as one deployment, recorded; and the way back."""

from __future__ import annotations

import pytest

from letterbox.bundle.files.bundle_file import anew
from letterbox.bundle.model.diagram_model import Level
from letterbox.domain.errors import FieldErrors, NotAllowed, WrongState
from letterbox.domain.vocabulary import Role
from letterbox.services.case.form_inputs import FORM_INPUTS
from letterbox.services.deployment.design import REPOSITORY, STUDIO, repository_files
from letterbox.services.staff.person_rules import RoleInput
from letterbox.services.studio import history
from letterbox.services.studio.views import BundleRefused
from letterbox.services.tasks.facts import TaskFactReader
from letterbox.services.tasks.prefill import FormData
from letterbox.store.admin_events import AdminEvent
from tests.support.drawn.changed_bundle import VISIT_FORM, edited, upload, with_field, with_visit
from tests.support.drawn.owner import NOTE, Owner
from tests.support.drawn.planted import LOST
from tests.support.engine.wire import Fault, Wire
from tests.support.office.county import staff
from tests.support.office.desk_site import DeskSite
from tests.support.office.office import as_actor, new_person
from tests.support.office.staffed import SCREENER

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.studio_fixtures"]
pytestmark = pytest.mark.engine

LETTER, NOTICE, UNIT, FORM = "letter-handling.bpmn", "notice-delivery.bpmn", "unit-handling.bpmn", "sign-off-reply.form"
SEAL = with_field(FORM, type="textfield", key="seal_number", label="用印编号")


def last_record(owner: Owner) -> AdminEvent:
    with owner.services.database.reading() as session:
        return session.query(AdminEvent).order_by(AdminEvent.id.desc()).first()  # type: ignore[return-value]  # there is one


def test_a_change_becomes_the_live_bundle_as_one_deployment(owner: Owner) -> None:
    before = owner.services.design.live()
    live = owner.deploy({FORM: SEAL})
    assert (live.origin, live.note, live.deployed_by) == (STUDIO, NOTE, owner.second.name)
    assert owner.services.design.live_files() == {**repository_files(), FORM: SEAL}
    assert owner.services.engine.deployments.files(live.deployment_id) == {**repository_files(), FORM: SEAL}
    assert before is not None
    assert live.deployment_id != before.deployment_id
    assert owner.studio.waiting(owner.actor) == ()
    view = owner.studio.live(owner.actor)
    assert view.line.changed == (FORM,)
    assert {part.version for each in view.files if each.kind != "form" for part in each.parts} != {None}


def test_who_what_and_why_is_recorded(owner: Owner) -> None:
    owner.deploy({FORM: SEAL})
    record = last_record(owner)
    assert (record.action, record.by_name, record.reason) == ("BundleDeployed", owner.second.name, NOTE)
    names = {"proposed_by": owner.actor.name, "approved_by": owner.second.name}
    assert record.after == {"files": [FORM], "warnings": 0, **names}
    line = owner.studio.live(owner.actor).line
    assert (line.proposed_by, line.deployed_by) == (owner.actor.name, owner.second.name)


@pytest.mark.parametrize("note", ["", "  ", "改了", "字" * 501])
def test_without_a_note_nothing_is_deployed(owner: Owner, note: str) -> None:
    owner.studio.upload(owner.actor, [(FORM, SEAL)])
    live, proposal = owner.services.design.live(), owner.studio.proposal(owner.actor)
    with pytest.raises(FieldErrors) as refusal:
        owner.studio.propose(owner.actor, note, seal=proposal.seal, seen_warnings=True)
    assert set(refusal.value.errors) == {"note"}
    assert owner.services.design.live() == live
    assert [each.name for each in owner.studio.waiting(owner.actor)] == [FORM]


def test_an_error_keeps_the_whole_change_back(owner: Owner) -> None:
    owner.studio.upload(owner.actor, [(LETTER, edited(LETTER, ('Groups="screener"', 'Groups="clerk"'))), (FORM, SEAL)])
    live, proposal = owner.services.design.live(), owner.studio.proposal(owner.actor)
    with pytest.raises(WrongState, match="1 个错误"):
        owner.studio.propose(owner.actor, NOTE, seal=proposal.seal, seen_warnings=True)
    assert owner.services.design.live() == live


@pytest.mark.parametrize("change", LOST.values(), ids=LOST)
def test_what_the_reader_drops_keeps_every_way_to_a_deployment_shut(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str]
) -> None:
    """A proposal, its approval and the way back look at the files as they came, not at what is left of them."""
    live = owner.services.design.live()
    owner.studio.upload(owner.actor, [(FORM, SEAL)])
    waiting = owner.propose()
    hostile = {**repository_files(), LETTER: edited(LETTER, change)}
    owner.studio.upload(owner.actor, [(LETTER, hostile[LETTER])])
    proposal = owner.studio.proposal(owner.actor)
    assert {each.file for each in proposal.errors} == {LETTER}
    with pytest.raises(WrongState, match="1 个错误"):
        owner.studio.propose(owner.actor, NOTE, seal=proposal.seal, seen_warnings=True)
    monkeypatch.setattr("letterbox.services.studio.approval._files", lambda *_args: hostile)
    assert {each.file for each in owner.studio.approvals.look(owner.second, waiting).errors} == {LETTER}
    assert live is not None
    kept = history.files
    monkeypatch.setattr(history, "files", lambda session, bundle_id: kept(session, bundle_id) if bundle_id else hostile)
    monkeypatch.setattr(
        history, "line", lambda session, bundle_id, line=history.line: line(session, bundle_id or live.id)
    )
    assert {each.file for each in owner.studio.return_to(owner.actor, 0).errors} == {LETTER}
    assert owner.services.design.live() == live


def test_warnings_must_be_seen(owner: Owner) -> None:
    files = with_visit(repository_files())
    odd = files[UNIT].replace("<bpmn:documentation>走访后登记。</bpmn:documentation>".encode(), b"")
    owner.studio.upload(owner.actor, [(f"{VISIT_FORM}.form", files[f"{VISIT_FORM}.form"])])
    owner.studio.upload(owner.actor, [(UNIT, odd)])
    proposal = owner.studio.proposal(owner.actor)
    assert {each.level for each in proposal.findings} == {Level.WARNING}
    with pytest.raises(FieldErrors) as refusal:
        owner.studio.propose(owner.actor, NOTE, seal=proposal.seal, seen_warnings=False)
    assert set(refusal.value.errors) == {"seen_warnings"}
    owner.approved(owner.studio.propose(owner.actor, NOTE, seal=proposal.seal, seen_warnings=True))
    assert owner.services.design.live_files()[UNIT] == anew({UNIT: odd})[UNIT]


def test_what_was_not_shown_is_not_deployed(owner: Owner) -> None:
    owner.studio.upload(owner.actor, [(FORM, SEAL)])
    shown = owner.studio.proposal(owner.actor)
    owner.studio.upload(owner.actor, [(NOTICE, edited(NOTICE, ('name="发送通知"', 'name="发通知"')))])
    with pytest.raises(WrongState, match="又有变动"):
        owner.studio.propose(owner.actor, NOTE, seal=shown.seal, seen_warnings=True)


def test_of_two_owners_the_second_looks_again(owner: Owner) -> None:
    colleague = as_actor(owner.services, new_person(owner.services, "另一位", RoleInput("process_owner", None)))
    owner.studio.upload(owner.actor, [(FORM, SEAL)])
    shown = owner.studio.proposal(owner.actor)
    other = with_field(FORM, type="textfield", key="desk", label="台账号")
    Owner(owner.services, colleague).deploy({FORM: other})
    with pytest.raises(WrongState, match="又有变动"):
        owner.studio.propose(owner.actor, NOTE, seal=shown.seal, seen_warnings=True)
    assert owner.services.design.live_files()[FORM] == other
    assert [each.is_stale for each in owner.studio.waiting(owner.actor)] == [True]


def test_a_deployment_that_loses_the_race_leaves_nothing_in_the_engine(owner: Owner) -> None:
    engine, live = owner.services.engine, owner.services.design.live()
    versions = engine.deployments.versions("LetterHandlingProcess")
    with pytest.raises(WrongState, match="刚刚被换过"):
        owner.services.design.deploy({**repository_files(), FORM: SEAL}, STUDIO, "late", replacing="another")
    assert live is not None
    assert owner.services.design.live() == live
    assert engine.deployments.versions("LetterHandlingProcess") == versions


def test_the_engines_own_refusal_names_file_and_element(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the check may overlook."""
    monkeypatch.setattr("letterbox.services.studio.check.findings_of", lambda *_files: [])
    odd = edited(NOTICE, ('historyTimeToLive="P90D"', 'historyTimeToLive="soon"'))
    owner.studio.upload(owner.actor, [(NOTICE, odd)])
    live, proposal_id = owner.services.design.live(), owner.propose()
    with pytest.raises(BundleRefused) as refusal:
        owner.approved(proposal_id)
    assert {each.file for each in refusal.value.findings} == {NOTICE}
    assert owner.services.design.live() == live
    assert [each.name for each in owner.studio.waiting(owner.actor)] == [NOTICE]


def test_a_deployment_whose_answer_was_lost_is_found_and_recorded(owner: Owner, remote: DeskSite, wire: Wire) -> None:
    """Else new letters would follow a bundle that nobody knows of."""
    engine, design = owner.services.engine, remote.county.services.design
    assert design.live() is not None
    wire.fault = Fault.LOSE_ONE_ANSWER
    live = design.deploy({**repository_files(), FORM: SEAL}, STUDIO, "far away")
    assert wire.fault is Fault.NONE
    assert owner.services.design.live() == live
    assert engine.deployments.versions("LetterHandlingProcess")[0].deployment_id == live.deployment_id


def test_while_the_engine_is_away_nothing_changes_and_nothing_is_lost(
    owner: Owner, remote: DeskSite, wire: Wire
) -> None:
    live = owner.services.design.live()
    browser = remote.signed_in("owner")
    browser.open("/studio/change")
    browser.submit("/change/files", files=[upload(FORM, SEAL)])
    page = browser.submit("/change/deploy", note="审签时登记用印编号")
    assert "还没有部署：等另一位流程管理员" in page.text
    colleague = remote.signed_in("owner2")
    (waiting,) = owner.studio.approvals.open(owner.second)
    assert waiting.note in colleague.open("/studio/").text
    colleague.open(f"/studio/proposals/{waiting.id}")
    wire.fault = Fault.CUT
    page = colleague.submit(f"/proposals/{waiting.id}/approve")
    assert page.status == 503
    assert "流程引擎暂时连不上" in page.errors[0]
    assert owner.services.design.live() == live
    wire.fault = Fault.NONE
    page = colleague.submit(f"/proposals/{waiting.id}/approve")
    assert "已部署" in page.text
    assert owner.services.design.live_files()[FORM] == SEAL


def test_an_earlier_bundle_is_deployed_again(owner: Owner) -> None:
    first = owner.services.design.live()
    assert first is not None
    owner.deploy({FORM: SEAL})
    proposal = owner.studio.return_to(owner.actor, first.id)
    assert [each.file for each in proposal.changes] == [FORM]
    proposal_id = owner.studio.propose_return(
        owner.actor, first.id, "退回：新字段不需要", seal=proposal.seal, seen_warnings=False
    )
    live = owner.approved(proposal_id)
    assert (live.digest, live.origin) == (first.digest, REPOSITORY)
    assert live.deployment_id != first.deployment_id
    record = last_record(owner)
    assert (record.action, record.reason) == ("BundleRestored", "退回：新字段不需要")
    with pytest.raises(WrongState, match="没有改动"):
        owner.studio.propose_return(owner.actor, first.id, NOTE, seal="", seen_warnings=True)


def test_a_restart_leaves_the_studios_bundle(owner: Owner) -> None:
    live = owner.deploy({FORM: SEAL})
    kept = owner.services.design.deploy_repository(repository_files(), "letterbox up")
    assert (kept.kept_studio, kept.live) == (True, live)
    replaced = owner.services.design.deploy_repository(repository_files(), "somebody", replace=True)
    assert (replaced.changed, replaced.live.origin) == (True, REPOSITORY)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OPERATOR, Role.SCREENER, Role.PROCESS_OWNER])
def test_only_a_person_who_owns_the_process_may(owner: Owner, role: Role) -> None:
    """A token is nobody: a note needs a name."""
    somebody = staff(role)
    for act in (
        lambda: owner.studio.live(somebody),
        lambda: owner.studio.proposal(somebody),
        lambda: owner.studio.upload(somebody, [(FORM, SEAL)]),
        lambda: owner.studio.propose(somebody, NOTE, seal="", seen_warnings=True),
        lambda: owner.studio.propose_return(somebody, 1, NOTE, seal="", seen_warnings=True),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_forms_are_given_exactly_what_their_check_knows(site: DeskSite) -> None:
    county = site.county
    number = county.write()
    facts = TaskFactReader(county.services.database, county.services.engine)
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    with county.services.database.reading() as session:
        assert set(FormData().options(session, facts.facts(task.id))) == FORM_INPUTS
