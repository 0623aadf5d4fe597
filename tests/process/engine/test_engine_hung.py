"""An engine that hangs: whoever submits something has his answer soon, and everything is applied once when it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.vocabulary import Role
from letterbox.services.case.casebook import PUSH_PATIENCE_S
from tests.process.outbox.test_outbox_paused import differences, own_processes, paused, rest, write
from tests.support.office.county import County, staff
from tests.support.stack.stack import EngineStack

pytestmark = pytest.mark.engine

SCREENER = staff(Role.SCREENER)
ASK = {"outcome": "supplement", "question": "请写明地点"}
ROOM_S = 2.0
"""For everything that is not waiting."""


def soon(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    took = time.monotonic() - began
    assert took < PUSH_PATIENCE_S + ROOM_S
    return took


def test_a_letter_is_accepted_soon_and_begins_once(county: County, engine_stack: EngineStack) -> None:
    numbers: list[str] = []
    with paused(engine_stack):
        took = soon(lambda: numbers.append(write(county)))
    assert took > PUSH_PATIENCE_S - 1, "the engine did hang"
    (number,) = numbers
    rest(county, number)
    assert own_processes(county, number) == [ProcessKey.DEADLINE_WATCH, ProcessKey.LETTER_HANDLING]
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert differences(county, number) == []


def test_a_task_an_action_and_the_writers_act_are_accepted_soon(county: County, engine_stack: EngineStack) -> None:
    """The question whether the task is still open and the completion wait together no longer than the one."""
    services = county.services
    number, other = county.write(), county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    services.tasks.open(task.id, SCREENER)
    with paused(engine_stack):
        soon(lambda: services.tasks.complete(task.id, ASK, SCREENER))
        soon(lambda: services.writers_side.supplement(number, "中心路 8 号"))
        soon(lambda: services.actions.perform(other, "urgent", {"urgent": True, "reason": "学校门口"}, SCREENER))
    for each in (number, other):
        rest(county, each)
        assert county.open_tasks(each) == ["Task_ScreenLetter"]
        assert differences(county, each) == []
    assert county.names(number).count("WriterSupplied") == 1
    assert "CommandSuperseded" not in county.names(number)
