"""The door: what comes in once, what comes twice, and what does not come in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest

from letterbox.domain.errors import FieldErrors, NotFound, TooManyAttempts
from letterbox.domain.letter import BODY_MAX, LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel
from letterbox.services.access.rate_limit import QUERY_CODE
from tests.support.office.county import County

pytestmark = pytest.mark.engine

DRAFT = LetterDraft(
    Channel.PORTAL, "水管漏水", "门口的水管漏了三天。", is_public=True, writer=WriterDetails("李四", "13800000000")
)


def test_the_same_submission_at_the_same_moment_enters_once(county: County) -> None:
    draft = replace(DRAFT, source_key=f"portal:{uuid4().hex}")
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: county.services.intake.submit(draft, WRITER), range(4)))
    assert len({receipt.number for receipt in receipts}) == 1
    assert [receipt.already_there for receipt in receipts].count(False) == 1
    codes = {receipt.query_code for receipt in receipts}
    assert len(codes) == 1
    assert None not in codes


def test_who_sends_again_because_the_answer_was_lost_gets_his_code(county: County) -> None:
    """Otherwise a writer with a telephone alone, and no SMS gateway, would never learn it."""
    draft = replace(DRAFT, source_key=f"portal:{uuid4().hex}")
    first = county.services.intake.submit(draft, WRITER)
    county.clock.move(minutes=29)
    again = county.services.intake.submit(draft, WRITER)
    assert (again.number, again.query_code, again.already_there) == (first.number, first.query_code, True)
    assert county.services.writers_side.open(first.number, again.query_code or "", "client-d") == first.number
    county.clock.move(minutes=2)
    assert county.services.intake.submit(draft, WRITER).query_code is None


def test_two_people_with_the_same_words_are_two_letters(county: County) -> None:
    numbers = {county.services.intake.submit(DRAFT, WRITER).number for _ in range(2)}
    assert len(numbers) == 2


def test_a_foreign_reference_enters_once_a_channel(county: County) -> None:
    reference = uuid4().hex
    foreign = replace(DRAFT, channel=Channel.CITY_PORTAL, channel_reference=reference)
    first = county.services.intake.submit(foreign, WRITER)
    again = county.services.intake.submit(foreign, WRITER)
    other = county.services.intake.submit(replace(foreign, channel=Channel.WENZHENG_HUNAN), WRITER)
    assert again.already_there
    assert again.number == first.number
    assert again.query_code is None
    assert other.number != first.number


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "　 \n"}, "title"),
        ({"body": "\u200b\u3000"}, "body"),
        ({"body": "字" * (BODY_MAX + 1)}, "body"),
        ({"writer": WriterDetails("李四")}, "phone"),
        ({"writer": WriterDetails("", "13800000000")}, "name"),
        ({"writer": WriterDetails("李四", "123")}, "phone"),
        ({"writer": WriterDetails("李四", "", "不是邮箱")}, "email"),
        ({"consent": False}, "consent"),
        ({"category": "hello"}, "category"),
        ({"uploads": ("nobody's",)}, "uploads"),
    ],
)
def test_what_cannot_be_taken_is_named(county: County, change: dict[str, object], field: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        county.services.intake.submit(replace(DRAFT, **change), WRITER)  # type: ignore[arg-type]  # by field name
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize("body", ["字" * BODY_MAX, "😀" * 500, "<script>alert(1)</script>'; DROP TABLE letters; --"])
def test_long_and_strange_texts_are_kept_as_they_are(county: County, body: str) -> None:
    number = county.write(body=body)
    assert county.letter(number).body == body
    assert county.open_tasks(number) == ["Task_ScreenLetter"]


def test_wrong_code_and_unknown_number_sound_the_same(county: County) -> None:
    number = county.write()
    with pytest.raises(NotFound) as wrong:
        county.services.writers_side.open(number, "0000000000", "client-a")
    with pytest.raises(NotFound) as unknown:
        county.services.writers_side.open("SX00000000000", county.code(number), "client-a")
    assert wrong.value.message == unknown.value.message
    assert county.services.writers_side.open(number, county.code(number), "client-a") == number


def test_guessing_a_code_is_stopped(county: County) -> None:
    number = county.write()
    for _ in range(QUERY_CODE.count):
        with pytest.raises(NotFound):
            county.services.writers_side.open(number, "1111111111", "client-b")
    with pytest.raises(TooManyAttempts):
        county.services.writers_side.open(number, county.code(number), "client-b")


def test_a_strangers_wrong_codes_do_not_keep_the_writer_out(county: County) -> None:
    number = county.write()
    for _ in range(QUERY_CODE.count):
        with pytest.raises(NotFound):
            county.services.writers_side.open(number, "1111111111", "a stranger")
    assert county.services.writers_side.open(number, county.code(number), "the writer") == number


def test_right_codes_use_nothing_up(county: County) -> None:
    number = county.write()
    for _ in range(3 * QUERY_CODE.count):
        assert county.services.writers_side.open(number, county.code(number), "client-d") == number


def test_a_code_is_not_renewed_when_nothing_could_be_sent(county: County) -> None:
    number = county.write()
    county.services.recovery.ask(number, "138 0000 0000", "client-c")
    while county.services.recovery.work():
        pass
    assert "QueryCodeRenewed" not in county.names(number)
    assert county.services.writers_side.open(number, county.code(number), "client-c") == number


def test_a_red_flag_alerts_at_once(county: County) -> None:
    number = county.write("救命", "我实在走投无路，不想活了，今晚就从桥上跳下去。")
    assert county.letter(number).red_flag
    classified = [event for event in county.events(number) if event.name == "LetterClassified"]
    assert classified[0].data["red_flag"] is True
