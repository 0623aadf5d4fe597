"""Patterns that nothing fits are told from those that something does."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from letterbox.domain.forms.form import FormLevel, lint
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
    (r"^\p{Han}{5}$", 1, 4),
    (r"^\p{Han}{2,4}$", 5, 20),
    (r"^[\p{Han}·]{30,}$", 1, 20),
    (r"^\PL{3}$", 4, 9),
    (r"^[[:alpha:]]{3}[^]a]$", 1, 3),
    (r"[^\p{Han}\P{Han}]", 1, 100),
    (r"[^\x00-\x{10FFFF}]", 1, 100),
    (r"^\Qa+b\E{3}$", 1, 4),
    (r"\z\x{4E2D}", 1, 100),
    (r"\012\A", 1, 100),
    (r"^(?<part>ab){3}?$", 7, 9),
    (r"^(?P<part>ab)(?i:c)(?s)d$", 1, 3),
    (r"^[^\]]{3}[\[\]]$", 1, 3),
    (r"^x{2$", 1, 2),
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
    (r"^\p{Han}{2,4}$", 4, 20),
    (r"^[\p{Han}·]{2,30}$", 30, 40),
    (r"[^\p{Latin}]", 1, 1),
    (r"^[]a]{2}$", 2, 2),
    (r"^[[:^alpha:]a]$", 1, 1),
    (r"^\Q(a|b)\E$", 5, 5),
    (r"^x{,3}$", 5, 5),
    (r"^(?:|a)$|b", 1, 1),
    (r"(?m:^b$)", 3, 9),
    (r"\C", 1, 1),
    (r"^(?U)a+?$", 3, 3),
]


@pytest.mark.parametrize(("pattern", "least", "most"), NOTHING)
def test_what_nothing_fits(pattern: str, least: int, most: int) -> None:
    assert not can_fit(pattern, least, most)


@pytest.mark.parametrize(("pattern", "least", "most"), SOMETHING)
def test_what_something_fits(pattern: str, least: int, most: int) -> None:
    assert can_fit(pattern, least, most)


PIECES = st.recursive(
    st.sampled_from(
        ["a", "b", "^", "$", ".", "[ab]", r"\d", "", r"\p{Han}", r"[^\p{Han}]", r"\PN", "[[:digit:]]", r"\Q1b\E", r"\b"]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        inner.map(lambda one: f"(?i:{one})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)


@given(PIECES, st.text("ab1中", min_size=1, max_size=6))
def test_no_pattern_is_called_impossible_that_a_text_fits(pattern: str, text: str) -> None:
    assume(found_in(pattern, text))
    assert can_fit(pattern, len(text), len(text))


def errors(**field: object) -> list[str]:
    schema = {"id": "f", "type": "default", "components": [{"key": "x", "label": "编号", **field}]}
    return [each.component for each in lint(schema, ()) if each.level is FormLevel.ERROR]


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
