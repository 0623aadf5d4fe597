"""The engine's movable clock (test and simulation only), and whether its machinery has come to rest."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from letterbox.engine.client import EngineClient
from letterbox.engine.errors import AnswerLost, EngineRefused, LostRace

MOST_DUE = 200


class EngineClock:
    """``clock_url``: see ``ClockServlet`` in config/deploy/engine/engine.groovy."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self._session = engine.session
        self.clock_url = engine.url.removesuffix("/engine-rest") + "/letterbox/clock"

    def now(self) -> datetime:
        """Raises EngineNotFound where the clock is not movable."""
        answer = self._session.request("GET", self.clock_url).json()
        return datetime.fromisoformat(answer["now"])

    def move(self, offset: timedelta) -> None:
        """Set the clock ``offset`` ahead of the machine's. Raises EngineRefused (409) if that would be backwards."""
        params = {"offset": int(offset.total_seconds() * 1000)}
        self._session.request("POST", self.clock_url, params=params)

    def next_timer_at(self) -> datetime | None:
        return self._engine.jobs.next_timer_at()

    def fire_due(self, now: datetime) -> None:
        """Run the timers that are due without waiting for the job executor's next look.

        Whoever comes second, we or the executor, is refused by the engine; both are right.
        """
        for job in self._engine.jobs.due_before(now, limit=MOST_DUE):
            with suppress(EngineRefused, AnswerLost, LostRace):
                self._engine.jobs.execute(job.id)

    def unrest(self, now: datetime) -> str | None:
        """What still moves in the engine at its instant ``now``; None if only people and timers are waited for."""
        jobs = self._engine.jobs.count_executable()
        if jobs:
            return f"{jobs} jobs wait to be run"
        tasks = self._external_tasks(now)
        return f"{tasks} external tasks are not answered" if tasks else None

    def _external_tasks(self, now: datetime) -> int:
        """Waiting for a worker or held by one. Those whose failure is tried again later wait for their instant."""
        found = self._session.query("/external-task", {"withRetriesLeft": True, "active": True})
        at_rest = [task for task in found if task["errorMessage"] and _after(task["lockExpirationTime"], now)]
        return len(found) - len(at_rest)


def machine_time(engine: EngineClient) -> datetime | None:
    """The clock of the engine's machine (never moved), to the second; None if its server does not tell."""
    date_header = engine.session.request("GET", f"{engine.url}/version").headers.get("Date")
    return parsedate_to_datetime(date_header) if date_header else None


def _after(instant: str | None, now: datetime) -> bool:
    return instant is not None and datetime.fromisoformat(instant) > now
