"""One simulated period: the clock goes from one moment to the next at which somebody acts or something falls due."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.errors import FieldErrors, LetterboxError, WrongState
from letterbox.services.clock.mover import TestClock
from letterbox.simulation import announcements, patterns, words
from letterbox.simulation.conduct import Conduct
from letterbox.simulation.diary import Act, Diary
from letterbox.simulation.hours import Hours
from letterbox.simulation.lives import Life, Lives
from letterbox.simulation.officials import Officials
from letterbox.simulation.people import Staff
from letterbox.simulation.writers import Writers
from letterbox.wiring import Services
from letterbox.wiring.machine import MachineServices

HANDS = 4
"""How many people act at the same time."""


@dataclass(frozen=True, slots=True)
class Period:
    first: dt.date
    last: dt.date
    letters: int
    seed: int

    @property
    def end(self) -> dt.datetime:
        return dt.datetime.combine(self.last, dt.time(23, 30), OFFICE_ZONE)


@dataclass
class Outcome:
    """``refused``: what the product did not allow, by act and kind; ``troubles``: acts that failed as they should not;
    ``unknown``: actions and tasks that nobody here knows how to do."""

    sent: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    writers: dict[str, dict[str, str]] = field(default_factory=dict)
    """Number → what its writer gave of himself."""
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    attempts: list[dict[str, str]] = field(default_factory=list)
    """Every refusal, for the oracle to judge."""
    troubles: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    moments: int = 0
    leaves: int = 0
    published: list[tuple[dt.datetime, int]] = field(default_factory=list)
    """Years whose calendars came out, and when."""
    wall_s: float = 0.0


class County:
    """Everybody together. ``clock`` moves the whole system; ``note`` is told of each simulated day."""

    def __init__(
        self,
        services: Services,
        machine: MachineServices,
        clock: TestClock,
        period: Period,
        conduct: Conduct | None = None,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._services = services
        self._clock = clock
        self._period = period
        self._conduct = conduct or Conduct()
        self._note = note
        self._diary, self._lives = Diary(), Lives()
        self._hours = Hours(services.rulebook.calendar)
        self._staff = Staff(services)
        self._writers = Writers(services, self._conduct, self._hours, self._lives, self._diary)
        self.officials = Officials(
            services, machine, self._conduct, self._hours, self._lives, self._diary, self._writers, self._staff
        )
        self._writers.may_be_unsatisfied = "Task_DecideRehandling" in self.officials.features
        self._outcome = Outcome()
        self._lock = threading.Lock()

    def live(self) -> Outcome:
        """Play the whole period."""
        begun = time.monotonic()
        dice = random.Random(self._period.seed)  # noqa: S311  # repeatable, nothing secret
        self._outcome.leaves = self._staff.plan_leaves(
            self._period.first, self._period.last, self._conduct.away / 3, dice
        )
        self._plan_letters(dice)
        self._plan_announcements()
        self._clock.wait_until_quiet()
        with ThreadPoolExecutor(HANDS) as hands:
            while (at := self._diary.next_at()) is not None and at <= self._period.end:
                self._moment(at, hands)
        self._clock.advance(self._period.end)
        self._outcome.wall_s = time.monotonic() - begun
        self._outcome.unknown = sorted(self.officials.unknown)
        self._outcome.sent = sorted(self._lives.by_number)
        self._outcome.codes = {life.number: life.code for life in self._lives.by_number.values() if life.code}
        self._outcome.writers = {life.number: life.paper.signature for life in self._lives.by_number.values()}
        return self._outcome

    def _plan_letters(self, dice: random.Random) -> None:
        """Written one after the other in the order of their coming, so that numbers are the same in each run."""
        instants = patterns.arrivals(dice, self._period.first, self._period.last, self._period.letters)
        for index, instant in enumerate(instants):
            life = Life(index, self._period.seed, words.write(random.Random(f"{self._period.seed}:{index}"), index))  # noqa: S311
            self._diary.plan(self._hours.slot(instant), "letter", life, partial(self._writers.write, life))

    def _plan_announcements(self) -> None:
        first, last = self._period.first, self._period.last
        day = dt.datetime.combine(announcements.published_on(first, last), dt.time(10), OFFICE_ZONE)
        for year in announcements.unannounced(first, last, self._services.rulebook.calendar()):
            nobody = Life(-year, self._period.seed, words.write(random.Random(year), 0))  # noqa: S311
            self._diary.plan(day, f"calendar {year}", nobody, partial(self._publish, year))

    def _publish(self, year: int, _now: dt.datetime) -> None:
        """In a moment of its own, when nobody else acts: which edition a limit began under must be beyond doubt."""
        admin = self._staff.of_login("admin")
        self._services.calendar_office.stage(admin, announcements.days_of(year))
        self._outcome.published.append((self._clock.now(), year))
        self._services.calendar_office.publish(admin, year)

    def _moment(self, at: dt.datetime, hands: ThreadPoolExecutor) -> None:
        before = self._clock.now().astimezone(OFFICE_ZONE).date()
        self._clock.advance_from_rest(at)
        now = self._clock.now()
        acts = self._diary.due(now)
        for act in (each for each in acts if each.name == "letter"):
            self._try(act, now)
        by_letter: dict[str, list[Act]] = {}
        for act in acts:
            if act.name != "letter":
                by_letter.setdefault(act.life.number, []).append(act)
        list(hands.map(partial(self._try_all, now=now), by_letter.values()))
        self._clock.wait_until_quiet()
        self.officials.look(self._clock.now())
        self._outcome.moments += 1
        if now.astimezone(OFFICE_ZONE).date() != before:
            self._note(f"{now.astimezone(OFFICE_ZONE):%Y-%m-%d}  来信 {len(self._lives.by_number)}")

    def _try_all(self, acts: list[Act], now: dt.datetime) -> None:
        """What is done to one letter is done in the order planned."""
        for act in acts:
            self._try(act, now)

    def _try(self, act: Act, now: dt.datetime) -> None:
        """A refusal is an answer; a task's form that is refused, or any other error, is trouble."""
        refusal = trouble = None
        at = self._clock.now()
        try:
            act.perform(now)
        except FieldErrors as error:
            refusal = f"{act.name}: {'、'.join(sorted(error.errors))}"
            trouble = f"{error.errors}" if act.task_id is not None else None
        except LetterboxError as error:
            refusal = f"{act.name}: {type(error).__name__}"
        except Exception as error:  # noqa: BLE001  # one act must not end the county
            trouble = f"{type(error).__name__} {error}"
        with self._lock:
            if trouble is not None:
                self._outcome.troubles.append(f"{act.name} {act.life.number}: {trouble}")
            if refusal is not None:
                self._outcome.refused[refusal] += 1
                self._note_attempt(act, at, refusal)
            elif trouble is None:
                self._outcome.done[act.name] += 1

    def _note_attempt(self, act: Act, at: dt.datetime, refusal: str) -> None:
        """A field that was wrong is the agent's own fault; what remains is whether it may be done at all."""
        kind = refusal.partition(": ")[2]
        if kind == WrongState.__name__:
            self._outcome.attempts.append({"letter": act.life.number, "what": act.name, "at": iso(at), "refused": kind})
