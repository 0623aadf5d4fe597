"""What a process owner adds works without new Python: a task with its form, a field, a ladder row, a limit's length."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.vocabulary import Role
from letterbox.services.deployment.design import repository_files
from tests.support.drawn.changed_bundle import VISIT_FORM, edited, with_field, with_visit
from tests.support.drawn.owner import Owner
from tests.support.office.api import UNIT, Api
from tests.support.office.county import County
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import DEPUTY, HANDLER, accepted

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.studio_fixtures"]
pytestmark = pytest.mark.engine

LADDER, LIMITS, INSTRUCT = "escalation-ladder.dmn", "time-limits.dmn", "instruct-handler.form"
ANSWERS = {"place_kind": "site", "visited_on": "2026-09-08", "with_photos": True, "seen": "路灯杆倾斜，线路老化。"}
SHOWN = ("走访地点：事发现场", "走访日期：2026年9月8日", "已拍照：是", "看到的情况：路灯杆倾斜，线路老化。")
RUNG = """<rule id="ladder-reply-halfway"><description>中途问一次进展</description>
<inputEntry id="halfway_in1"><text>"reply"</text></inputEntry><inputEntry id="halfway_in2"><text>false</text></inputEntry>
<outputEntry id="halfway_out1"><text>"halfway"</text></outputEntry><outputEntry id="halfway_out2"><text>-3</text></outputEntry>
<outputEntry id="halfway_out3"><text>"10:00"</text></outputEntry>
<outputEntry id="halfway_out4"><text>"unit_deputy"</text></outputEntry>
<outputEntry id="halfway_out5"><text>"notify"</text></outputEntry></rule></decisionTable>"""


@pytest.fixture
def county(site: DeskSite) -> County:
    return site.county


@pytest.fixture
def visited(owner: Owner, county: County) -> str:
    """A letter that began after the owner had added his task, standing at it."""
    files = with_visit(repository_files())
    owner.deploy({name: files[name] for name in ("unit-handling.bpmn", f"{VISIT_FORM}.form")})
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert county.open_tasks(number) == ["Task_NoteVisit"]
    return number


def staff_timeline(site: DeskSite, number: str) -> str:
    return site.signed_in("screener").open(f"/desk/letters/{number}").text


def test_the_machine_interface_offers_checks_and_takes_an_added_task(
    site: DeskSite, county: County, visited: str
) -> None:
    api = Api(site.app, county.services)
    task = county.task(visited, "Task_NoteVisit", HANDLER)
    listed = api.tasks(Role.UNIT_HANDLER)
    assert [(each["task"], each["name"]) for each in listed if each["id"] == task.id] == [
        ("Task_NoteVisit", "登记走访")
    ]
    assert api.get(f"/tasks/{task.id}", Role.UNIT_HANDLER)["form"]["id"] == VISIT_FORM
    api.get(f"/tasks/{task.id}", Role.UNIT_HANDLER, 404, unit="health")
    path, wrong = f"/tasks/{task.id}/complete", {**ANSWERS, "place_kind": "moon", "seen": ""}
    problem = api.post(path, Role.UNIT_HANDLER, {"values": wrong}, 422)
    assert set(problem["errors"]) == {"place_kind", "seen"}
    api.post(path, Role.UNIT_HANDLER, {"values": ANSWERS})
    county.run_until_idle(visited)
    assert county.open_tasks(visited) == ["Task_SubmitToDeputy"]
    record = api.get(f"/letters/{visited}", Role.SCREENER)
    (event,) = [each for each in record["events"] if each["name"] == "TaskCompleted"]
    assert event["data"]["answers"] == ANSWERS
    assert event["data"]["task"] == "Task_NoteVisit"
    for words in ("登记走访", *SHOWN):
        assert words in staff_timeline(site, visited)


def test_the_desk_shows_checks_and_takes_an_added_task(site: DeskSite, county: County, visited: str) -> None:
    browser = site.signed_in(f"handler.{UNIT}")
    assert "登记走访" in browser.open(f"/desk/?q={visited}").text
    page = browser.open(site.task(visited, "Task_NoteVisit", f"handler.{UNIT}"))
    assert "看到的情况" in page.text
    page = browser.submit("/desk/tasks/" + page.response.request.path.rpartition("/")[2], place_kind="site")
    assert page.status == 422
    assert "请填写看到的情况" in page.errors
    browser.submit("/desk/tasks/" + page.response.request.path.rpartition("/")[2], **{**ANSWERS, "with_photos": "true"})
    county.run_until_idle(visited)
    assert county.open_tasks(visited) == ["Task_SubmitToDeputy"]
    for words in ("登记走访", *SHOWN):
        assert words in staff_timeline(site, visited)


def test_its_choice_becomes_a_variable_and_its_words_do_not(county: County, visited: str) -> None:
    county.do(visited, "Task_NoteVisit", HANDLER, **ANSWERS)
    (unit,) = county.services.engine.processes.of(visited, "UnitHandlingProcess")
    held = county.services.engine.processes.variables(unit.id)
    assert held["placeKind"] == "site"
    assert not any("路灯杆" in str(value) for value in held.values())


def test_a_letter_under_way_keeps_the_procedure_it_began_with(owner: Owner, county: County) -> None:
    number = accepted(county)
    files = with_visit(repository_files())
    owner.deploy({name: files[name] for name in ("unit-handling.bpmn", f"{VISIT_FORM}.form")})
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert county.open_tasks(number) == ["Task_SubmitToDeputy"]


def test_a_field_added_to_a_shipped_form_is_kept_with_its_question(
    site: DeskSite, owner: Owner, county: County
) -> None:
    owner.deploy({INSTRUCT: with_field(INSTRUCT, type="number", key="persons", label="派几个人", validate={"min": 1})})
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER)
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请三日内修好", persons=2)
    names = county.names(number)
    assert "HandlerInstructed" in names
    (event,) = [each for each in county.events(number) if each.name == "TaskCompleted"]
    assert event.data["answers"] == {"persons": 2}
    assert "派几个人：2" in staff_timeline(site, number)


def test_a_rung_added_to_the_ladder_is_taken_in_its_turn(owner: Owner, county: County) -> None:
    owner.deploy({LADDER: edited(LADDER, ("</decisionTable>", RUNG))})
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert county.limits(number)["reply"].due_at == datetime(2026, 9, 14, 17, 30, tzinfo=OFFICE_ZONE)
    for _ in range(6):
        county.fire_timer(number)
    (step,) = [each for each in county.events(number) if each.data.get("step") == "halfway"]
    assert step.at == datetime(2026, 9, 9, 10, 0, tzinfo=OFFICE_ZONE)
    assert (step.data["recipients"], step.data["rule"]) == (["unit_deputy"], "ladder-reply-halfway")


def test_a_changed_length_counts_for_the_next_limit(owner: Owner, county: County) -> None:
    before = accepted(county)
    row = 'id="limit-sign-for_out1">\n          <text>1</text>'
    owner.deploy({LIMITS: edited(LIMITS, (row, row.replace("1</text>", "2</text>")))})
    after = accepted(county)
    due = {number: county.limits(number)["sign_for"].due_at for number in (before, after)}
    assert due[before] == datetime(2026, 9, 8, 17, 30, tzinfo=OFFICE_ZONE)
    assert due[after] == datetime(2026, 9, 9, 17, 30, tzinfo=OFFICE_ZONE)
