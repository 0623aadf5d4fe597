"""The simulation's own parts: when letters come, when people act, and that a seed means the same run."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from statistics import median

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.services.rules.office_calendar import work_calendar
from letterbox.simulation import patterns, words
from letterbox.simulation.answers import Answers
from letterbox.simulation.conduct import Conduct
from letterbox.simulation.deeds import Deeds, Occasion
from letterbox.simulation.hours import OFFICE, Hours
from letterbox.simulation.lives import Life, Lives

FIRST, LAST = dt.date(2026, 3, 2), dt.date(2026, 5, 31)
HOURS = Hours(work_calendar)


def at(day: str, time: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2026-{day}T{time}").replace(tzinfo=OFFICE_ZONE)


def test_letters_come_by_weekday_and_hour_as_the_real_ones_did() -> None:
    found = patterns.arrivals(random.Random(1), FIRST, LAST, 20_000)
    assert found == sorted(found)
    assert FIRST <= found[0].date() <= found[-1].date() <= LAST
    days = Counter(each.weekday() for each in found)
    for weekday, share in enumerate(patterns.WEEKDAYS):
        assert abs(days[weekday] / len(found) - share) < 0.015, weekday
    morning = sum(each.hour == 10 for each in found if each.weekday() < 5)
    assert morning > sum(each.hour == 4 for each in found if each.weekday() < 5) * 20


def test_bodies_are_as_long_as_real_ones() -> None:
    lengths = [len(words.write(random.Random(f"1:{index}"), index).body) for index in range(2000)]
    assert 180 < median(lengths) < 260
    assert max(lengths) <= patterns.LONGEST + 60


def test_the_same_seed_writes_the_same_letters_and_makes_the_same_choices() -> None:
    assert patterns.arrivals(random.Random(7), FIRST, LAST, 50) == patterns.arrivals(random.Random(7), FIRST, LAST, 50)
    one, other = (Life(3, 7, words.write(random.Random("7:3"), 3)) for _ in range(2))
    assert one.paper == other.paper
    assert one.dice("return").random() == other.dice("return").random()
    one.count("return")
    assert one.dice("return").random() != other.dice("return").random(), "the next time is another throw"


def test_officials_act_in_office_hours_of_working_days() -> None:
    assert HOURS.later(at("03-06", "16:50"), 1) == at("03-06", "17:29")
    assert HOURS.later(at("03-06", "17:29"), 1) == at("03-09", "08:35"), "after a weekend"
    assert HOURS.later(at("04-30", "17:29"), 1) == at("05-06", "08:35"), "after the May holidays"
    assert HOURS.later(at("03-06", "08:00"), len(OFFICE) + 1) == at("03-09", "08:35")


def test_the_last_minute_is_before_the_office_closes() -> None:
    due_at = at("03-10", "17:30")
    assert HOURS.last_minute(due_at) == due_at - dt.timedelta(minutes=1)


def test_writers_sit_down_at_home_or_in_the_office_hours_of_any_day() -> None:
    assert HOURS.slot(at("03-07", "23:00")) == at("03-08", "07:40")
    assert HOURS.slot(at("03-07", "19:36")) == at("03-07", "21:10")


def test_a_letter_that_is_reassigned_goes_neither_back_nor_to_the_accused() -> None:
    units = ["transport", "education", "health"]
    answers = Answers(Conduct(upheld=1, upheld_open=0), HOURS, Lives(), units, frozenset())
    for index in range(60):
        life = Life(index, 1, words.write(random.Random(index), index), accused="education")
        assigned = answers.to("Task_AssignLetter", life, at("03-03", "09:25"))
        ruled = answers.to("Task_RuleOnReturn", life, at("03-04", "09:25"))
        assert assigned is not None
        assert ruled is not None
        assert {assigned["lead_unit"], ruled["lead_unit"]} == {"transport", "health"}


def test_a_leader_sometimes_sets_a_date_and_asks_for_supervision() -> None:
    deeds, given = Deeds(Conduct(instructed=1), HOURS, Lives(), ["transport", "education"], frozenset({"instruct"})), []
    for index in range(60):
        life = Life(index, 1, words.write(random.Random(index), index))
        occasion = Occasion(life, "Task_ReceiveLetter", "transport", at("03-03", "09:25"), None)
        given += [deed.values(deed.at) for deed in deeds.at(occasion)]
    assert len(given) == 60
    assert {("due_on" in each, each["supervise"]) for each in given} == {
        (is_dated, is_supervised) for is_dated in (True, False) for is_supervised in (True, False)
    }
