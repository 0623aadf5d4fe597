"""Letters that were caught before: ended, and dispatched, pressed and supervised all the same; one remedy puts them right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from letterbox.bundle.vocabulary import Topic
from letterbox.cli import run
from letterbox.domain.vocabulary import Role
from letterbox.services.case import effects, fault_limits
from letterbox.services.case.case import Case
from letterbox.services.operations.reconcile.cleanup import CleanupOutcome
from letterbox.services.operations.reconcile.differences import DifferenceKind
from letterbox.wiring.operators import OperatorServices
from tests.process.engine.test_effects_in_time import assert_over, assigned, differences, withdraw
from tests.support.engine.single_steps import Machinery
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import County, staff
from tests.support.office.staffed import SCREENER, UNIT, accepted
from tests.support.stack.environment import commands_work_on

pytestmark = pytest.mark.engine
Work = Callable[[Case], dict[str, Any]]


@pytest.fixture
def without_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was: no effect asked where the letter is, and the ladder climbed every open limit."""

    def ungated(case: Case, _topic: str, work: Work) -> dict[str, Any]:
        return work(case)

    monkeypatch.setattr(effects, "run", ungated)
    monkeypatch.setattr(fault_limits, "belonging", lambda limits, _status: list(limits))


@pytest.fixture
def caught(county: County, without_the_gate: None, monkeypatch: pytest.MonkeyPatch) -> str:  # in its time
    """Withdrawn, dispatched afterwards, climbed to a supervision; then the version with the gate came."""
    number = assigned(county)
    hands = Machinery(county, number)
    task = hands.bring(Topic.DISPATCH_LETTER)
    withdraw(county, number)
    hands.effect(task)
    hands.answer(task)
    hands.go_on()
    for _ in range(30):
        if "SupervisionOpened" in county.names(number):
            break
        county.fire_timer(number)
    monkeypatch.undo()
    return number


def clean_up(county: County, number: str, *, dry_run: bool = False) -> Any:
    (done,) = OperatorServices(county.services).cleanup.clean_up(OPERATOR, [number], "误派", dry_run=dry_run)
    county.run_until_idle(number)
    return done


def test_what_was_wrong_is_named_in_a_sentence(county: County, caught: str) -> None:
    assert "LetterDispatched" in county.names(caught)
    (found,) = [each for each in differences(county, caught) if each.kind is DifferenceKind.ENDED_GOES_ON]
    assert found.is_repairable
    for said in ("已经结束（已撤回）", "签收登记", "答复", "督办（transport）"):
        assert said in found.detail


def test_it_says_beforehand_what_it_will_do_and_does_it(county: County, caught: str) -> None:
    before = county.names(caught)
    planned = clean_up(county, caught, dry_run=True)
    assert (planned.outcome, county.names(caught)) == (CleanupOutcome.PLANNED, before)
    done = clean_up(county, caught)
    assert (done.outcome, done.lines) == (CleanupOutcome.CLEANED_UP, planned.lines)
    assert any("答复时限作废" in line for line in done.lines)
    assert any("督办（transport）停止" in line for line in done.lines)
    assert_over(county, caught)
    assert differences(county, caught) == []
    assert county.event(caught, "EffectsUndone").data["units"] == [UNIT]
    assert {each.voided_at for each in county.limits(caught).values() if each.kind in {"reply", "sign_for"}} == {
        county.clock.at
    }
    assert clean_up(county, caught).outcome is CleanupOutcome.REFUSED, "nothing is left to settle"


def test_the_writers_page_says_withdrawn_and_nothing_after_it(county: County, caught: str) -> None:
    for _ in ("before", "after"):
        page = county.services.writers_side.read(caught, county.code(caught), "test")
        assert [entry.words for entry in page.timeline][-1] == "您撤回了来信"
        assert (page.status, page.due_words, page.due_at) == ("withdrawn", "", None)
        clean_up(county, caught)


def test_repair_does_the_same_and_the_command_too(
    county: County, caught: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands_work_on(monkeypatch, county.services.settings)
    assert run(["instances", "settle", caught, "--dry-run", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["results"]
    assert (row["outcome"], "时限作废" in row["detail"]) == ("planned", True)
    assert run(["reconcile", caught, "--repair", "--json"]) == 0
    assert {each["repaired"] for each in json.loads(capsys.readouterr().out)["differences"]} == {True}
    county.run_until_idle(caught)
    assert_over(county, caught)
    assert run(["instances", "settle", caught, "--reason", "再来一次"]) == 1
    assert "没有还在进行的事" in capsys.readouterr().out


def test_a_letter_that_goes_on_is_not_settled(county: County) -> None:
    number = accepted(county)
    refused = clean_up(county, number)
    assert (refused.outcome, "还没有结束" in refused.detail) == (CleanupOutcome.REFUSED, True)


def test_what_rightly_goes_on_beside_a_closed_letter_stays(county: County) -> None:
    number = county.write()
    county.act(number, "instruct", staff(Role.LEADER), instruction="请查明", unit=UNIT)
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="decline", ground="6", reason="广告")
    assert clean_up(county, number).outcome is CleanupOutcome.REFUSED
    assert county.limits(number)["instruction"].is_open
    assert differences(county, number) == []
