"""Years that nobody can mean: refused by the domain wherever somebody types a date."""

from __future__ import annotations

import pytest

from letterbox.domain import dates
from letterbox.domain.forms.form import Form
from letterbox.domain.written_at import parse_written_at
from tests.support.writers.forms import field, schema

IMPOSSIBLE = ["0001-01-01", "1899-12-31", "1989-12-31", "2100-01-01", "9999-12-31"]


@pytest.mark.parametrize("day", IMPOSSIBLE)
def test_a_form_names_the_field(day: str) -> None:
    for subtype, typed in (("date", day), ("datetime", f"{day}T00:00:00+08:00")):
        answers = Form.parse(schema(field("datetime", subtype=subtype))).validate({"k": typed})
        assert list(answers.errors) == ["k"]


@pytest.mark.parametrize("day", IMPOSSIBLE)
def test_so_do_the_readers_of_days_instants_and_files(day: str) -> None:
    for read, typed in (
        (dates.possible_day, day),
        (dates.possible_instant, f"{day}T00:00:00+08:00"),
        (parse_written_at, day),
    ):
        with pytest.raises(ValueError, match=r"\d"):
            read(typed)


def test_the_first_and_the_last_day_are_possible() -> None:
    for day in ("1990-01-01", "2099-12-31"):
        assert dates.possible_day(day).isoformat() == day
