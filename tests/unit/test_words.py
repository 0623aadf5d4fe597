"""Days, roles and codes as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from letterbox.domain import dates, words
from letterbox.domain.events.handling import ExtensionGranted
from letterbox.domain.vocabulary import Category, LimitKind, Role
from letterbox.services.writers.words import note_of


def test_a_day_and_an_instant_are_the_offices() -> None:
    late = datetime(2026, 11, 2, 16, 30, tzinfo=UTC)
    assert dates.day(date(2026, 11, 3)) == dates.day(late) == "2026年11月3日"
    assert dates.day(late, weekday=True) == "2026年11月3日（周二）"
    assert dates.instant(late) == "2026年11月3日 00:30"


@pytest.mark.parametrize(("kept", "said"), [("2026-12-25", "2026年12月25日"), ("年底", "年底"), (None, "None")])
def test_a_kept_day_is_read_as_a_day_and_anything_else_stays(kept: object, said: str) -> None:
    assert dates.day_of(kept) == said


def test_roles_are_said_in_the_glossarys_words_and_order() -> None:
    assert words.roles([Role.SUPERVISOR, Role.SCREENER]) == "甄别员、督查员"


def test_whoever_writes_a_code_reads_its_word_beside_it() -> None:
    assert words.coded({Category.HELP, Category.COMPLAINT}) == "投诉（complaint）、求助（help）"
    assert words.coded(LimitKind).startswith("甄别交办（screening）、")


def test_the_writer_reads_the_new_date_of_an_extension_as_a_day() -> None:
    granted = ExtensionGranted(unit="housing", due_on=date(2026, 12, 25), reason=None)
    assert note_of(granted, {}) == "延长到2026年12月25日"
