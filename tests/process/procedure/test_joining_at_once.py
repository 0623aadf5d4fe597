"""Two screeners at the same moment (A6): letters joined to each other."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import select, text

from letterbox.domain.errors import FieldErrors
from letterbox.services.case.case import locked_letter
from letterbox.store.letters import Letter
from tests.process.procedure.test_joining import assert_joined
from tests.support.office.county import County
from tests.support.office.staffed import SCREENER, accepted
from tests.support.stack.waiting import until

pytestmark = pytest.mark.engine

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def joining(county: County, number: str, leading: str) -> str | None:
    """What it is refused with, None if it was done."""
    values = {"joined_to": leading, "reason": "同一盏路灯"}
    try:
        county.services.actions.perform(number, "join", values, SCREENER)
    except FieldErrors as refused:
        return refused.errors["joined_to"]
    return None


@contextmanager
def held(county: County, *numbers: str) -> Iterator[None]:
    """Nobody else gets these letters meanwhile."""
    with county.services.database.transaction() as session:
        for number in numbers:
            locked_letter(session, number)
        yield


def is_locked(county: County, number: str) -> bool:
    free = select(Letter.id).where(Letter.number == number).with_for_update(key_share=True, skip_locked=True)
    with county.services.database.transaction() as session:
        return session.scalars(free).first() is None


def all_wait(county: County, count: int) -> None:
    def are_waiting() -> bool:
        with county.services.database.reading() as session:
            return int(session.execute(WAITING).scalar_one()) >= count

    until(are_waiting, within_s=20, what=f"{count} waiting for a lock")


def test_of_two_letters_joined_to_each_other_one_leads_and_the_other_screener_is_told(county: County) -> None:
    first, second = accepted(county), accepted(county)
    with ThreadPoolExecutor(2) as hands, ExitStack() as later:
        later.enter_context(held(county, first))
        with held(county, second):
            one: Future[str | None] = hands.submit(joining, county, first, second)
            all_wait(county, 1)
            other = hands.submit(joining, county, second, first)
            all_wait(county, 2)
        until(lambda: is_locked(county, second), within_s=20, what="the first screener's lock")
        all_wait(county, 2)
        later.close()
        answers = {first: one.result(), second: other.result()}
    (done,) = [number for number, refused in answers.items() if refused is None]
    (leading,) = [number for number, refused in answers.items() if refused]
    assert "不能反过来" in (answers[leading] or "")
    for number in (first, second):
        county.run_until_idle(number)
    assert_joined(county, done, leading)
    assert county.letter(leading).status == "handling"


def test_a_letter_that_was_read_before_is_locked_as_it_is_now(county: County) -> None:
    """What the lock waited for counts: a leading letter may have been answered meanwhile."""
    number = county.write()
    with county.services.database.transaction() as session:
        read = session.scalars(select(Letter).where(Letter.number == number)).one()
        assert not read.important
        with county.services.database.transaction() as another:
            locked_letter(another, number).important = True
        assert locked_letter(session, number).important
        assert read.important
