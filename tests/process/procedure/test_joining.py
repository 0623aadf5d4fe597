"""Joining, releasing and splitting (A6): one reply, every writer keeps his code; back to screening; two out of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotAllowed, TaskGone, WrongState
from letterbox.store.letters import Letter, Writer
from letterbox.store.notices import Delivery, Notice
from tests.support.office.county import County
from tests.support.office.staffed import (
    DEPUTY,
    GOOD,
    HANDLER,
    PRINCIPAL,
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


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=OFFICE_ZONE)


def screened(county: County) -> str:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    return number


def join(county: County, number: str, leading: str) -> None:
    county.act(number, "join", SCREENER, joined_to=leading, reason="同一盏路灯")


def assert_joined(county: County, number: str, leading: str) -> None:
    letter = county.letter(number)
    assert (letter.status, letter.leading_id, letter.lead_unit) == ("joined", county.letter(leading).id, None)
    assert county.open_tasks(number) == []
    assert [kind for kind, limit in county.limits(number).items() if limit.is_open] == []
    assert county.event(number, "LetterJoined").data["joined_to"] == leading
    assert_watch(county, number)


@pytest.mark.parametrize("reach", [County.write, screened, accepted, drafted])
def test_a_letter_is_joined_wherever_it_is_screened_assigned_or_handled(
    county: County, reach: Callable[[County], str]
) -> None:
    leading, number = accepted(county), reach(county)
    join(county, number, leading)
    assert_joined(county, number, leading)


def test_a_screening_may_end_with_joining(county: County) -> None:
    leading, number = accepted(county), county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="join", joined_to=leading.lower())
    assert_joined(county, number, leading)


def test_one_reply_answers_every_writer(county: County) -> None:
    leading, first, second = drafted(county), county.write(), accepted(county)
    join(county, first, leading)
    join(county, second, leading)
    county.clock.at = at(8, 10)
    county.do(leading, "Task_SignOffReply", PRINCIPAL, outcome="sign")
    county.do(leading, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass", publish=True)
    for number in (first, second):
        county.run_until_idle(number)
        letter = county.letter(number)
        assert (letter.status, letter.lead_unit, letter.answered_at) == ("answered", UNIT, at(8, 10))
        event = county.event(number, "ReplyDelivered").data
        assert (event["unit"], event["leading"]) == (UNIT, leading)
        assert county.limits(number)["evaluation"].due_at == at(23, 17, 30)
        reply = county.services.writers_side.read(number, county.code(number), "test").reply
        assert reply is not None
        assert reply.body == "路灯已修好。"
        assert "LetterPublished" not in county.names(number)
        assert_watch(county, number)
    assert_watch(county, leading)
    county.services.writers_side.evaluate(first, satisfied=True, solved=True)
    county.run_until_idle(first)
    assert [county.letter(each).status for each in (leading, first, second)] == ["answered", "closed", "answered"]
    assert county.services.engine.processes.of(first) == ()


def test_what_is_joined_to_an_answered_letter_is_answered_at_once(county: County) -> None:
    leading, outcome, action = answered(county), county.write(), screened(county)
    county.clock.at = at(9, 9)
    county.do(outcome, "Task_ScreenLetter", SCREENER, outcome="join", joined_to=leading)
    join(county, action, leading)
    for number in (outcome, action):
        assert county.letter(number).status == "answered"
        assert county.limits(number)["evaluation"].started_at == at(9, 9)
        assert_watch(county, number)
        county.services.writers_side.evaluate(number, satisfied=True, solved=True)
        county.run_until_idle(number)
        assert county.letter(number).status == "closed"
        assert county.services.engine.processes.of(number) == ()


def test_a_released_letter_is_screened_anew_by_a_limit_of_its_own(county: County) -> None:
    leading, number = accepted(county), accepted(county)
    join(county, number, leading)
    county.clock.at = at(10, 11)
    county.act(number, "release", SCREENER, reason="不是同一盏")
    letter, screening = county.letter(number), county.limits(number)["screening"]
    assert (letter.status, letter.leading_id) == ("received", None)
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert (screening.started_at, screening.due_at) == (at(10, 11), at(14, 17, 30))
    assert county.due_of(number, "Task_ScreenLetter") == at(14, 17, 30)
    assert county.event(number, "LetterReleased").data == {"released_from": leading, "reason": "不是同一盏"}
    assert_watch(county, number)
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit="housing")
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    assert_watch(county, number)


def test_a_supplement_before_the_release_gives_the_new_limit_no_days(county: County) -> None:
    leading, number = accepted(county), county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="哪一盏")
    county.clock.at = at(9, 10)
    county.services.writers_side.supplement(number, "中心路 8 号门前")
    county.run_until_idle(number)
    join(county, number, leading)
    county.act(number, "release", SCREENER, reason="不是同一盏")
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="哪一天")
    assert county.limits(number)["screening"].due_at == at(18, 17, 30)
    assert_watch(county, number)


def test_letters_that_a_joined_letter_leads_move_along(county: County) -> None:
    top, middle, bottom = accepted(county), screened(county), county.write()
    join(county, bottom, middle)
    join(county, middle, top)
    assert_joined(county, middle, top)
    assert_joined(county, bottom, top)


def test_joining_to_a_joined_letter_means_its_leading_one(county: County) -> None:
    top, middle, number = accepted(county), screened(county), county.write()
    join(county, middle, top)
    join(county, number, middle)
    assert_joined(county, number, top)


@pytest.mark.parametrize("how", ["declined", "withdrawn", "withdrawn by the office"])
def test_a_leading_letter_that_is_not_answered_sets_the_others_free(county: County, how: str) -> None:
    leading, number = county.write(), county.write()
    join(county, number, leading)
    county.clock.at = at(8, 9)
    if how == "declined":
        county.do(leading, "Task_ScreenLetter", SCREENER, outcome="decline", ground="1", reason="法院正在审理")
    elif how == "withdrawn":
        county.services.writers_side.withdraw(leading, "解决了")
        county.run_until_idle(leading)
    else:
        county.act(leading, "withdraw", SCREENER, reason="来电要求")
    county.run_until_idle(number)
    assert county.letter(number).status == "received"
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert county.limits(number)["screening"].due_at == at(10, 17, 30)
    assert_watch(county, number)
    assert_watch(county, leading)


def test_a_joined_letter_is_withdrawn_by_its_writer(county: County) -> None:
    leading, number = accepted(county), county.write()
    join(county, number, leading)
    county.services.writers_side.withdraw(number, "解决了")
    county.run_until_idle(number)
    assert county.letter(number).status == "withdrawn"
    assert county.services.engine.processes.of(number) == ()


def test_a_leading_letter_must_exist_be_open_and_be_another(county: County) -> None:
    declined, own, below = county.write(), county.write(), county.write()
    county.do(declined, "Task_ScreenLetter", SCREENER, outcome="decline", ground="1", reason="法院正在审理")
    join(county, below, own)
    for leading, words in ((declined, "没有受理"), (own, "自己"), (below, "反过来"), ("SX1", "没有编号")):
        with pytest.raises(FieldErrors, match=words) as refused:
            county.services.actions.perform(own, "join", {"joined_to": leading, "reason": "同一件事"}, SCREENER)
        assert set(refused.value.errors) == {"joined_to"}
    task = county.task(own, "Task_ScreenLetter", SCREENER)
    with pytest.raises(FieldErrors, match="没有编号"):
        county.services.tasks.complete(task.id, {"outcome": "join", "joined_to": "SX1"}, SCREENER)
    assert county.letter(own).status == "received"


def test_an_accusation_is_not_joined_to_what_the_accused_handles(county: County) -> None:
    leading, number = accepted(county), county.write()
    values = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": UNIT}
    county.do(number, "Task_ScreenLetter", SCREENER, **values)
    with pytest.raises(FieldErrors, match="同一单位"):
        county.services.actions.perform(number, "join", {"joined_to": leading, "reason": "同一件事"}, SCREENER)


@pytest.mark.parametrize("reach", [submitted, answered])
def test_what_is_already_written_is_not_joined(county: County, reach: Callable[[County], str]) -> None:
    leading, number = accepted(county), reach(county)
    with pytest.raises(WrongState):
        county.services.actions.perform(number, "join", {"joined_to": leading, "reason": "同一件事"}, SCREENER)
    with pytest.raises(WrongState):
        county.services.actions.perform(number, "release", {"reason": "不是"}, SCREENER)


def test_only_the_screener_joins_releases_and_splits(county: County) -> None:
    leading, number = accepted(county), accepted(county)
    split = {"title": "垃圾", "body": "垃圾没人收", "reason": "两件事"}
    for action, values in (
        ("join", {"joined_to": leading, "reason": "是"}),
        ("release", {"reason": "是"}),
        ("split", split),
    ):
        with pytest.raises(NotAllowed):
            county.services.actions.perform(number, action, values, HANDLER)


def test_a_unit_that_had_the_letter_is_done_with_it(county: County) -> None:
    leading, number = accepted(county), drafted(county)
    task = county.task(number, "Task_SignOffReply", PRINCIPAL)
    with county.services.casebook.open(number, SCREENER, lambda _session: leading) as case:
        county.services.procedure.joining.join(case, {"joined_to": leading, "reason": "同一盏"})
    with pytest.raises(TaskGone):
        county.services.tasks.complete(task.id, {"outcome": "sign"}, PRINCIPAL)
    county.run_until_idle(number)
    assert_joined(county, number, leading)
    assert DEPUTY.reads_all_of(county.letter(number).lead_unit) is False


def test_two_screeners_accepting_and_joining_at_once(county: County) -> None:
    leading, number = accepted(county), county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    county.services.actions.perform(number, "join", {"joined_to": leading, "reason": "同一盏"}, SCREENER)
    values = {"outcome": "accept", "category": "complaint", "scope": "5"}
    with pytest.raises(TaskGone):
        county.services.tasks.complete(task.id, values, SCREENER)
    county.run_until_idle(number)
    assert_joined(county, number, leading)


def test_a_split_letter_is_screened_from_now_and_has_a_code_of_its_own(county: County) -> None:
    number = accepted(county)
    county.clock.at = at(8, 14)
    values = {"title": "垃圾没人收", "body": "路口的垃圾三天没收了。", "reason": "信里写了两件事"}
    answer = county.act(number, "split", SCREENER, **values)
    new = str(answer["number"])
    county.run_until_idle(new)
    assert answer["status"] == "received"
    letter, old = county.letter(new), county.letter(number)
    assert (letter.title, letter.body, letter.category) == ("垃圾没人收", "路口的垃圾三天没收了。", None)
    assert (letter.channel, letter.received_at, letter.writer.name) == ("portal", at(8, 14), old.writer.name)
    assert county.open_tasks(new) == ["Task_ScreenLetter"]
    assert county.limits(new)["screening"].due_at == at(10, 17, 30)
    assert county.event(number, "LetterSplit").data["number"] == new
    assert county.event(new, "LetterReceived").data["split_from"] == number
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    for each in (new, number):
        assert_watch(county, each)
    assert letter.query_code_hash != old.query_code_hash


def test_the_writer_is_told_number_and_code_of_what_was_split_off(county: County) -> None:
    number = county.write()
    with county.services.database.transaction() as session:
        session.get_one(Writer, county.letter(number).id).email = "li@example.org"
    values = {"title": "垃圾没人收", "body": "路口的垃圾三天没收了。", "reason": "信里写了两件事"}
    new = str(county.services.actions.perform(number, "split", values, SCREENER)["number"])
    with county.services.database.reading() as session:
        query = (
            select(Delivery.body).join(Notice).join(Letter).where(Letter.number == new, Notice.text == "letter_split")
        )
        (body,) = session.scalars(query)
    assert new in body
    code = body.partition("新的查询码：")[2].split()[0]
    assert county.services.writers_side.read(new, code, "test").title == "垃圾没人收"


def test_a_closed_letter_is_not_split(county: County) -> None:
    with pytest.raises(WrongState):
        county.services.actions.perform(
            answered(county), "split", {"title": "垃圾", "body": "没收", "reason": "两件事"}, SCREENER
        )
