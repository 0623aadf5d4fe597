"""A promise in a reply that answers several writers (H11, A6): each is asked, and anybody's "not kept" counts."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import WrongState
from letterbox.domain.vocabulary import EventName
from letterbox.store.letters import Letter, Writer
from letterbox.store.notices import Notice
from tests.process.procedure.test_joining import join
from tests.process.side_processes.test_promises import confirm
from tests.support.office.county import County
from tests.support.office.side_processes import assert_watch, event, told
from tests.support.office.staffed import GOOD, HANDLER, REVIEWER, SCREENER, UNIT, submitted

pytestmark = pytest.mark.engine


def family(county: County, joined: int = 2) -> tuple[str, list[str]]:
    """The leading letter's reply with its promise is delivered to it and to ``joined`` letters."""
    leading = submitted(county, promise_on="2026-09-16")
    others = [county.write() for _ in range(joined)]
    for number in others:
        join(county, number, leading)
    county.do(leading, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass")
    for number in others:
        county.run_until_idle(number)
    return leading, others


def report(county: County, leading: str, others: list[str], *, kept: bool = True) -> None:
    county.do(leading, "Task_ReportPromise", HANDLER, kept=kept, comment="昨天修好" if kept else "材料没有到")
    for number in others:
        county.run_until_idle(number)


def is_broken(county: County, number: str) -> bool:
    return county.services.records.search(SCREENER, q=number, broken_promise=True).total == 1


def test_the_promise_is_the_leading_letters_and_every_writer_is_asked(county: County) -> None:
    leading, others = family(county)
    for number in others:
        (tracked,) = county.services.writers_side.read(number, county.code(number), "test").promises
        assert (tracked.promise_on.isoformat(), tracked.kept, tracked.is_asked) == ("2026-09-16", None, False)
        with pytest.raises(WrongState):
            confirm(county, number, kept=True)
        assert "promise" not in county.limits(number)
        assert county.services.engine.processes.of(number, "PromiseProcess") == ()
    report(county, leading, others)
    for number in (leading, *others):
        (tracked,) = county.services.writers_side.read(number, county.code(number), "test").promises
        assert (tracked.kept, tracked.comment, tracked.is_asked) == (True, "昨天修好", True)
        assert county.names(number).count("PromiseReported") == 1
        assert_watch(county, number)
    assert event(county, others[0], EventName.PROMISE_REPORTED).data["leading"] == leading
    confirm(county, others[0], kept=True)
    with pytest.raises(WrongState):
        confirm(county, others[0], kept=False)
    confirm(county, leading, kept=True)
    assert not is_broken(county, leading)


def test_one_writers_no_makes_the_promise_broken_and_the_office_learns_of_the_first(county: County) -> None:
    leading, (first, second) = family(county)
    report(county, leading, [first, second])
    confirm(county, leading, kept=True)
    confirm(county, first, kept=False, comment="我这边还黑着")
    assert (is_broken(county, leading), is_broken(county, first), is_broken(county, second)) == (True, True, False)
    assert "screener" in told(county, first, "promise_broken")
    confirm(county, second, kept=False)
    assert "promise_broken" not in notices(county, second)
    (shown,) = county.services.records.open(leading, SCREENER).promises
    assert (shown.writer_kept, shown.is_broken) == (True, True)
    assert [(each.number, each.kept) for each in shown.joined] == [(first, False), (second, False)]
    (own,) = county.services.records.open(first, SCREENER).promises
    assert (own.leading, own.unit, own.kept, own.writer_comment) == (leading, UNIT, True, "我这边还黑着")


def test_not_kept_by_the_units_own_word_is_told_of_the_leading_letter_only(county: County) -> None:
    leading, others = family(county, joined=1)
    report(county, leading, others, kept=False)
    assert is_broken(county, leading)
    assert is_broken(county, others[0])
    assert "screener" in told(county, leading, "promise_broken")
    assert "promise_broken" not in notices(county, others[0])


def test_a_joined_writer_may_speak_once_the_day_is_over_though_the_unit_is_silent(county: County) -> None:
    leading, (number,) = family(county, joined=1)
    county.clock.at = datetime(2026, 9, 16, 17, 30, 1, tzinfo=OFFICE_ZONE)
    confirm(county, number, kept=False)
    assert is_broken(county, leading)
    report(county, leading, [number])
    assert is_broken(county, number)


def test_who_is_joined_after_the_report_is_asked_at_once(county: County) -> None:
    leading, _ = family(county, joined=0)
    report(county, leading, [])
    late = county.write()
    join(county, late, leading)
    (tracked,) = county.services.writers_side.read(late, county.code(late), "test").promises
    assert (tracked.kept, tracked.is_asked) == (True, True)
    confirm(county, late, kept=False)
    assert is_broken(county, leading)


def test_each_writer_is_told_of_the_report_once_unless_he_has_spoken(county: County) -> None:
    leading, (first, second) = family(county)
    county.clock.at = datetime(2026, 9, 16, 17, 30, 1, tzinfo=OFFICE_ZONE)
    confirm(county, second, kept=True)
    with county.services.database.transaction() as session:
        for number in (first, second):
            session.get_one(Writer, county.letter(number).id).email = f"{number}@example.org"
    task = county.task(leading, "Task_ReportPromise", HANDLER)
    county.services.tasks.complete(task.id, {"kept": True}, HANDLER)
    assert [notices(county, number).count("promise_checked") for number in (first, second)] == [1, 0]


def notices(county: County, number: str) -> list[str]:
    query = select(Notice.text).join(Letter).where(Letter.number == number)
    with county.services.database.reading() as session:
        return list(session.scalars(query))
