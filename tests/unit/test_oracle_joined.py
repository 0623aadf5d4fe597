"""The oracle misses the question to a writer whom the leading letter's reply with a promise answered (A6, H11)."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.oracle.verdict import judge
from tests.support.oracle.letters import clean_log

Json = dict[str, Any]
REPORTED = "2026-09-18T10:00:00+08:00"


def events(log: Json, number: str) -> list[Json]:
    (found,) = [each["record"]["events"] for each in log["letters"] if each["record"]["number"] == number]
    return found  # type: ignore[no-any-return]


def reported(log: Json, number: str, at: str) -> None:
    """The unit says that the promise in A1's second reply, which answered A8 too, was kept."""
    delivered = next(each for each in events(log, number) if each["name"] == "ReplyDelivered")
    if number != "A1":
        delivered["data"]["leading"] = "A1"
    after = [each for each in events(log, number) if each["at"] <= at]
    said = {**delivered, "name": "PromiseReported", "at": at, "data": {"round": 2, "kept": True}}
    events(log, number).insert(len(after), said)


@pytest.mark.parametrize(
    ("joined_at", "is_found"), [(None, True), ("2026-09-19T10:00:00+08:00", True), (REPORTED, False)]
)
def test_a_joined_writer_is_asked_at_the_instant_of_the_report(joined_at: str | None, is_found: bool) -> None:
    log = clean_log()
    reported(log, "A1", REPORTED)
    reported(log, "A8", joined_at or REPORTED)
    if joined_at is None:
        del events(log, "A8")[[each["name"] for each in events(log, "A8")].index("PromiseReported")]
    assert ("A8" in {each.letter for each in judge(log) if each.kind == "joined_not_asked"}) is is_found


def test_an_accusation_under_another_kind_of_letter_is_found() -> None:
    log = clean_log()
    (joined,) = [each["record"] for each in log["letters"] if each["record"]["number"] == "A8"]
    joined["category"] = "report"
    assert "A8" in {each.letter for each in judge(log) if each.kind == "accusation_joined_to_other"}
