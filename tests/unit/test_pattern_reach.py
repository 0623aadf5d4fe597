"""Patterns that nothing fits are told from those that something does."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from letterbox.domain.forms.form import Level, lint
from letterbox.domain.linear_patterns import found_in
from letterbox.domain.pattern_reach import can_fit

NOTHING = [
    (r"^\d{18}$", 1, 10),
    (r"^\d{3}$", 5, 20),
    (r"a^", 1, 100),
    (r"$a", 1, 100),
    (r"(x|y)^z", 1, 100),
    (r"[^\s\S]", 1, 100),
    (r"[^\d\D]+", 1, 100),
    (r"^$", 1, 100),
    (r"^.{0,5}$", 6, 100),
    (r"^(ab){5,}$", 1, 9),
    (r"(?i)^abc$", 1, 2),
    (r"^(\d{15}|\d{18})$", 1, 14),
]
SOMETHING = [
    (r"^\d{18}$", 1, 18),
    (r"^(\d{15}|\d{17}[0-9X])$", 18, 18),
    (r"^1[3-9]\d{9}$", 11, 11),
    (r"\p{Han}+", 1, 3),
    (r"(^a|b$)", 1, 1),
    (r"(?m)a$", 1, 5),
    (r"^$|x", 1, 1),
    (r"\bab\b", 2, 2),
    (r"^(a|b)*$", 7, 7),
    (r"a{0}^b", 1, 1),
]


@pytest.mark.parametrize(("pattern", "least", "most"), NOTHING)
def test_what_nothing_fits(pattern: str, least: int, most: int) -> None:
    assert not can_fit(pattern, least, most)


@pytest.mark.parametrize(("pattern", "least", "most"), SOMETHING)
def test_what_something_fits(pattern: str, least: int, most: int) -> None:
    assert can_fit(pattern, least, most)


PIECES = st.recursive(
    st.sampled_from(["a", "b", "^", "$", ".", "[ab]", r"\d", ""]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)


@given(PIECES, st.text("ab1", min_size=1, max_size=6))
def test_no_pattern_is_called_impossible_that_a_text_fits(pattern: str, text: str) -> None:
    assume(re.compile(pattern).search(text))
    assert found_in(pattern, text)
    assert can_fit(pattern, len(text), len(text))


def errors(**field: object) -> list[str]:
    schema = {"id": "f", "type": "default", "components": [{"key": "x", "label": "编号", **field}]}
    return [each.component for each in lint(schema, ()) if each.level is Level.ERROR]


def test_a_field_that_nobody_can_fill_is_refused_by_the_form() -> None:
    impossible = {"required": True, "pattern": r"^\d{18}$", "maxLength": 10}
    assert errors(type="textfield", validate=impossible) == ["x"]
    assert errors(type="textfield", validate={**impossible, "maxLength": 18}) == []


@pytest.mark.parametrize(("digits", "found"), [(0, ["x"]), (1, [])])
def test_a_number_between_two_neighbours_needs_decimals(digits: int, found: list[str]) -> None:
    assert errors(type="number", decimalDigits=digits, validate={"min": 0.2, "max": 0.8}) == found


@pytest.mark.parametrize("kind", ["select", "radio", "checklist", "taglist"])
def test_a_choice_without_choices_is_refused(kind: str) -> None:
    assert errors(type=kind, values=[], validate={"required": True}) == ["x"]
