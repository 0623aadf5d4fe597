"""A worker: poller, threads, locks and heartbeat put together, started and stopped in the right order."""

from __future__ import annotations

import logging
import os
import socket
import time
import uuid
from collections.abc import Sequence
from random import Random
from threading import Event

from workers.runtime.answers import Answers
from workers.runtime.config import WorkerConfig
from workers.runtime.executor import Executor
from workers.runtime.health import Health
from workers.runtime.heartbeat import HeartbeatServer
from workers.runtime.locks import LockKeeper
from workers.runtime.metrics import Metrics
from workers.runtime.poller import Poller
from workers.runtime.port import DeliveryLog, Engine, Subscription
from workers.runtime.slots import Slots

log = logging.getLogger("workers.runtime")

END_FETCH_S = 4.0
"""How long a waiting fetch is waited for at shutdown. What an engine that cannot cancel it locks afterwards for this
worker comes back when the lock expires.
"""
CANCEL_PAUSE_S = 0.3


def unique_worker_id() -> str:
    """Two workers with one id would take each other's locks for their own."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:12]}"


def _health(subscriptions: Sequence[Subscription], metrics: Metrics, config: WorkerConfig) -> Health:
    """Three missed polls are stale, however long a poll is."""
    return Health(
        [each.name for each in subscriptions],
        metrics,
        stale_after_s=max(config.stale_after_s, 3 * config.poll_ms / 1000),
        stuck_after_s=config.stuck_after_s,
    )


class Worker:
    """``heartbeat`` None: no HTTP; else host and port (0: any free, see ``heartbeat.port``). Use ``run`` or ``start``/``stop``."""

    def __init__(
        self,
        engine: Engine,
        subscriptions: Sequence[Subscription],
        config: WorkerConfig | None = None,
        *,
        worker_id: str | None = None,
        deliveries: DeliveryLog | None = None,
        random: Random | None = None,
        heartbeat: tuple[str, int] | None = None,
    ) -> None:
        if not subscriptions or len({each.name for each in subscriptions}) < len(subscriptions):
            raise ValueError("a worker needs at least one topic, and each topic once")
        self.config = config or WorkerConfig()
        self.metrics = Metrics()
        self.slots = Slots(self.config.slots)
        self.health = _health(subscriptions, self.metrics, self.config)
        self.answers = Answers(
            engine=engine,
            worker_id=worker_id or unique_worker_id(),
            config=self.config,
            metrics=self.metrics,
            random=random or Random(),  # noqa: S311  # jitter, not a secret
            deliveries=deliveries,
        )
        self.stopping = Event()
        self.executor = Executor(self.slots, self.answers)
        self.locks = LockKeeper(self.slots, self.answers, min(each.lock_ms for each in subscriptions))
        self.poller = Poller(
            subscriptions,
            slots=self.slots,
            executor=self.executor,
            answers=self.answers,
            health=self.health,
            stopping=self.stopping,
        )
        self.heartbeat = None if heartbeat is None else HeartbeatServer(self.health, self.metrics, *heartbeat)
        self.metrics.slots.set(self.config.slots)
        self.metrics.busy.set_function(lambda: float(self.slots.busy()))

    def start(self) -> None:
        log.info("worker %s starts with %d slots", self.answers.worker_id, self.config.slots)
        if self.heartbeat is not None:
            self.heartbeat.start()
        self.executor.start()
        self.locks.start()
        self.poller.start()

    def stop(self) -> bool:
        """Stop fetching, give back what has not started, let the rest finish within the grace time.

        Answers whether everything finished. What did not keeps its lock until it expires and is then redelivered.
        """
        deadline = time.monotonic() + self.config.grace_s
        self.stopping.set()
        self.slots.wake()
        self.executor.give_back_waiting()
        self._end_fetch()
        self.executor.give_back_waiting()
        finished = self.slots.wait_until_idle(deadline)
        self.locks.stop()
        self.executor.stop()
        if self.heartbeat is not None:
            self.heartbeat.stop()
        left = len(self.slots.locked())
        log.info("worker %s stopped%s", self.answers.worker_id, f", {left} tasks unfinished" if left else "")
        return finished and not left

    def run(self, stop_requested: Event) -> bool:
        """Work until ``stop_requested`` is set; then ``stop``. False also if the poller died."""
        self.start()
        while not stop_requested.wait(0.5):
            if not self.poller.is_alive():
                log.critical("the poller died; ending so that a supervisor starts a new worker")
                self.stop()
                return False
        return self.stop()

    def _end_fetch(self) -> None:
        """Cancel the waiting fetch, again if it reached the engine only after the cancellation."""
        deadline = time.monotonic() + END_FETCH_S
        while self.poller.is_alive() and time.monotonic() < deadline:
            if self.poller.is_fetching:
                self._cancel_fetch()
            self.poller.join(CANCEL_PAUSE_S)

    def _cancel_fetch(self) -> None:
        try:
            self.answers.engine.cancel_fetch(self.answers.worker_id)
        except Exception as error:  # noqa: BLE001  # an engine that is away holds no fetch
            log.debug("waiting fetch not cancelled: %s", error)
