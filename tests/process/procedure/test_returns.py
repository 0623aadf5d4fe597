"""Return (H8, H9): who may, until when, what it moves and what it leaves alone; the ruling; the precedents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, TaskGone, WrongState
from letterbox.domain.vocabulary import Role
from tests.support.office.county import County, staff
from tests.support.office.staffed import (
    DEPUTY,
    HANDLER,
    REVIEWER,
    SCREENER,
    UNIT,
    accepted,
    answered,
    drafted,
    submitted,
)
from tests.support.office.watching import assert_watch

pytestmark = pytest.mark.engine

COORDINATOR, LEADER = staff(Role.COORDINATOR), staff(Role.LEADER)
OTHER, THIRD = "housing", "education"


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, second, tzinfo=OFFICE_ZONE)


def returned(county: County, **values: str) -> str:
    number = accepted(county)
    county.act(number, "return", HANDLER, **{"reason": "路灯不归本单位", **values})
    return number


def test_a_return_before_signing_for_waits_for_its_ruling(county: County) -> None:
    number = returned(county, proposed_unit=OTHER)
    assert county.open_tasks(number) == ["Task_RuleOnReturn"]
    assert county.due_of(number, "Task_RuleOnReturn") == county.limits(number)["return_ruling"].due_at == at(8, 17, 30)
    event = county.event(number, "LetterReturned")
    assert event.data == {
        "unit": UNIT,
        "reason": "路灯不归本单位",
        "proposed_unit": OTHER,
        "late": False,
        "times": 1,
    }
    letter, limits = county.letter(number), county.limits(number)
    assert (letter.status, letter.returns, letter.lead_unit) == ("returned", 1, UNIT)
    assert limits["return"].ended_at == county.clock.at
    assert [kind for kind in ("sign_for", "reply") if limits[kind].is_open] == ["sign_for", "reply"]
    assert_watch(county, number)
    opened = county.services.tasks.open(county.task(number, "Task_RuleOnReturn", SCREENER).id, SCREENER)
    assert opened.values["lead_unit"] == OTHER
    assert UNIT not in {each["value"] for each in opened.data["other_units"]}


@pytest.mark.parametrize(("when", "late"), [(at(8, 17, 30), False), (at(8, 17, 30, 1), True), (at(10, 9), True)])
def test_a_return_after_the_window_is_possible_marked_and_counted(county: County, when: datetime, late: bool) -> None:
    number = accepted(county)
    county.clock.at = when
    county.act(number, "return", HANDLER, reason="不归本单位")
    assert county.event(number, "LetterReturned").data["late"] is late
    assert county.letter(number).returns == 1
    assert_watch(county, number)


def receive(county: County, number: str) -> None:
    county.do(number, "Task_ReceiveLetter", HANDLER)


def to_deputy(county: County, number: str) -> None:
    receive(county, number)
    county.do(number, "Task_SubmitToDeputy", HANDLER)


def to_draft(county: County, number: str) -> None:
    to_deputy(county, number)
    county.do(number, "Task_InstructHandler", DEPUTY, instruction="请办理")


def to_sign(county: County, number: str) -> None:
    to_draft(county, number)
    county.do(number, "Task_DraftReply", HANDLER, reply="已修好。")


STEPS: dict[str, Callable[[County, str], None] | None] = {
    "Task_ReceiveLetter": None,
    "Task_SubmitToDeputy": receive,
    "Task_InstructHandler": to_deputy,
    "Task_DraftReply": to_draft,
    "Task_SignOffReply": to_sign,
}


@pytest.mark.parametrize("interrupted", STEPS)
def test_a_dismissed_return_goes_on_where_it_was_and_moves_no_limit(county: County, interrupted: str) -> None:
    number = accepted(county)
    before = {kind: (each.started_at, each.due_at) for kind, each in county.limits(number).items()}
    go = STEPS[interrupted]
    if go is not None:
        go(county, number)
    county.act(number, "return", HANDLER, reason="不归本单位")
    county.clock.at = at(8, 11)
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="dismiss", reason="职责清单第三条")
    assert county.open_tasks(number) == [interrupted]
    assert county.letter(number).status == "handling"
    assert county.limits(number)["return_ruling"].in_time is True
    after = {kind: (each.started_at, each.due_at) for kind, each in county.limits(number).items()}
    assert {kind: after[kind] for kind in before} == before
    assert county.event(number, "ReturnDismissed").data == {"unit": UNIT, "reason": "职责清单第三条"}
    assert_watch(county, number)


def test_an_upheld_return_is_dispatched_to_the_rulings_unit_at_once(county: County) -> None:
    number = returned(county)
    received = county.letter(number).received_at
    county.clock.at = at(8, 11)
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit=OTHER, reason="应由住建办理")
    assert county.names(number)[-2:] == ["ReturnUpheld", "LetterDispatched"]
    assert county.event(number, "ReturnUpheld").data == {"unit": UNIT, "lead_unit": OTHER, "reason": "应由住建办理"}
    letter, limits = county.letter(number), county.limits(number)
    assert (letter.status, letter.lead_unit, letter.returns, letter.received_at) == ("handling", OTHER, 1, received)
    assert [(limits[kind].unit_code, limits[kind].started_at) for kind in ("sign_for", "return", "reply")] == [
        (OTHER, at(8, 11))
    ] * 3
    assert limits["reply"].due_at == at(15, 17, 30)
    (task,) = county.services.engine.tasks.of(number)
    assert (task.key, task.due_at) == ("Task_ReceiveLetter", at(9, 17, 30))
    assert county.services.engine.tasks.groups(task.id) == (f"unit_handler@{OTHER}",)
    assert_watch(county, number)
    with pytest.raises(NotFound):
        county.services.records.open(number, HANDLER)


def test_the_old_units_limits_count_no_more(county: County) -> None:
    number = returned(county)
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit=OTHER, reason="应由住建办理")
    views = county.services.records.open(number, SCREENER).limits
    old = [each for each in views if each.unit == UNIT and each.kind != "return"]
    assert {each.kind for each in old} == {"sign_for", "reply"}
    assert all(each.voided_at is not None and each.in_time is None for each in old)


def test_an_upheld_return_without_a_unit_is_assigned_anew_within_two_working_days(county: County) -> None:
    number = returned(county)
    county.clock.at = at(8, 11)
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", reason="确实不归它")
    assert county.open_tasks(number) == ["Task_AssignLetter"]
    assert county.letter(number).lead_unit is None
    screening = county.limits(number)["screening"]
    assert (screening.started_at, screening.due_at) == (at(8, 11), at(10, 17, 30))
    assert county.due_of(number, "Task_AssignLetter") == at(10, 17, 30)
    assert_watch(county, number)
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=THIRD)
    assert county.limits(number)["screening"].in_time is True
    assert county.letter(number).lead_unit == THIRD
    assert_watch(county, number)


def test_the_second_return_is_ruled_by_the_coordinator_and_a_third_is_refused(county: County) -> None:
    number = returned(county)
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit=OTHER, reason="应由住建办理")
    county.act(number, "return", staff(Role.UNIT_HANDLER, OTHER), reason="也不归我们")
    (task,) = county.services.engine.tasks.of(number)
    assert county.services.engine.tasks.groups(task.id) == ("coordinator",)
    with pytest.raises(NotFound):
        county.services.tasks.complete(task.id, {"outcome": "dismiss", "reason": "试试"}, SCREENER)
    county.do(number, "Task_RuleOnReturn", COORDINATOR, outcome="uphold", lead_unit=UNIT, reason="道路附属设施归交通")
    assert county.letter(number).lead_unit == UNIT
    with pytest.raises(WrongState, match="最终裁定"):
        county.services.actions.perform(number, "return", {"reason": "还是不归我们"}, HANDLER)
    assert county.letter(number).returns == 2
    assert_watch(county, number)


def test_the_first_units_draft_is_not_the_next_units(county: County) -> None:
    number = drafted(county)
    county.act(number, "return", HANDLER, reason="不归本单位")
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit=OTHER, reason="应由住建办理")
    handler = staff(Role.UNIT_HANDLER, OTHER)
    county.do(number, "Task_ReceiveLetter", handler)
    county.do(number, "Task_SubmitToDeputy", handler)
    county.do(number, "Task_InstructHandler", staff(Role.UNIT_DEPUTY, OTHER), instruction="请办理")
    task = county.task(number, "Task_DraftReply", handler)
    assert "reply" not in county.services.tasks.open(task.id, handler).values
    county.do(number, "Task_DraftReply", handler, reply="住建已修好。")
    replies = county.services.records.open(number, SCREENER).replies
    assert [(each.round, each.unit) for each in replies] == [(1, UNIT), (2, OTHER)]


@pytest.mark.parametrize(
    ("reach", "words"),
    [(submitted, "已经提交"), (answered, "已经提交"), (returned, "等候裁定"), (County.write, "不归您")],
)
def test_a_return_is_refused_where_it_is_too_late_or_too_early(
    county: County, reach: Callable[[County], str], words: str
) -> None:
    number = reach(county)
    before = county.names(number)
    with pytest.raises((WrongState, NotFound), match=words):
        county.services.actions.perform(number, "return", {"reason": "不归本单位"}, HANDLER)
    assert county.names(number) == before


def test_a_return_is_for_the_leads_handler_only(county: County) -> None:
    number = accepted(county)
    for actor, refusal in ((DEPUTY, NotAllowed), (SCREENER, NotAllowed), (staff(Role.UNIT_HANDLER, OTHER), NotFound)):
        with pytest.raises(refusal):
            county.services.actions.perform(number, "return", {"reason": "不归本单位"}, actor)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "reason"),
        ({"reason": "　 "}, "reason"),
        ({"reason": "是", "proposed_unit": UNIT}, "proposed_unit"),
        ({"reason": "是", "proposed_unit": "nowhere"}, "proposed_unit"),
        ({"reason": "是", "unit": OTHER}, "unit"),
    ],
)
def test_a_bad_return_names_the_field(county: County, values: dict[str, str], field: str) -> None:
    number = accepted(county)
    with pytest.raises(FieldErrors) as refused:
        county.services.actions.perform(number, "return", values, HANDLER)
    assert set(refused.value.errors) == {field}
    assert county.letter(number).returns == 0


def test_the_returning_unit_is_no_new_lead_and_the_accused_never_is(county: County) -> None:
    number = accepted(county, "report", accused_unit=OTHER)
    with pytest.raises(FieldErrors):
        county.services.actions.perform(number, "return", {"reason": "不归", "proposed_unit": OTHER}, HANDLER)
    county.act(number, "return", HANDLER, reason="不归本单位")
    task = county.task(number, "Task_RuleOnReturn", SCREENER)
    for unit in (UNIT, OTHER):
        values = {"outcome": "uphold", "lead_unit": unit, "reason": "改派"}
        with pytest.raises(FieldErrors) as refused:
            county.services.tasks.complete(task.id, values, SCREENER)
        assert set(refused.value.errors) == {"lead_unit"}


def test_a_units_task_is_gone_the_moment_the_letter_is_returned(county: County) -> None:
    """Even before the engine has heard of the return."""
    number = accepted(county)
    task = county.task(number, "Task_ReceiveLetter", HANDLER)
    with county.services.casebook.open(number, HANDLER) as case:
        county.services.procedure.returns.give_back(case, {"reason": "不归本单位"})
    with pytest.raises(TaskGone):
        county.services.tasks.complete(task.id, {}, HANDLER)
    county.run_until_idle(number)
    assert county.open_tasks(number) == ["Task_RuleOnReturn"]
    assert "LetterRegistered" not in county.names(number)


def test_a_leader_and_the_reviewer_do_not_rule(county: County) -> None:
    number = returned(county)
    task = county.task(number, "Task_RuleOnReturn", REVIEWER)
    with pytest.raises(NotFound):
        county.services.tasks.complete(task.id, {"outcome": "dismiss", "reason": "是"}, LEADER)
