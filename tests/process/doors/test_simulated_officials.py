"""The simulation's officials read what their pages say when they act, not when the task came up."""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.simulation import words
from letterbox.simulation.conduct import Conduct
from letterbox.simulation.diary import Diary
from letterbox.simulation.hours import Hours
from letterbox.simulation.lives import Life, Lives
from letterbox.simulation.officials import Officials
from letterbox.simulation.people import Staff
from letterbox.simulation.writers import Writers
from letterbox.wiring.machine import MachineServices
from tests.support.office.county import County
from tests.support.office.staffed import HANDLER, SCREENER, accepted

pytestmark = pytest.mark.engine
LAST_DAY = datetime(2026, 9, 9, 10, 40, tzinfo=OFFICE_ZONE)
"""Of a consultation; a complaint has until the 14th."""
LATER = datetime(2027, 1, 1, tzinfo=OFFICE_ZONE)


def test_a_deputy_sets_no_date_after_a_limit_that_moved_forward_meanwhile(county: County) -> None:
    services, conduct = county.services, Conduct(own_limit=1)
    hours, lives, diary = Hours(services.rulebook.calendar), Lives(), Diary()
    writers = Writers(services, conduct, hours, lives, diary)
    officials = Officials(services, MachineServices(services), conduct, hours, lives, diary, writers, Staff(services))
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    county.do(number, "Task_SubmitToDeputy", HANDLER, note="拟派人查看")
    lives.add(Life(0, 1, words.write(random.Random(1), 0), number))
    officials.look(county.clock.now())
    county.act(number, "recategorise", SCREENER, category="consultation", reason="只是咨询")

    county.clock.at = LAST_DAY
    (act,) = [each for each in diary.due(LATER) if each.name == "Task_InstructHandler"]
    act.perform(county.clock.now())
    county.run_until_idle(number)
    assert county.open_tasks(number) == ["Task_DraftReply"]
