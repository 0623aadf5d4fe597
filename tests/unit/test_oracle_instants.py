"""The oracle where instants decide: a year published meanwhile, things of one second."""

from __future__ import annotations

import copy

import pytest

from letterbox.oracle.verdict import judge
from tests.support.oracle.letters import LATE, TODAY, UNIT, clean_log
from tests.support.oracle.log import Written, exported


def test_a_published_year_moves_what_reaches_into_it_and_nothing_else() -> None:
    """27 October becomes a day off on the 26th: the running redo ends a day later, what ended before stays."""
    log = clean_log()
    edition = copy.deepcopy(log["calendar"][0])
    edition["since"] = "2026-10-26T12:00:00+08:00"
    edition["days"].append({"date": "2026-10-27", "kind": "off"})
    log["calendar"].append(edition)
    found = judge(log)
    assert {(each.letter, each.kind) for each in found if each.kind.startswith("limit")} == {("A6", "limit_due")}


def test_an_unannounced_year_is_provisional() -> None:
    log = clean_log()
    log["calendar"][0]["years"] = []
    kinds = {each.kind for each in judge(log)}
    assert kinds == {"limit_provisional"}


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_step_brought_about_in_the_second_in_which_its_limit_ended_may_be_there_or_not(is_taken: bool) -> None:
    """Marked urgent on the due day, which makes the step due at once, and signed for in the same second."""
    written = Written("B1", "complaint", "in_progress", UNIT).taken_in("09-07 10:00").sent_to_unit("09-07 15:00")
    written.limit("screening", "09-07 10:00", "09-09 17:30", "09-07 15:00")
    written.step("09-08 09:00:01", "sign_for", *TODAY, unit=UNIT)
    written.did("09-08 09:25:07", "LetterMarkedUrgent", "screener", urgent=True, reason="涉及安全")
    if is_taken:
        written.step("09-08 09:25:07", "sign_for", *LATE, unit=UNIT)
    written.did("09-08 09:25:07", "LetterRegistered", "unit_handler")
    written.limit("sign_for", "09-07 15:00", "09-08 17:30", "09-08 09:25:07", unit=UNIT)
    written.did("09-08 10:00", "LetterWithdrawn", reason="已解决").did(
        "09-08 10:00", "LetterClosed", outcome="withdrawn"
    )
    assert [each for each in judge(exported([written])) if each.kind.startswith("step")] == []
