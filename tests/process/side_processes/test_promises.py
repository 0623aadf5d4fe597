"""A promise in a reply (H11): from its delivery to the unit's report and the writer's own word."""

from __future__ import annotations

from datetime import datetime

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.vocabulary import EventName
from tests.support.office.county import County
from tests.support.office.side_processes import assert_watch, due_of, event, told
from tests.support.office.staffed import GOOD, HANDLER, REVIEWER, SCREENER, UNIT, submitted

pytestmark = pytest.mark.engine


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=OFFICE_ZONE)


def promised(county: County, on: str = "2026-09-16") -> str:
    """Delivered with a promise."""
    number = submitted(county, promise_on=on)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    return number


def confirm(county: County, number: str, *, kept: bool, comment: str = "") -> None:
    county.services.writers_side.confirm_promise(number, kept=kept, comment=comment)
    county.run_until_idle(number)


def test_a_promise_is_due_on_its_date_and_the_writer_is_asked(county: County) -> None:
    number = promised(county)
    assert county.task(number, "Task_ReportPromise", HANDLER).due_at == at(16, 17, 30)
    assert due_of(county, number, "promise", UNIT) == at(16, 17, 30)
    with pytest.raises(WrongState):
        confirm(county, number, kept=True)
    county.do(number, "Task_ReportPromise", HANDLER, kept=True, comment="昨天修好")
    reported = event(county, number, EventName.PROMISE_REPORTED)
    assert (reported.data["kept"], reported.data["promised_on"]) == (True, "2026-09-16")
    confirm(county, number, kept=True)
    confirmed = event(county, number, EventName.PROMISE_CONFIRMED)
    assert (confirmed.by_kind, confirmed.data["kept"]) == ("writer", True)
    with pytest.raises(WrongState):
        confirm(county, number, kept=False)
    (shown,) = county.services.records.open(number, SCREENER).promises
    assert (shown.kept, shown.writer_kept, shown.is_broken) == (True, True, False)


def test_a_date_on_a_day_off_stands_as_promised(county: County) -> None:
    number = promised(county, "2026-09-12")
    assert due_of(county, number, "promise", UNIT) == at(12, 17, 30)


@pytest.mark.parametrize("day", ["2026-09-04", "2029-09-08", "9999-12-31"])
def test_a_date_that_is_over_or_years_away_is_refused_at_its_field(county: County, day: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        submitted(county, promise_on=day)
    assert set(refused.value.errors) == {"promise_on"}


def test_not_kept_needs_words_and_the_office_learns_of_it(county: County) -> None:
    number = promised(county)
    task = county.task(number, "Task_ReportPromise", HANDLER)
    with pytest.raises(FieldErrors) as refused:
        county.services.tasks.complete(task.id, {"kept": False}, HANDLER)
    assert set(refused.value.errors) == {"comment"}
    county.do(number, "Task_ReportPromise", HANDLER, kept=False, comment="材料没有到")
    assert "screener" in told(county, number, "promise_broken")
    assert county.services.records.search(SCREENER, q=number, broken_promise=True).total == 1


def test_the_writers_no_counts_whatever_the_unit_says(county: County) -> None:
    number = promised(county)
    assert county.services.records.search(SCREENER, q=number, broken_promise=True).total == 0
    county.do(number, "Task_ReportPromise", HANDLER, kept=True)
    confirm(county, number, kept=False, comment="还是不亮")
    (line,) = county.services.records.search(SCREENER, q=number, broken_promise=True).items
    assert line.has_broken_promise
    (shown,) = county.services.records.open(number, SCREENER).promises
    assert (shown.is_broken, shown.writer_comment) == (True, "还是不亮")


def test_a_unit_that_says_nothing_is_reminded_and_the_writer_may_speak_once_the_day_is_over(county: County) -> None:
    number = promised(county)
    county.services.writers_side.evaluate(number, satisfied=True, solved=True)
    county.run_until_idle(number)
    assert county.letter(number).status == "closed"
    assert_watch(county, number)
    for _ in range(12):
        if county.clock.at > at(16, 17, 30):
            break
        county.fire_timer(number)
    taken = [e.data["step"] for e in county.events(number) if e.data.get("limit") == "promise"]
    assert taken[:3] == ["near_due", "due_today", "overdue"]
    confirm(county, number, kept=False)
    assert_watch(county, number)
    county.do(number, "Task_ReportPromise", HANDLER, kept=False, comment="忘了")
    assert county.limits(number)["promise"].in_time is False
    assert county.services.engine.processes.of(number) == ()


def test_a_reply_without_a_promise_starts_nothing(county: County) -> None:
    number = submitted(county)
    county.do(number, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass")
    assert county.services.engine.processes.of(number, "PromiseProcess") == ()
    with pytest.raises(WrongState):
        confirm(county, number, kept=True)
