"""The whole judgement: every check over every letter of an exported log."""

from __future__ import annotations

from collections.abc import Iterator

from letterbox.oracle.counts import check_counts
from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.handling import (
    check_contacts,
    check_evaluations,
    check_extensions,
    check_instructed,
    check_replies,
    check_returns,
    check_reviews,
    check_supervision,
)
from letterbox.oracle.joined import check_joined
from letterbox.oracle.limits import check_limits
from letterbox.oracle.log import Json, Letter, Log, read
from letterbox.oracle.next_steps import check_next_step, check_notices
from letterbox.oracle.order import check_order
from letterbox.oracle.refusals import check_refusals
from letterbox.oracle.replay import Replay
from letterbox.oracle.screening import check_screening, check_secrecy
from letterbox.oracle.steps import check_reminders, check_steps
from letterbox.oracle.tracking import check_tracking


def judge(document: Json) -> list[Discrepancy]:
    """Every discrepancy between an exported log and the regime; empty is the aim."""
    log = read(document)
    replays = {letter.number: Replay(letter, log.almanac) for letter in log.letters}
    found = [each for letter in log.letters for each in _letter(letter, replays[letter.number], log)]
    return [*found, *check_joined(log), *check_refusals(log, replays), *check_counts(log)]


def _letter(letter: Letter, replay: Replay, log: Log) -> Iterator[Discrepancy]:
    until = log.exported_at
    yield from check_order(letter)
    yield from check_limits(letter, replay)
    yield from check_steps(letter, replay, until)
    yield from check_reminders(letter)
    yield from check_screening(letter)
    yield from check_secrecy(letter)
    yield from check_returns(letter, replay)
    yield from check_extensions(letter, replay)
    yield from check_contacts(letter)
    yield from check_replies(letter)
    yield from check_reviews(letter, until)
    yield from check_supervision(letter, until)
    yield from check_instructed(letter, replay)
    yield from check_evaluations(letter, replay)
    yield from check_next_step(letter, until)
    yield from check_notices(letter)
    yield from check_tracking(letter)
