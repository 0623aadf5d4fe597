"""What becomes of a command by what the engine answered: nothing is lost, and only what is known to be of no use stops at once."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from letterbox.engine.errors import (
    AlreadyApplied,
    AlreadyRunning,
    AnswerLost,
    DueNotFound,
    EngineLockedUs,
    EngineNotFound,
    EngineRefused,
    EngineTroubled,
    EngineUnavailable,
    EngineUnclear,
    LostRace,
    MismatchingCorrelation,
    TaskNotFound,
)
from letterbox.outbox.commands import Command
from letterbox.outbox.queue import LeasedCommand
from letterbox.outbox.relay import LONGEST_UNCLEAR_S, RUNNING_TRIES, UNCLEAR_TRIES, OutboxRelay
from letterbox.store.commands import CommandStatus
from letterbox.store.database import Database

PENDING, DONE, STOPPED = CommandStatus.PENDING, CommandStatus.DONE, CommandStatus.STOPPED
LONG = 10_000
"""Tries of a weekend without the engine's database."""


class Answering:
    """An engine that answers every command alike and has applied none."""

    def __init__(self, error: Exception | None) -> None:
        self._error = error

    def send(self, _command: Command) -> None:
        if self._error is not None:
            raise self._error

    def was_applied(self, _command: Command) -> bool:
        return False


def outcome(error: Exception | None, *, attempts: int = 0, unclear: int = 0, was_uncertain: bool = False):  # type: ignore[no-untyped-def]  # private
    payload: dict[str, object] = {"target": "LetterHandlingProcess", "variables": {}}
    taken = LeasedCommand(1, "letter", "c", "start", "N-1", payload, attempts, was_uncertain, unclear)
    relay = OutboxRelay(Database("postgresql://nobody@127.0.0.1:9/none"), Answering(error))
    return relay._try(taken, time.monotonic())


@pytest.mark.parametrize(
    ("error", "status", "is_uncertain"),
    [
        (None, DONE, False),
        (AlreadyApplied(500, "", "letterbox:applied"), DONE, False),
        (AlreadyRunning(500, "", "letterbox:running"), PENDING, False),
        (EngineUnavailable("away"), PENDING, False),
        (EngineLockedUs("401"), PENDING, False),
        (AnswerLost("timeout"), PENDING, True),
        (EngineTroubled(500, "", "persistence layer"), PENDING, True),
        (EngineUnclear(500, "", "nobody has met this"), PENDING, True),
        (LostRace(500, "", "deadlock"), PENDING, False),
        (MismatchingCorrelation(400, "", "Cannot correlate"), PENDING, False),
        (DueNotFound("no due"), PENDING, False),
        (TaskNotFound(404, "", "gone"), CommandStatus.SUPERSEDED, False),
        (EngineNotFound(404, "", "no such process"), STOPPED, False),
        (EngineRefused(400, "", "no"), STOPPED, False),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Exception) else str(each),
)
def test_each_answer_has_its_fate(error: Exception | None, status: CommandStatus, is_uncertain: bool) -> None:
    found = outcome(error)
    assert (found.status, found.is_uncertain) == (status, is_uncertain)


@pytest.mark.parametrize(
    "error",
    [
        EngineUnavailable("away"),
        AnswerLost("timeout"),
        EngineTroubled(500, "", "persistence layer"),
        LostRace(500, "", "x"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_passes_by_itself_is_outwaited_however_long_it_lasts(error: Exception) -> None:
    found = outcome(error, attempts=LONG)
    assert (found.status, found.delay_s) == (PENDING, 60.0)
    assert not found.is_unclear


def test_an_answer_that_nobody_named_is_asked_for_ever_more_seldom_and_then_left_to_an_operator() -> None:
    error = EngineUnclear(500, "OddException", "nobody has met this")
    outcomes = [outcome(error, attempts=LONG, unclear=count) for count in range(UNCLEAR_TRIES)]
    delays = [each.delay_s for each in outcomes[:-1]]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (1.0, LONGEST_UNCLEAR_S)
    assert 3600 < sum(delays) < 2 * 3600, "an hour and a half, as the operator is told"
    assert {each.status for each in outcomes[:-1]} == {PENDING}
    assert all(each.is_unclear and each.is_uncertain for each in outcomes)
    assert (outcomes[-1].status, outcomes[-1].error) == (STOPPED, str(error))


def test_a_long_outage_before_it_takes_no_try_from_an_unclear_answer() -> None:
    assert outcome(EngineUnclear(500, "", "odd"), attempts=LONG).delay_s == 1.0


@pytest.mark.parametrize("make", [AlreadyRunning], ids=["running"])
def test_a_process_that_was_told_to_end_is_outwaited_and_one_that_stays_will_do(
    make: Callable[[int, str, str], Exception],
) -> None:
    error = make(500, "", "letterbox:running DeadlineWatchProcess")
    assert [outcome(error, attempts=count).status for count in (0, RUNNING_TRIES - 1)] == [PENDING, PENDING]
    assert outcome(error, attempts=RUNNING_TRIES).status is DONE
