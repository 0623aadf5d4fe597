"""What the simulation remembers of each letter, and the dice of its own that make a run repeatable."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from letterbox.simulation.words import Paper


@dataclass
class Life:
    """``done``: how often something was done to the letter, by name, so that no one repeats himself without end."""

    index: int
    seed: int
    paper: Paper
    number: str = ""
    code: str = ""
    accused: str | None = None
    units: set[str] = field(default_factory=set)
    """Whoever had it."""
    lead: str | None = None
    """Whom the office gave it to last."""
    due_at: dt.datetime | None = None
    """Of the task that is answered, as its page says."""
    asked_until: str | None = None
    """The date of the last application for an extension."""
    done: dict[str, int] = field(default_factory=dict)

    def dice(self, what: str) -> random.Random:
        """The same throws for the same letter, occasion and seed, whatever else happens in the county."""
        return random.Random(f"{self.seed}:{self.index}:{what}:{self.done.get(what, 0)}")  # noqa: S311  # no secret

    def count(self, what: str) -> int:
        self.done[what] = self.done.get(what, 0) + 1
        return self.done[what]

    def times(self, what: str) -> int:
        return self.done.get(what, 0)


@dataclass
class Lives:
    """All letters by number."""

    by_number: dict[str, Life] = field(default_factory=dict)

    def add(self, life: Life) -> None:
        self.by_number[life.number] = life

    def other(self, life: Life) -> Life | None:
        """Another letter, of the same matter if there is one: to be joined to."""
        others = [each for each in self.by_number.values() if each is not life]
        if not others:
            return None
        same = [each for each in others if each.paper.place == life.paper.place]
        return life.dice("other").choice(same or others)
