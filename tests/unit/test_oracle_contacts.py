"""The oracle does not count a contact with the writer before there was his letter (H4, H7)."""

from __future__ import annotations

import pytest

from letterbox.oracle.verdict import judge
from tests.support.oracle.letters import clean_log

EVENING_BEFORE = {"A1": "2026-09-06", "A4": "2026-09-27", "A5": "2026-10-11"}
FOUND = [
    ("A1", "contact_before_letter"),
    ("A4", "extension_without_contact"),
    ("A5", "unmet_demand_without_contact"),
]


@pytest.mark.parametrize(("number", "kind"), FOUND)
def test_a_contact_before_the_day_of_the_letter_is_found_and_does_not_count(number: str, kind: str) -> None:
    assert (number, kind) in judged(number, f"{EVENING_BEFORE[number]}T23:59:00+08:00")


@pytest.mark.parametrize(("number", "kind"), FOUND)
def test_a_contact_since_the_day_it_was_written_counts(number: str, kind: str) -> None:
    early = f"{EVENING_BEFORE[number]}T00:00:00+08:00"
    assert (number, kind) not in judged(number, early, written_at=f"{EVENING_BEFORE[number]}T22:00:00+08:00")


def judged(number: str, contact_at: str, **record: str) -> set[tuple[str, str]]:
    """What is found if this is the letter's only contact."""
    log = clean_log()
    (letter,) = [each["record"] for each in log["letters"] if each["record"]["number"] == number]
    letter.update(contacts=[{"at": contact_at, "reached": True}], **record)
    return {(each.letter, each.kind) for each in judge(log)}
