"""What a leader has supervised with his instruction (R2)."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.vocabulary import EventName, Role
from tests.support.office.county import County, staff
from tests.support.office.side_processes import act, due_of, event
from tests.support.office.staffed import HANDLER, UNIT, accepted

pytestmark = pytest.mark.engine


def test_what_is_supervised_with_an_instruction_is_due_with_it_also_without_a_date(county: County) -> None:
    """As the leader's form says; an instruction has five working days, a supervision by hand three."""
    number, monday_after = accepted(county), datetime(2026, 9, 14, 17, 30, tzinfo=OFFICE_ZONE)
    act(county, number, "instruct", staff(Role.LEADER), instruction="请查明原因", supervise=True)
    assert county.task(number, "Task_AnswerInstruction", HANDLER).due_at == monday_after
    assert due_of(county, number, "supervision", UNIT) == monday_after
    assert event(county, number, EventName.SUPERVISION_OPENED).data["due_on"] == "2026-09-14"
