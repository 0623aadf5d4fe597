"""Publishing a year: the open limits that reach into it move, from their events' instants, and all that hangs on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from sqlalchemy import delete, select

from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.errors import WrongState
from letterbox.domain.events.handling import ExtensionGranted
from letterbox.domain.limits.calendar import DayKind, DayRule
from letterbox.domain.vocabulary import LimitKind
from letterbox.services.limits import recompute as limit_moves
from letterbox.services.limits.calendar_office import CalendarOffice
from letterbox.store.calendar import CalendarDay, CalendarDraft, CalendarYear
from letterbox.store.letters import Writer
from letterbox.store.notices import Delivery, Notice
from tests.support.office.county import County
from tests.support.office.office import ADMIN
from tests.support.office.staffed import HANDLER, SCREENER, UNIT, accepted

pytestmark = pytest.mark.engine

NEW_YEAR = [DayRule(date(2027, 1, day), DayKind.OFF, "元旦") for day in (1, 2, 3)]
LONGER = [*NEW_YEAR, DayRule(date(2027, 1, 4), DayKind.OFF, "元旦")]
WORKED_SATURDAY = [DayRule(date(2027, 1, 2), DayKind.WORK, "元旦")]


def at(month: int, day: int, hour: int | None = None) -> datetime:
    """Closing time, or the full hour."""
    year = 2026 if month > 6 else 2027
    return datetime(year, month, day, hour or 17, 0 if hour else 30, tzinfo=OFFICE_ZONE)


@pytest.fixture
def office(county: County) -> Iterator[CalendarOffice]:
    """2027 as nobody has announced it, before and after."""
    services = county.services
    yield services.calendar_office
    with services.database.transaction() as session:
        for table in (CalendarDay, CalendarDraft, CalendarYear):
            session.execute(delete(table))
    services.rulebook.refresh()


def publish(county: County, office: CalendarOffice, rules: list[DayRule]) -> dict[tuple[str, str], tuple[str, str]]:
    """What moved: (letter, limit) → (from, to)."""
    office.stage(ADMIN, rules) if rules else office.set_day(ADMIN, date(2027, 1, 2), None, "")
    moved = [each.as_record() for each in office.publish(ADMIN, 2027)]
    for number in county.written():
        county.run_until_idle(number)
    return {(row["letter"], row["limit"]): (row["from"], row["to"]) for row in moved}


def handled_over_new_year(county: County) -> str:
    """Dispatched on Monday 28 December, signed for: by plain weeks answered by 4 January."""
    county.clock.at = at(12, 28, 9)
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    reply = county.limits(number)["reply"]
    assert (reply.due_at, reply.provisional) == (at(1, 4), True)
    return number


def test_the_preview_is_what_publishing_then_moves(county: County, office: CalendarOffice) -> None:
    number = handled_over_new_year(county)
    office.stage(ADMIN, NEW_YEAR)
    preview = [each for each in office.preview(2027).moved if each.letter == number]
    assert [(each.kind, each.unit, each.old, each.new) for each in preview] == [("reply", UNIT, at(1, 4), at(1, 5))]
    assert county.limits(number)["reply"].due_at == at(1, 4)
    moved = [each for each in office.publish(ADMIN, 2027) if each.letter == number]
    assert moved == preview
    reply = county.limits(number)["reply"]
    assert (reply.due_at, reply.provisional, reply.started_at) == (at(1, 5), False, at(12, 28, 9))


def test_task_watch_and_timeline_follow(county: County, office: CalendarOffice) -> None:
    number = handled_over_new_year(county)
    publish(county, office, NEW_YEAR)
    (task,) = county.services.engine.tasks.of(number)
    assert task.due_at == at(1, 5)
    (event,) = [event for event in county.events(number) if event.name == "LimitMoved"]
    assert event.data == {
        "limit": "reply",
        "unit": UNIT,
        "from": iso(at(1, 4)),
        "to": iso(at(1, 5)),
        "because": "calendar",
    }
    assert county.letter(number).watch_at == at(1, 4, 9)
    while county.clock.at < at(1, 3, 9):
        county.fire_timer(number)
    (timer,) = county.timers(number)
    assert timer.due_at == at(1, 4, 9)
    assert len(county.services.engine.processes.of(number, "DeadlineWatchProcess")) == 1


def told(county: County, number: str) -> list[tuple[str, str]]:
    with county.services.database.reading() as session:
        query = select(Notice.text, Delivery.recipient).join(Delivery).where(Notice.text.contains("limit_moved"))
        rows = session.execute(query.where(Notice.letter_id == county.letter(number).id).order_by(Notice.id)).all()
    return [(text, recipient) for text, recipient in rows]


def test_the_unit_and_the_writer_are_told_once(county: County, office: CalendarOffice) -> None:
    number = handled_over_new_year(county)
    with county.services.database.transaction() as session:
        writer = session.get_one(Writer, county.letter(number).id)
        writer.email = "li@example.org"
    for _ in range(2):
        office.stage(ADMIN, NEW_YEAR)
        office.publish(ADMIN, 2027)
    notices = told(county, number)
    assert [text for text, _ in notices] == ["limit_moved", "writer_limit_moved"]
    assert notices[0][1].startswith("person:")
    assert notices[1][1] == "li@example.org"


def test_publishing_again_moves_nothing_and_a_correction_moves_from_the_same_start(
    county: County, office: CalendarOffice
) -> None:
    number = handled_over_new_year(county)
    publish(county, office, NEW_YEAR)
    assert publish(county, office, NEW_YEAR) == {}
    assert publish(county, office, LONGER)[number, "reply"] == (iso(at(1, 5)), iso(at(1, 6)))
    assert publish(county, office, NEW_YEAR)[number, "reply"] == (iso(at(1, 6)), iso(at(1, 5)))
    assert county.names(number).count("LimitMoved") == 3


def test_limits_that_do_not_reach_into_the_year_and_ended_ones_stay(county: County, office: CalendarOffice) -> None:
    county.clock.at = at(12, 21, 9)
    number = accepted(county)
    before = {kind: (limit.due_at, limit.provisional) for kind, limit in county.limits(number).items()}
    county.clock.at = at(12, 28, 9)
    over_new_year = accepted(county)
    county.do(over_new_year, "Task_ReceiveLetter", HANDLER)
    sign_for = county.limits(over_new_year)["sign_for"].due_at
    publish(county, office, LONGER)
    assert {kind: (limit.due_at, limit.provisional) for kind, limit in county.limits(number).items()} == before
    assert county.limits(over_new_year)["sign_for"].due_at == sign_for
    assert "LimitMoved" not in county.names(number)


def test_a_limit_that_only_stops_being_provisional_moves_nobody(county: County, office: CalendarOffice) -> None:
    number = handled_over_new_year(county)
    moved = publish(county, office, [DayRule(date(2027, 5, 3), DayKind.OFF, "劳动节")])
    assert (number, "reply") not in moved
    assert county.limits(number)["reply"].provisional is False
    assert "LimitMoved" not in county.names(number)


def test_a_paused_screening_and_the_writers_own_time_move_together(county: County, office: CalendarOffice) -> None:
    county.clock.at = at(12, 30, 9)
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="请写明地点")
    limits = county.limits(number)
    assert (limits["supplement"].due_at, limits["screening"].due_at) == (at(1, 6), at(1, 8))
    moved = publish(county, office, NEW_YEAR)
    limits = county.limits(number)
    assert (limits["supplement"].due_at, limits["screening"].due_at) == (at(1, 7), at(1, 11))
    assert {kind for letter, kind in moved if letter == number} == {"supplement", "screening"}
    county.clock.at = at(1, 4, 10)
    county.services.writers_side.supplement(number, "在中心路 8 号")
    county.run_until_idle(number)
    (task,) = county.services.engine.tasks.of(number)
    assert task.due_at == county.limits(number)["screening"].due_at == at(1, 6)


def test_an_extension_keeps_its_date_but_never_passes_the_cap(county: County, office: CalendarOffice) -> None:
    county.clock.at = at(12, 1, 9)
    number = accepted(county)
    granted = date(2027, 1, 12)
    with county.services.casebook.open(number, SCREENER) as case:
        case.record(ExtensionGranted(unit=case.letter.lead_unit, due_on=granted, reason=None))
        limit_moves.extend_reply(case, granted)
    assert publish(county, office, NEW_YEAR).get((number, "reply")) is None
    assert publish(county, office, WORKED_SATURDAY)[number, "reply"] == (iso(at(1, 12)), iso(at(1, 11)))
    assert publish(county, office, NEW_YEAR)[number, "reply"] == (iso(at(1, 11)), iso(at(1, 12)))


def test_a_co_handlers_opinion_follows_the_leads_due(county: County, office: CalendarOffice) -> None:
    number = handled_over_new_year(county)
    with county.services.casebook.open(number, SCREENER) as case:
        case.limits.start(LimitKind.CO_OPINION, unit="education")
        limit_moves.follow_lead(case)
    assert county.limits(number)["co_opinion"].due_at == at(1, 1)
    publish(county, office, NEW_YEAR)
    assert county.limits(number)["co_opinion"].due_at == at(1, 4)


def test_steps_taken_too_early_are_withdrawn(county: County, office: CalendarOffice) -> None:
    number = handled_over_new_year(county)
    while "due_today" not in [e.data["step"] for e in county.events(number) if e.name == "DeadlineStepTaken"]:
        county.fire_timer(number)
    assert county.clock.at == at(1, 4, 9)
    publish(county, office, NEW_YEAR)
    withdrawn = [event.data["step"] for event in county.events(number) if event.name == "StepWithdrawn"]
    assert withdrawn == ["due_today"]


def test_an_interrupted_publication_is_finished(county: County, office: CalendarOffice) -> None:
    number = handled_over_new_year(county)
    office.stage(ADMIN, NEW_YEAR)
    with county.services.database.transaction() as session:
        session.execute(delete(CalendarDraft))
        session.add_all(CalendarDay(day=rule.date, kind=rule.kind, name=rule.name) for rule in NEW_YEAR)
        session.add(CalendarYear(year=2027, published_at=county.clock.at))
    assert office.year(2027).has_moves_left
    office.catch_up()
    assert county.limits(number)["reply"].due_at == at(1, 5)
    assert not office.year(2027).has_moves_left


def test_what_a_page_cannot_wait_for_the_workers_move(county: County, office: CalendarOffice) -> None:
    first, second = handled_over_new_year(county), handled_over_new_year(county)
    office.stage(ADMIN, NEW_YEAR)
    office.publish(ADMIN, 2027, at_once=0)
    assert office.year(2027).has_moves_left
    assert county.limits(first)["reply"].due_at == at(1, 4)
    office.catch_up()
    assert [county.limits(number)["reply"].due_at for number in (first, second)] == [at(1, 5)] * 2
    assert not office.year(2027).has_moves_left


def test_a_limit_begun_by_the_old_calendar_meanwhile_is_caught_up(county: County, office: CalendarOffice) -> None:
    publish(county, office, NEW_YEAR)
    number = handled_by_the_old_calendar(county)
    county.clock.at = at(12, 28, 10)
    office.catch_up()
    assert county.limits(number)["reply"].due_at == at(1, 5)


def handled_by_the_old_calendar(county: County) -> str:
    """As another process does that read the calendar a moment before the publication."""
    county.clock.at = at(12, 28, 9)
    number = accepted(county)
    with county.services.casebook.open(number, SCREENER) as case:
        (reply,) = case.limits.running(LimitKind.REPLY)
        reply.due_at, reply.provisional = at(1, 4), True
    with county.services.database.transaction() as session:
        row = session.get_one(CalendarYear, 2027)
        row.published_at = row.limits_moved_at = county.clock.at
    return number


def test_a_year_without_a_word_cannot_be_published(office: CalendarOffice) -> None:
    with pytest.raises(WrongState, match="2029 年还没有暂存"):
        office.publish(ADMIN, 2029)
    with pytest.raises(WrongState, match="2029"):
        office.preview(2029)


def test_what_is_staged_does_not_count_yet(county: County, office: CalendarOffice) -> None:
    office.stage(ADMIN, NEW_YEAR)
    assert handled_over_new_year(county)
    assert office.year(2027).is_provisional
    office.discard(ADMIN, 2027)
    with pytest.raises(WrongState):
        office.discard(ADMIN, 2027)
