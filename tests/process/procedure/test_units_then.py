"""The past names who had the letter then, whatever became of the letter or of the unit since."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.records.exporting import Exporting
from letterbox.services.staff.units import UnitInput
from tests.support.office.county import County
from tests.support.office.staffed import HANDLER, REVIEWER, SCREENER, UNIT, accepted, answered, through_the_unit

pytestmark = pytest.mark.engine

OTHER = "urban-management"
ADMIN = Actor(ActorKind.PERSON, "1", "管理员", frozenset({Grant(Role.ADMIN, None)}))


def name_of(county: County, code: str) -> str:
    return next(each.name for each in county.services.unit_directory.units() if each.code == code)


def dispatches(county: County, number: str) -> list[str]:
    """The units that the writer reads of, oldest first."""
    entries = county.services.writers_side.tracked(number).timeline
    return [entry.note for entry in entries if entry.words == "来信已交承办单位办理"]


def test_after_an_upheld_return_the_writer_reads_both_units(county: County) -> None:
    number = accepted(county)
    county.act(number, "return", HANDLER, reason="不归本单位")
    county.do(number, "Task_RuleOnReturn", SCREENER, outcome="uphold", lead_unit=OTHER, reason="归城管")
    assert dispatches(county, number) == [name_of(county, UNIT), name_of(county, OTHER)]


def test_after_a_recall_the_writer_still_reads_who_had_it(county: County) -> None:
    number = accepted(county)
    county.act(number, "recall", SCREENER, reason="交错了")
    assert dispatches(county, number) == [name_of(county, UNIT)]


def rehandled_elsewhere(county: County) -> str:
    """Answered by UNIT, taken up again, recalled and given to OTHER."""
    number = answered(county)
    county.services.writers_side.evaluate(number, satisfied=False, solved=False, comment="还是不亮")
    county.run_until_idle(number)
    county.do(number, "Task_DecideRehandling", SCREENER, outcome="rehandle", reason="再查一次")
    county.act(number, "recall", SCREENER, reason="改由城管办理")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=OTHER)
    return number


def test_a_reply_is_signed_by_the_unit_that_gave_it(county: County) -> None:
    number = rehandled_elsewhere(county)
    reply = county.services.writers_side.tracked(number).reply
    assert reply is not None
    assert reply.unit_name == name_of(county, UNIT)


def test_an_export_says_whose_reply_it_holds(county: County) -> None:
    number = rehandled_elsewhere(county)
    day = county.clock.at.date()
    exporting = Exporting(county.services.database)
    (row,) = [row for row in exporting.letters(day.replace(day=1), day) if row["number"] == number]
    assert (row["unit"], row["reply_unit"]) == (OTHER, UNIT)
    assert row["reply_unit_name"] == name_of(county, UNIT)


def test_a_report_on_supervision_names_who_had_the_letter_when_it_began(county: County) -> None:
    number = accepted(county)
    supervisor = Actor(ActorKind.TOKEN, None, "督查员", frozenset({Grant(Role.SUPERVISOR, None)}), acts_for="tester")
    county.act(number, "supervise", supervisor, office="government", request="请查明", due_on="2026-09-11")
    county.clock.at += timedelta(minutes=1)
    county.act(number, "recall", SCREENER, reason="交错了")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=OTHER)
    (supervision,) = county.services.records.open(number, REVIEWER).supervisions
    assert supervision.lead_unit_name == name_of(county, UNIT)


def test_a_unit_that_was_renamed_keeps_its_name_in_the_past(county: County) -> None:
    number, old = accepted(county), name_of(county, UNIT)
    through_the_unit(county, number)
    units = county.services.units
    line = units.open(ADMIN, UNIT).line
    before = UnitInput(
        code=UNIT,
        name=line.name,
        short_name=line.short_name,
        kind=line.kind,
        territory=line.territory,
        matters=line.matters,
        position=line.position,
    )
    county.clock.at += timedelta(minutes=1)
    units.edit(ADMIN, UNIT, replace(before, name="县交通运输和港航局", short_name="交运港航局"))
    try:
        names = county.services.unit_directory.names_then()
        assert dispatches(county, number) == [old]
        assert names.of(UNIT, county.event(number, "LetterDispatched").at) == old
        assert names.of(UNIT, county.clock.at) == "县交通运输和港航局"
    finally:
        units.edit(ADMIN, UNIT, before)
