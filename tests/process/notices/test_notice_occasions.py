"""Who is told when a letter ends or goes on without its writer's doing (A6, D)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel
from letterbox.store.letters import Letter
from letterbox.store.notices import Delivery, Notice
from tests.support.office.county import County
from tests.support.office.staffed import SCREENER, UNIT

pytestmark = pytest.mark.engine

EMAIL = "zhao@example.org"


def written(county: County) -> str:
    draft = LetterDraft(Channel.PORTAL, "路灯", "中心路的路灯不亮。", True, WriterDetails("赵五", email=EMAIL))
    number = county.services.intake.submit(draft, WRITER).number
    county.run_until_idle(number)
    return number


def told(county: County, number: str) -> dict[str, set[str]]:
    """Text → whom: the writer's address, or a person's key."""
    query = select(Notice.text, Delivery.recipient).join(Delivery).join(Letter).where(Letter.number == number)
    found: dict[str, set[str]] = {}
    with county.services.database.reading() as session:
        for text, recipient in session.execute(query):
            found.setdefault(text, set()).add(recipient)
    return found


def handler(county: County) -> str:
    return f"person:{county.services.sign_in.of_login(f'handler.{UNIT}').person_id}"


def test_a_withdrawal_is_confirmed_to_its_writer(posting: County) -> None:
    number = written(posting)
    posting.services.writers_side.withdraw(number, "已经修好了")
    assert told(posting, number)["letter_withdrawn"] == {EMAIL}
    assert "withdrawn_at_unit" not in told(posting, number), "no unit has it yet"


def test_a_writer_who_did_not_supplement_is_told_that_it_goes_on_without(posting: County) -> None:
    number = written(posting)
    posting.do(number, "Task_ScreenLetter", SCREENER, outcome="supplement", question="在哪一段路？")
    while "SupplementLapsed" not in posting.names(number):
        posting.fire_timer(number)
    assert told(posting, number)["supplement_lapsed"] == {EMAIL}


def test_the_unit_that_has_a_withdrawn_letter_is_told(county: County) -> None:
    number = county.write()
    county.do(number, "Task_ScreenLetter", SCREENER, outcome="accept", category="complaint", scope="5")
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    county.services.writers_side.withdraw(number, "已经修好了")
    assert told(county, number)["withdrawn_at_unit"] == {handler(county)}
