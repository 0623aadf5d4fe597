"""The escalation ladder (S4) as shipped, and which step comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import ConfigError
from letterbox.domain.limits.escalation import Step, ladder_rows, next_step, steps_of, undone_by_move
from letterbox.domain.vocabulary import LimitKind
from letterbox.services.rules.office_calendar import work_calendar
from tests.support.drawn.decision_tables import read_small, shipped_table

CALENDAR = work_calendar()
LADDER = shipped_table("escalation-ladder")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OFFICE_ZONE)


@dataclass(frozen=True)
class Running:
    id: int
    kind: str
    started_at: datetime
    due_at: datetime


def running(kind: str, started: str, due: str, id: int = 1) -> Running:
    return Running(id, kind, at(started), at(due))


REPLY = running("reply", "2026-09-28T10:00", "2026-10-10T17:30")


def told(step: Step) -> tuple[str, str, str, str]:
    when = step.at.astimezone(OFFICE_ZONE).strftime("%m-%d %H:%M")
    return step.step, when, ",".join(step.recipients), step.action


def steps(limit: Running, *, urgent: bool = False) -> list[tuple[str, str, str, str]]:
    return [told(step) for step in steps_of(limit, ladder_rows(LADDER, limit.kind, urgent=urgent), CALENDAR)]


def test_the_ladder_of_a_reply_over_a_holiday_and_a_makeup_saturday() -> None:
    assert steps(REPLY) == [
        ("near_due", "10-09 09:00", "unit_handler", "notify"),
        ("due_today", "10-10 09:00", "unit_handler,unit_deputy", "notify"),
        ("overdue", "10-10 17:30", "unit_handler,unit_deputy", "notify"),
        ("overdue_1", "10-12 09:00", "unit_principal,screener", "press"),
        ("overdue_3", "10-14 09:00", "supervisor", "supervise"),
    ]


def test_an_urgent_letters_rungs_come_at_the_instants_of_the_rungs_before() -> None:
    assert steps(REPLY, urgent=True) == [
        ("near_due", "10-08 09:00", "unit_handler", "notify"),
        ("due_today", "10-09 09:00", "unit_handler,unit_deputy", "notify"),
        ("overdue", "10-10 09:00", "unit_handler,unit_deputy", "notify"),
        ("overdue_1", "10-10 17:30", "unit_principal,screener", "press"),
        ("overdue_3", "10-12 09:00", "supervisor", "supervise"),
    ]


@pytest.mark.parametrize("kind", ["sign_for", "reply", "co_opinion", "redo", "supervision", "instruction", "promise"])
def test_for_every_limit_of_a_unit_urgency_shifts_the_same_rungs_by_one(kind: str) -> None:
    limit = running(kind, "2026-09-01T10:00", "2026-10-10T17:30")
    normal, urgent = steps(limit), steps(limit, urgent=True)
    assert [when for _, when, _, _ in urgent[1:]] == [when for _, when, _, _ in normal[:-1]]
    assert [(step, who, action) for step, _, who, action in urgent] == [(s, who, a) for s, _, who, a in normal]


@pytest.mark.parametrize("kind", ["screening", "return_ruling", "extension_decision", "review", "rehandling_decision"])
@pytest.mark.parametrize("urgent", [False, True])
def test_the_offices_own_limits_escalate_to_the_coordinator(kind: str, urgent: bool) -> None:
    found = steps(running(kind, "2026-09-01T10:00", "2026-10-10T17:30"), urgent=urgent)
    doer = "reviewer" if kind == "review" else "screener"
    assert [who for _, _, who, _ in found] == [doer, doer, f"{doer},coordinator", "coordinator", "coordinator"]
    assert "supervise" not in {action for *_, action in found}


def test_a_late_feedback_presses_the_running_supervision_instead_of_opening_another() -> None:
    assert steps(running("supervision", "2026-09-28T10:00", "2026-10-10T17:30"))[-1][3] == "press"


@pytest.mark.parametrize("urgent", [False, True])
@pytest.mark.parametrize(("kind", "who"), [("supplement", "screener"), ("evaluation", "")])
def test_what_the_writer_lets_pass_lapses_at_the_due_instant(kind: str, who: str, urgent: bool) -> None:
    limit = running(kind, "2026-09-28T10:00", "2026-10-10T17:30")
    assert steps(limit, urgent=urgent) == [("lapse", "10-10 17:30", who, "lapse")]


def test_a_passed_return_window_is_no_lateness() -> None:
    assert steps(running("return", "2026-09-28T10:00", "2026-09-29T17:30")) == []


def test_every_other_kind_has_a_ladder_and_each_rung_is_named_once() -> None:
    for kind in set(LimitKind) - {LimitKind.RETURN}:
        for urgent in (False, True):
            names = [row.step for row in ladder_rows(LADDER, kind, urgent=urgent)]
            assert names
            assert len(names) == len(set(names)), kind


def test_a_reminder_before_the_limit_began_is_left_out() -> None:
    one_day = running("sign_for", "2026-09-28T10:00", "2026-09-29T17:30")
    assert [step for step, *_ in steps(one_day)] == ["due_today", "overdue", "overdue_1", "overdue_3"]


def test_a_limit_that_was_overdue_when_made_still_has_every_late_step() -> None:
    born_late = running("co_opinion", "2026-10-12T10:00", "2026-10-10T17:30")
    assert [step for step, *_ in steps(born_late)] == ["overdue", "overdue_1", "overdue_3"]


def following(limits: list[Running], taken: set[tuple[int, str]], *, urgent: bool = False) -> tuple[int, str] | None:
    step = next_step(limits, taken, LADDER, CALENDAR, urgent=urgent)
    return (step.limit_id, step.step) if step else None


def test_steps_come_one_by_one_over_all_limits_each_once_until_none_is_left() -> None:
    limits = [REPLY, running("sign_for", "2026-09-28T10:00", "2026-09-29T17:30", id=2)]
    taken: set[tuple[int, str]] = set()
    order = []
    while (found := following(limits, taken)) is not None:
        order.append(found)
        taken.add(found)
    assert order == [
        (2, "due_today"),
        (2, "overdue"),
        (2, "overdue_1"),
        (1, "near_due"),
        (2, "overdue_3"),  # both on 10-09 at 09:00
        (1, "due_today"),
        (1, "overdue"),
        (1, "overdue_1"),
        (1, "overdue_3"),
    ]


def test_at_the_same_instant_a_lapse_comes_first_because_it_may_end_the_other() -> None:
    screening = running("screening", "2026-11-16T09:00", "2026-11-25T17:30", id=1)
    supplement = running("supplement", "2026-11-18T17:00", "2026-11-25T17:30", id=2)
    taken = {(1, "near_due"), (1, "due_today")}
    assert following([screening, supplement], taken) == (2, "lapse")


def test_a_letter_marked_urgent_midway_does_not_repeat_a_rung() -> None:
    assert following([REPLY], {(1, "near_due")}, urgent=True) == (1, "due_today")


def test_no_open_limit_means_no_step() -> None:
    assert following([], set()) is None


def test_after_an_extension_the_rungs_that_lie_ahead_again_are_to_be_taken_again() -> None:
    moved = running("reply", "2026-09-28T10:00", "2026-10-20T17:30")
    taken = ["near_due", "due_today", "overdue"]
    assert undone_by_move(moved, taken, LADDER, CALENDAR, at("2026-10-12T08:00"), urgent=False) == taken
    assert undone_by_move(moved, taken, LADDER, CALENDAR, at("2026-10-20T12:00"), urgent=False) == ["overdue"]
    assert undone_by_move(REPLY, ["near_due"], LADDER, CALENDAR, at("2026-10-09T10:00"), urgent=False) == []


def test_a_step_knows_whether_it_is_late_and_which_row_it_comes_from() -> None:
    found = steps_of(REPLY, ladder_rows(LADDER, "reply", urgent=True), CALENDAR)
    assert [step.is_overdue for step in found] == [False, False, False, True, True]
    assert found[3].rule_id == "ladder-unit-urgent-overdue-1"


@pytest.mark.parametrize(
    "cells",
    [
        ('""', "1", '"09:00"', '"supervisor"', '"notify"'),
        ('"s"', "1.5", '"09:00"', '"supervisor"', '"notify"'),
        ('"s"', "1", '"9 Uhr"', '"supervisor"', '"notify"'),
        ('"s"', "1", "", '"supervisor"', '"notify"'),
        ('"s"', "1", '"09:00"', '"mayor"', '"notify"'),
        ('"s"', "1", '"09:00"', '"supervisor"', '"shout"'),
    ],
)
def test_an_unusable_row_is_named(cells: tuple[str, ...]) -> None:
    columns = "step,offset,time,recipients,action"
    table = read_small(["-", "-", *cells], inputs="kind,urgent", outputs=columns, hit_policy="COLLECT")
    with pytest.raises(ConfigError, match="r1"):
        ladder_rows(table, "reply", urgent=False)
