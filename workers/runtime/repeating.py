"""Something small to be done again and again beside the tasks, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

log = logging.getLogger("workers.runtime")


class Repeating:
    """Calls ``work`` every ``every_s`` seconds; at once again while it answers true (there was something to do).

    An error neither ends it nor fills the log: the first of a row is logged, and the end of the row.
    """

    def __init__(self, name: str, work: Callable[[], object], every_s: float) -> None:
        self._name = name
        self._work = work
        self._every_s = every_s
        self._stopped = Event()
        self._is_failing = False
        self._thread = Thread(target=self._repeat, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, timeout_s: float = 5.0) -> None:
        self._stopped.set()
        self._thread.join(timeout_s)

    def _repeat(self) -> None:
        while not self._stopped.is_set():
            if not self._once():
                self._stopped.wait(self._every_s)

    def _once(self) -> bool:
        try:
            more = bool(self._work())
        except Exception:
            if not self._is_failing:
                log.exception("%s fails, trying on", self._name)
            self._is_failing = True
            return False
        if self._is_failing:
            log.info("%s works again", self._name)
        self._is_failing = False
        return more
