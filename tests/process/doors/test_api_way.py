"""A letter's whole way through ``/api/v1`` on the real engine, every answer as the OpenAPI document says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from letterbox.domain.vocabulary import Criterion, Role
from tests.support.office.api import UNIT, Api, holds
from tests.support.office.county import County
from tests.support.stack.clocks import SetClock

pytest_plugins = ["tests.support.office.api_fixtures"]
pytestmark = pytest.mark.engine

GOOD = dict.fromkeys(Criterion, "pass")
ACCEPT = {"outcome": "accept", "category": "complaint", "scope": "5"}
Do = Callable[..., Any]


@pytest.fixture
def api(api_on_engine: Api) -> Api:
    return api_on_engine


@pytest.fixture
def county(api: Api) -> County:
    clock = api.services.clock
    assert isinstance(clock, SetClock)
    return County(api.services, clock)


@pytest.fixture
def do(api: Api, county: County) -> Do:
    """Complete the letter's task ``key`` as ``role``; everything behind it happens."""

    def complete(number: str, key: str, role: Role, status: int = 200, **values: Any) -> Any:
        answer = api.post(f"/tasks/{task_id(api, number, key, role)}/complete", role, {"values": values}, status)
        county.run_until_idle(number)
        return answer

    return complete


def task_id(api: Api, number: str, key: str, role: Role) -> str:
    """The role's open task ``key`` of the letter."""
    found = next((row["id"] for row in api.tasks(role) if (row["letter"], row["task"]) == (number, key)), None)
    assert found, f"{role} has no {key} of {number}"
    return str(found)


def written(api: Api, county: County, **changes: Any) -> tuple[str, str]:
    number, code = api.write(**changes)
    county.run_until_idle(number)
    return number, code


def names(api: Api, number: str) -> list[str]:
    record = api.get(f"/letters/{number}", Role.SCREENER)
    assert holds("LetterRecord", record)
    return [event["name"] for event in record["events"]]


def to_review(do: Do, number: str) -> None:
    to_unit(do, number)
    redo(do, number)


def to_unit(do: Do, number: str) -> None:
    do(number, "Task_ScreenLetter", Role.SCREENER, **ACCEPT)
    do(number, "Task_AssignLetter", Role.SCREENER, lead_unit=UNIT)
    do(number, "Task_ReceiveLetter", Role.UNIT_HANDLER)
    do(number, "Task_SubmitToDeputy", Role.UNIT_HANDLER, note="拟派人查看")
    do(number, "Task_InstructHandler", Role.UNIT_DEPUTY, instruction="请三日内修好")


def redo(do: Do, number: str) -> None:
    do(number, "Task_DraftReply", Role.UNIT_HANDLER, reply="路灯已修好。")
    do(number, "Task_SignOffReply", Role.UNIT_PRINCIPAL, outcome="sign")


def test_from_intake_to_evaluation(api: Api, county: County, do: Do) -> None:
    number, code = written(api, county)
    to_review(do, number)
    assert api.get(f"/letters/{number}?query_code={code}")["reply"] is None
    do(number, "Task_ReviewReply", Role.REVIEWER, **GOOD, outcome="pass", publish=True)
    tracked = api.get(f"/letters/{number}?query_code={code}")
    assert holds("TrackedLetter", tracked)
    assert tracked["reply"]["body"] == "路灯已修好。"
    assert tracked["can_evaluate"] is True
    body = {"query_code": code, "satisfied": True, "solved": False, "comment": "谢谢"}
    api.post(f"/letters/{number}/evaluation", None, body)
    api.post(f"/letters/{number}/evaluation", None, body, 409)
    county.run_until_idle(number)
    assert names(api, number)[-3:] == ["LetterPublished", "LetterEvaluated", "LetterClosed"]
    own = api.get(f"/letters/{number}/limits", Role.UNIT_HANDLER)["items"]
    assert {limit["kind"]: limit["in_time"] for limit in own}["reply"] is True
    figures = {row["unit"]: row for row in api.get("/figures?from=2026-09-01&to=2026-09-30", Role.SUPERVISOR)}
    assert figures[UNIT]["satisfied"] >= 1
    assert figures[UNIT]["replied_in_time"] >= 1


def test_a_reply_that_fails_review_once_comes_back(api: Api, county: County, do: Do) -> None:
    number, _ = written(api, county)
    to_review(do, number)
    wrong = do(number, "Task_ReviewReply", Role.REVIEWER, 422, **GOOD, outcome="fail")
    assert list(wrong["errors"]) == ["comment"]
    do(number, "Task_ReviewReply", Role.REVIEWER, **GOOD, outcome="fail", comment="请写明依据")
    redo(do, number)
    do(number, "Task_ReviewReply", Role.REVIEWER, **GOOD, outcome="pass")
    assert names(api, number)[-1] in {"ReplyDelivered", "LetterPublished"}
    assert names(api, number).count("ReplySubmitted") == 2


def test_a_supplement_by_the_writer(api: Api, county: County, do: Do) -> None:
    number, code = written(api, county)
    do(number, "Task_ScreenLetter", Role.SCREENER, outcome="supplement", question="在哪一段路？")
    assert api.get(f"/letters/{number}?query_code={code}")["question"] == "在哪一段路？"
    api.post(f"/letters/{number}/supplement", None, {"query_code": code, "body": " "}, 422)
    api.post(f"/letters/{number}/supplement", None, {"query_code": code, "body": "中心路北段"})
    county.run_until_idle(number)
    do(number, "Task_ScreenLetter", Role.SCREENER, outcome="decline", ground="6", reason="推销")
    assert names(api, number)[-2:] == ["LetterDeclined", "LetterClosed"]


def test_a_task_shows_its_form_its_values_and_its_letter(api: Api, county: County) -> None:
    number, _ = written(api, county)
    found = task_id(api, number, "Task_ScreenLetter", Role.SCREENER)
    task = api.get(f"/tasks/{found}", Role.REVIEWER)
    assert holds("OpenTask", task)
    assert task["letter"]["number"] == number
    assert {component.get("key") for component in task["form"]["components"]} >= {"outcome", "category", "scope"}
    assert task["values"]["category"] == api.get(f"/letters/{number}", Role.SCREENER)["suggestion"]["category"]


def test_wrong_fields_of_a_form_are_named(api: Api, county: County, do: Do) -> None:
    number, _ = written(api, county)
    values = {"outcome": "decline", "ground": "7", "colour": "red"}
    problem = do(number, "Task_ScreenLetter", Role.SCREENER, 422, **values)
    assert {"ground", "reason", "colour"} <= problem["errors"].keys()


def test_another_units_task_is_as_if_there_were_none(api: Api, county: County, do: Do) -> None:
    number, _ = written(api, county)
    do(number, "Task_ScreenLetter", Role.SCREENER, **ACCEPT)
    do(number, "Task_AssignLetter", Role.SCREENER, lead_unit=UNIT)
    found = task_id(api, number, "Task_ReceiveLetter", Role.UNIT_HANDLER)
    for role, unit in ((Role.UNIT_HANDLER, "education"), (Role.UNIT_DEPUTY, "education"), (Role.SCREENER, UNIT)):
        known = api.get(f"/tasks/{found}", role, 404, unit=unit)
        guessed = api.get("/tasks/00000000-0000-0000-0000-000000000000", role, 404, unit=unit)
        assert known["title"] == guessed["title"]
        api.post(f"/tasks/{found}/complete", role, {"values": {}}, 404, unit=unit)


def test_the_slower_one_learns_who_was_faster(api: Api, county: County) -> None:
    number, _ = written(api, county)
    found = task_id(api, number, "Task_ScreenLetter", Role.SCREENER)
    api.post(f"/tasks/{found}/complete", Role.SCREENER, {"values": ACCEPT})
    problem = api.post(f"/tasks/{found}/complete", Role.REVIEWER, {"values": ACCEPT}, 409)
    assert problem["done_by"] == "screener 的测试"
    assert problem["done_at"].endswith("+08:00")
    api.get(f"/tasks/{found}", Role.REVIEWER, 409)


def test_a_repeated_completion_gets_the_first_answer(api: Api, county: County) -> None:
    number, _ = written(api, county)
    found = task_id(api, number, "Task_ScreenLetter", Role.SCREENER)
    sent = [
        api.call("POST", f"/tasks/{found}/complete", Role.SCREENER, {"values": ACCEPT}, Idempotency_Key=found)
        for _ in range(2)
    ]
    assert [response.status_code for response in sent] == [200, 200]
    county.run_until_idle(number)
    assert names(api, number).count("LetterScreened") == 1


def test_a_withdrawn_letters_task_is_gone(api: Api, county: County) -> None:
    number, code = written(api, county)
    found = task_id(api, number, "Task_ScreenLetter", Role.SCREENER)
    api.get(f"/tasks/{found}", Role.SCREENER)
    api.post(f"/letters/{number}/withdrawal", None, {"query_code": code, "reason": "已解决"})
    county.run_until_idle(number)
    problem = api.post(f"/tasks/{found}/complete", Role.SCREENER, {"values": ACCEPT}, 409)
    assert "done_by" not in problem


def test_the_writer_says_whether_what_was_promised_has_happened(api: Api, county: County, do: Do) -> None:
    number, code = written(api, county)
    to_unit(do, number)
    do(number, "Task_DraftReply", Role.UNIT_HANDLER, reply="下周修好。", promise_on="2026-09-16")
    do(number, "Task_SignOffReply", Role.UNIT_PRINCIPAL, outcome="sign")
    do(number, "Task_ReviewReply", Role.REVIEWER, **GOOD, outcome="pass")
    word = {"query_code": code, "kept": False, "comment": "没有动静"}
    api.post(f"/letters/{number}/promise", None, word, 409)
    do(number, "Task_ReportPromise", Role.UNIT_HANDLER, kept=True)
    (asked,) = api.get(f"/letters/{number}?query_code={code}")["promises"]
    assert (asked["kept"], asked["own_word"], asked["is_asked"]) == (True, None, True)
    api.post(f"/letters/{number}/promise", None, {**word, "query_code": "0000000000"}, 404)
    api.post(f"/letters/{number}/promise", None, {"query_code": code}, 422)
    api.post(f"/letters/{number}/promise", None, word)
    (promise,) = api.get(f"/letters/{number}", Role.SCREENER)["promises"]
    assert (promise["kept"], promise["writer_kept"], promise["is_broken"]) == (True, False, True)


def test_supervision_and_instruction_through_the_machine_interface(api: Api, county: County, do: Do) -> None:
    number, _ = written(api, county)
    do(number, "Task_ScreenLetter", Role.SCREENER, **ACCEPT)
    do(number, "Task_AssignLetter", Role.SCREENER, lead_unit=UNIT, co_units=["housing"])
    notice = {"office": "government", "due_on": "2026-09-11", "request": "请查明原因"}
    act(api, county, number, "supervise", Role.SUPERVISOR, notice)
    act(api, county, number, "supervise", Role.LEADER, notice, 403)
    act(api, county, number, "instruct", Role.LEADER, {"instruction": "请尽快办好"})
    act(api, county, number, "release-co-handler", Role.SCREENER, {"unit": "housing"})
    do(number, "Task_AnswerSupervision", Role.UNIT_HANDLER, feedback="正在办")
    do(number, "Task_AssessFeedback", Role.SUPERVISOR, outcome="close")
    do(number, "Task_AnswerInstruction", Role.UNIT_HANDLER, answer="已落实")
    record = api.get(f"/letters/{number}", Role.SUPERVISOR)
    assert holds("LetterRecord", record)
    assert [turn["feedback"] for turn in record["supervisions"][0]["rounds"]] == ["正在办"]
    assert record["instructions"][0]["answer"] == "已落实"
    assert record["co_handlings"][0]["outcome"] == "released"


def act(
    api: Api, county: County, number: str, action: str, role: Role, values: dict[str, Any], status: int = 200
) -> None:
    api.post(f"/letters/{number}/actions/{action}", role, {"values": values}, status)
    county.run_until_idle(number)


def test_the_office_reads_who_accuses_once_it_said_why_and_the_unit_never_does(
    api: Api, county: County, do: Do
) -> None:
    number, _ = api.write()
    county.run_until_idle(number)
    do(number, "Task_ScreenLetter", Role.SCREENER, **{**ACCEPT, "category": "report"})
    do(number, "Task_AssignLetter", Role.SCREENER, lead_unit=UNIT)
    masked = api.get(f"/letters/{number}", Role.SCREENER)
    assert "李四" not in str(masked)
    assert masked["may_unmask"] is True
    assert "WriterUnmasked" not in county.names(number)
    api.post(f"/letters/{number}/actions/unmask", Role.SCREENER, {"values": {"reason": "核对来信人"}})
    assert api.get(f"/letters/{number}", Role.SCREENER)["writer"]["name"] == "李四"
    unmasked = [event for event in county.events(number) if event.name == "WriterUnmasked"]
    assert [event.by_role for event in unmasked] == ["screener"]
    for role in (Role.UNIT_HANDLER, Role.COORDINATOR, Role.LEADER):
        record = api.get(f"/letters/{number}", role)
        assert "李四" not in str(record)
        assert "WriterUnmasked" not in str(record)
