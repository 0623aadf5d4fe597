"""Lock renewal, orderly stop, health: the worker runtime's timekeeping, with time as an argument."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from random import Random

import pytest

from letterbox.engine.errors import EngineUnavailable
from tests.support.engine.fake_engine import FakeExternalTasks
from tests.support.engine.small_worker import CONFIG, done, working
from tests.support.stack.waiting import until
from workers.runtime import Complete, ExternalTask, Outcome, Repeating, Subscription, Worker
from workers.runtime.answers import Answers
from workers.runtime.backoff import Backoff
from workers.runtime.health import Health
from workers.runtime.locks import LockKeeper
from workers.runtime.metrics import Metrics
from workers.runtime.slots import LockedTask, Slots


class Kept:
    """One held task and a lock keeper whose time the test turns by hand."""

    def __init__(self, timeout_s: float = 600) -> None:
        self.engine = FakeExternalTasks()
        self.metrics = Metrics()
        subscription = Subscription("t", done, lock_ms=30_000, timeout_s=timeout_s)
        self.slots = Slots(2)
        answers = Answers(self.engine, "w", CONFIG, self.metrics, Random(1))
        self.keeper = LockKeeper(self.slots, answers, 30_000)
        self.task_id = self.engine.add("t")
        (task,) = self.engine.fetch_and_lock("w", [subscription], 1, 0)
        locked = self.slots.admit(task, subscription, now=0.0)
        assert locked is not None
        self.locked: LockedTask = locked
        self.locked.started_at = 0.0

    def pass_to(self, second: float) -> None:
        self.engine.clock.advance(seconds=second - getattr(self, "_second", 0.0))
        self._second = second
        self.keeper.tick(second)

    def lock_left_s(self) -> float:
        until_ = self.engine.get(self.task_id).locked_until
        assert until_ is not None
        return (until_ - self.engine.clock.now()).total_seconds()


def test_a_lock_is_renewed_at_a_third_of_its_time() -> None:
    kept = Kept()
    kept.pass_to(9.9)
    assert kept.lock_left_s() == pytest.approx(20.1)
    kept.pass_to(10.1)
    assert kept.lock_left_s() == pytest.approx(30)
    for second in range(20, 400, 5):
        kept.pass_to(float(second))
        assert kept.lock_left_s() > 14


def test_a_renewal_that_fails_is_tried_again_at_the_next_tick() -> None:
    kept = Kept()
    kept.engine.outage = EngineUnavailable("restarting")
    kept.pass_to(11)
    kept.engine.outage = None
    kept.pass_to(13)
    assert kept.lock_left_s() == pytest.approx(30)


def test_no_renewal_while_the_answer_is_under_way() -> None:
    kept = Kept()
    kept.locked.is_answering = True
    kept.pass_to(12)
    assert kept.lock_left_s() == pytest.approx(18)


def test_a_lost_lock_is_said_once_and_renewed_no_more(caplog: pytest.LogCaptureFixture) -> None:
    kept = Kept()
    kept.engine.clock.advance(days=5)  # the engine's clock was moved
    for second in (11, 12, 13):
        kept.keeper.tick(second)
    assert caplog.text.count("lock lost") == 1
    assert kept.metrics.registry.get_sample_value("worker_locks_lost_total", {"topic": "t"}) == 1


def test_our_own_task_fetched_again_is_not_run_twice_but_kept_again() -> None:
    kept = Kept()
    kept.engine.clock.advance(days=5)
    kept.keeper.tick(11)
    (again,) = kept.engine.fetch_and_lock("w", [kept.locked.subscription], 1, 0)
    assert kept.slots.admit(again, kept.locked.subscription, now=12.0) is None
    assert kept.slots.busy() == 1
    kept.keeper.tick(23)
    assert kept.lock_left_s() == pytest.approx(30)


def test_a_handler_over_its_time_becomes_an_incident_and_keeps_no_lock() -> None:
    kept = Kept(timeout_s=60)
    for second in (10, 20, 30, 40, 50, 60):
        kept.pass_to(second)
    assert kept.engine.incidents() == []
    kept.pass_to(61)
    assert kept.engine.incidents() == [kept.task_id]
    assert "60 s" in str(kept.engine.get(kept.task_id).error_message)
    kept.pass_to(95)
    assert kept.lock_left_s() < 0


def test_stop_ends_a_waiting_fetch_at_once() -> None:
    engine = FakeExternalTasks()
    with working(engine, done, replace(CONFIG, poll_ms=60_000, grace_s=30)) as worker:
        until(lambda: worker.poller.is_fetching)
        before = time.monotonic()
        assert worker.stop() is True
        assert time.monotonic() - before < 5


def test_stop_lets_the_running_finish_and_gives_the_rest_back() -> None:
    engine = FakeExternalTasks()
    ids = [engine.add("t") for _ in range(8)]
    started, release = threading.Semaphore(0), threading.Event()

    def handler(task: ExternalTask) -> Outcome:
        started.release()
        assert release.wait(5)
        return Complete()

    with working(engine, handler, replace(CONFIG, grace_s=10)) as worker:
        for _ in range(CONFIG.slots):
            assert started.acquire(timeout=5)
        stopped: list[bool] = []
        stopper = threading.Thread(target=lambda: stopped.append(worker.stop()))
        stopper.start()
        until(worker.stopping.is_set)
        release.set()
        stopper.join(10)
    assert stopped == [True]
    assert len(engine.finished) == CONFIG.slots
    assert all(engine.get(each).worker_id is None for each in ids if each not in engine.finished)


def test_what_was_fetched_while_stopping_is_unlocked() -> None:
    engine = FakeExternalTasks()
    with working(engine, done, replace(CONFIG, poll_ms=500)) as worker:
        until(lambda: worker.poller.is_fetching)
        engine.can_cancel_fetch = False
        worker.stopping.set()
        task_id = engine.add("t")
        assert worker.stop() is True
    assert engine.get(task_id).worker_id is None
    assert engine.finished == {}


def test_stop_does_not_wait_for_a_handler_that_hangs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    engine, hang, started = FakeExternalTasks(), threading.Event(), threading.Event()
    task_id = engine.add("t")

    def handler(task: ExternalTask) -> Outcome:
        started.set()
        hang.wait(20)
        return Complete()

    with working(engine, handler, replace(CONFIG, grace_s=0.2)) as worker:
        assert started.wait(5)
        assert worker.stop() is False
        assert "1 tasks unfinished" in caplog.text
        assert engine.get(task_id).worker_id == "w", "unlocking what still runs would run it twice"
        hang.set()


class Stopwatch:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_health_tells_a_silent_poller_from_a_busy_one() -> None:
    watch = Stopwatch()
    health = Health(["a", "b"], Metrics(), stale_after_s=60, stuck_after_s=900, monotonic=watch)
    assert health.topics() == [
        {"topic": "a", "ok": False, "last_poll_s": None},
        {"topic": "b", "ok": False, "last_poll_s": None},
    ]
    health.polled()
    watch.now += 59
    assert health.topics()[0] == {"topic": "a", "ok": True, "last_poll_s": 59.0}
    health.full()
    watch.now += 600
    assert health.is_ok(), "all slots at work is no illness"
    watch.now += 600
    assert not health.is_ok(), "all slots stuck is one"
    health.polled()
    assert health.is_ok()
    watch.now += 61
    assert not health.is_ok()


def test_backoff_grows_to_its_cap_and_spreads() -> None:
    backoff, random = Backoff(base_s=1, factor=2, cap_s=10, jitter=0.5), Random(7)
    for attempt, middle in enumerate((1, 2, 4, 8, 10, 10)):
        delays = [backoff.delay_s(attempt, random) for _ in range(50)]
        assert all(0.5 * middle <= each <= 1.5 * middle for each in delays)
        assert len(set(delays)) > 40
    assert backoff.delay_s(10_000, random) <= 15


def test_a_worker_needs_topics_each_once() -> None:
    one = Subscription("t", done)
    for wrong in ([], [one, one]):
        with pytest.raises(ValueError, match="topic"):
            Worker(FakeExternalTasks(), wrong)


def test_what_is_repeated_survives_its_errors_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    answers = iter([True, OSError("database away"), OSError("still away"), True])
    calls: list[object] = []

    def work() -> object:
        answer = next(answers, False)
        calls.append(answer)
        if isinstance(answer, OSError):
            raise answer
        return answer

    repeating = Repeating("outbox", work, every_s=0.01)
    repeating.start()
    until(lambda: len(calls) > 5)
    repeating.stop()
    assert not repeating.is_alive()
    assert caplog.text.count("outbox fails") == 1
    assert caplog.text.count("outbox works again") == 1


def test_a_topic_at_its_limit_leaves_slots_to_the_others() -> None:
    engine = FakeExternalTasks()
    release = threading.Event()
    most_slow: list[int] = []

    def slow(task: ExternalTask) -> Outcome:
        most_slow.append(sum(each.worker_id is not None for each in engine.tasks.values() if each.topic == "slow"))
        assert release.wait(5)
        return Complete()

    for _ in range(6):
        engine.add("slow")
    worker = Worker(
        engine,
        [Subscription("slow", slow, max_running=2), Subscription("quick", done)],
        CONFIG,
    )
    worker.start()
    until(lambda: worker.slots.busy() == 2)
    quick = [engine.add("quick") for _ in range(5)]
    until(lambda: all(each in engine.finished for each in quick))
    release.set()
    until(lambda: len(engine.finished) == 11)
    assert worker.stop()
    assert max(most_slow) <= 2
