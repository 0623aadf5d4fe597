"""Who does what when: a heap of acts, and how one of them turned out."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from letterbox.simulation.lives import Life


@dataclass(order=True)
class Act:
    """``perform`` raises LetterboxError when the product refuses. ``task_id``: the task that it answers."""

    at: dt.datetime
    order: int
    name: str = field(compare=False)
    life: Life = field(compare=False)
    perform: Callable[[dt.datetime], None] = field(compare=False)
    task_id: str | None = field(default=None, compare=False)


class Diary:
    def __init__(self) -> None:
        self._acts: list[Act] = []
        self._order = itertools.count()

    def plan(
        self, at: dt.datetime, name: str, life: Life, perform: Callable[[dt.datetime], None], task_id: str | None = None
    ) -> None:
        heapq.heappush(
            self._acts, Act(at=at, order=next(self._order), name=name, life=life, perform=perform, task_id=task_id)
        )

    def next_at(self) -> dt.datetime | None:
        return self._acts[0].at if self._acts else None

    def due(self, now: dt.datetime) -> list[Act]:
        found: list[Act] = []
        while self._acts and self._acts[0].at <= now:
            found.append(heapq.heappop(self._acts))
        return found
