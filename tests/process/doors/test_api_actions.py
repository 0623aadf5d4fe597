"""What is done beside a task through ``/api/v1`` on the real engine: the contract's actions, fields and refusals."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from letterbox.domain.errors import TaskGone
from letterbox.domain.vocabulary import Role
from tests.process.doors.test_api_way import api, county, do, names, task_id, written
from tests.support.office.api import UNIT, Api
from tests.support.office.county import County
from tests.support.office.staffed import SCREENER
from tests.support.office.watching import assert_watch

__all__ = ["api", "county", "do"]
pytest_plugins = ["tests.support.office.api_fixtures"]
pytestmark = pytest.mark.engine

Do = Callable[..., Any]
SPOKEN = {
    "at": "2026-09-01T08:30:00+08:00",
    "means": "phone",
    "person": "李四",
    "said": "说明要检测，本人理解",
    "reached": True,
}
"""Before the letter's day: a client that keeps its contacts elsewhere may date them so; a person at the desk may not."""


def act(api: Api, county: County, number: str, action: str, role: Role, status: int = 200, **values: Any) -> Any:
    answer = api.post(f"/letters/{number}/actions/{action}", role, {"values": values}, status)
    county.run_until_idle(number)
    return answer


def dispatched(api: Api, county: County, do: Do) -> str:
    number, _ = written(api, county)
    do(number, "Task_ScreenLetter", Role.SCREENER, outcome="accept", category="complaint", scope="5")
    do(number, "Task_AssignLetter", Role.SCREENER, lead_unit=UNIT)
    return number


def test_return_ruling_recall_and_extension(api: Api, county: County, do: Do) -> None:
    number = dispatched(api, county, do)
    act(api, county, number, "return", Role.SCREENER, 403, reason="不归")
    assert act(api, county, number, "return", Role.UNIT_HANDLER, reason="不归")["status"] == "returned"
    act(api, county, number, "return", Role.UNIT_HANDLER, 409, reason="不归")
    do(number, "Task_RuleOnReturn", Role.SCREENER, outcome="dismiss", reason="归你们")
    task_id(api, number, "Task_ReceiveLetter", Role.UNIT_HANDLER)
    wanted = {"reason": "要检测", "due_on": "2026-12-31", "contacts": [SPOKEN]}
    assert list(act(api, county, number, "apply-for-extension", Role.UNIT_HANDLER, 422, **wanted)["errors"]) == [
        "due_on"
    ]
    due_on = county.limits(number)["reply"].due_at.replace(day=25).date().isoformat()
    act(api, county, number, "apply-for-extension", Role.UNIT_HANDLER, **{**wanted, "due_on": due_on})
    do(number, "Task_DecideExtension", Role.SCREENER, outcome="grant")
    limits = {each["kind"]: each for each in api.get(f"/letters/{number}/limits", Role.SCREENER)["items"]}
    assert limits["reply"]["due_at"] == f"{due_on}T17:30:00+08:00"
    act(api, county, number, "recategorise", Role.SCREENER, category="consultation", reason="只是问政策")
    act(api, county, number, "apply-for-extension", Role.UNIT_HANDLER, 409, **{**wanted, "due_on": due_on})
    assert act(api, county, number, "recall", Role.SCREENER, reason="派错了")["status"] == "screened"
    task_id(api, number, "Task_AssignLetter", Role.SCREENER)
    assert_watch(county, number)
    wanted_names = [
        "LetterReturned",
        "ReturnDismissed",
        "ExtensionRequested",
        "ExtensionGranted",
        "LetterRecategorised",
        "LetterRecalled",
    ]
    assert [name for name in names(api, number) if name in wanted_names] == wanted_names


def test_join_release_and_split(api: Api, county: County, do: Do) -> None:
    leading = dispatched(api, county, do)
    number, code = written(api, county)
    assert act(api, county, number, "join", Role.SCREENER, joined_to=leading, reason="同一件")["status"] == "joined"
    assert api.get(f"/letters/{number}?query_code={code}")["status"] == "joined"
    assert act(api, county, number, "release", Role.SCREENER, reason="不是同一件")["status"] == "received"
    answer = act(api, county, number, "split", Role.SCREENER, title="垃圾", body="没人收", reason="两件事")
    assert answer["number"] not in {number, leading}
    assert api.get(f"/letters/{answer['number']}", Role.SCREENER)["title"] == "垃圾"
    county.run_until_idle(answer["number"])
    assert list(act(api, county, number, "join", Role.SCREENER, 422, joined_to="NONE", reason="是")["errors"]) == [
        "joined_to"
    ]


def test_two_screeners_accepting_and_declining_at_once(api: Api, county: County) -> None:
    """One of them is told that the other was faster; the letter goes one way only."""
    number, _ = written(api, county)
    task = task_id(api, number, "Task_ScreenLetter", Role.SCREENER)
    accept = {"outcome": "accept", "category": "complaint", "scope": "5"}
    decline = {"outcome": "decline", "ground": "1", "reason": "法院正在审理"}

    def complete(values: dict[str, Any]) -> str:
        try:
            api.services.tasks.complete(task, values, SCREENER)
        except TaskGone:
            return "gone"
        return str(values["outcome"])

    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(complete, (accept, decline)))
    county.run_until_idle(number)
    assert outcomes.count("gone") == 1
    (done,) = [outcome for outcome in outcomes if outcome != "gone"]
    ways = {"LetterScreened": "accept", "LetterDeclined": "decline"}
    assert [ways[name] for name in names(api, number) if name in ways] == [done]
    assert county.open_tasks(number) == (["Task_AssignLetter"] if done == "accept" else [])
    assert_watch(county, number)
