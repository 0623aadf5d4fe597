"""What staff do beside their tasks (contract, "action"): which letter, when, by whom, with what values."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from letterbox.domain.vocabulary import Category
from letterbox.simulation.answers import contact
from letterbox.simulation.conduct import Conduct
from letterbox.simulation.hours import Hours
from letterbox.simulation.lives import Life, Lives

Values = dict[str, Any]
TRIED = frozenset(
    {
        "return",
        "apply-for-extension",
        "recall",
        "recategorise",
        "add-co-handler",
        "release-co-handler",
        "join",
        "release",
        "split",
        "withdraw",
        "urgent",
        "remind",
        "instruct",
        "supervise",
        "unmask",
        "confirm-category",
    }
)
"""Every action that somebody here tries, if the product has it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """``group`` does it; ``values`` are made at the instant of doing. A refusal is an answer too, and is counted."""

    at: dt.datetime
    action: str
    group: str
    values: Callable[[dt.datetime], Values]


@dataclass(frozen=True, slots=True)
class Occasion:
    """A task that has just come up: what may give somebody the idea."""

    life: Life
    task: str
    unit: str | None
    now: dt.datetime
    due_at: dt.datetime | None


class Deeds:
    def __init__(self, conduct: Conduct, hours: Hours, lives: Lives, units: list[str], actions: frozenset[str]) -> None:
        """``actions``: those the product has just now; others are not tried."""
        self._conduct = conduct
        self._hours = hours
        self._lives = lives
        self._units = units
        self._actions = actions

    def at(self, occasion: Occasion) -> list[Deed]:
        """Ideas that this occasion gives; most of the time none."""
        makers = BY_TASK.get(occasion.task, ())
        dice = occasion.life.dice(f"deeds {occasion.task}")
        found = [deed for make in makers for deed in make(self, occasion, dice)]
        occasion.life.count(f"deeds {occasion.task}")
        return [deed for deed in found if deed.action in self._actions]

    def returning(self, it: Occasion, dice: random.Random) -> Iterator[Deed]:
        """At once or two days late; after a ruling perhaps once more, and a third time to be refused."""
        chance = self._conduct.returned_again if it.life.times("return") else self._conduct.returned
        if dice.random() < chance and it.life.times("return") <= it.life.times("ruled") < 3:
            it.life.count("return")
            slots = dice.choice((1, 1, 2, 3, 14))
            other = dice.choice(self._units)
            values = {"reason": "不属于本单位职责，建议转有关单位。", "proposed_unit": other}
            yield self._deed(it, slots, "return", f"unit_handler@{it.unit}", lambda _: values)

    def extending(self, it: Occasion, dice: random.Random) -> Iterator[Deed]:
        if it.due_at is None or it.life.times("extension") or dice.random() >= self._conduct.extension:
            return
        it.life.count("extension")
        due_at, chance = it.due_at, dice.random()
        at = self._hours.later(it.now, dice.randrange(1, 8))
        if chance < self._conduct.extension_too_late:
            at = self._hours.later(due_at, 1)
        elif chance < 0.4:
            at = self._hours.last_minute(due_at)
        days = 45 if dice.random() < self._conduct.extension_too_long else dice.randrange(2, 18)

        def values(now: dt.datetime) -> Values:
            day = self._hours.working_day(max(now, due_at), days).isoformat()
            it.life.asked_until = day
            return {"reason": "需要现场检测。", "due_on": day, "contacts": [contact(now)]}

        yield Deed(
            at=max(at, self._hours.later(it.now, 1)),
            action="apply-for-extension",
            group=f"unit_handler@{it.unit}",
            values=values,
        )

    def office_changes_its_mind(self, it: Occasion, dice: random.Random) -> Iterator[Deed]:
        """Recall, another category, urgency, co-handlers."""
        conduct = self._conduct
        if dice.random() < conduct.recalled and not it.life.times("recall"):
            it.life.count("recall")
            yield self._deed(it, dice.randrange(1, 12), "recall", "screener", lambda _: {"reason": "交办有误，收回。"})
        if dice.random() < conduct.recategorised:
            category = dice.choice([Category.CONSULTATION, Category.COMPLAINT, Category.HELP])
            values = {"category": str(category), "reason": "重新认定类别。"}
            yield self._deed(it, dice.randrange(1, 20), "recategorise", "screener", lambda _: values)
            if it.life.accused is not None:
                agreed = {"outcome": "agree", "reason": "核实后认为不是检举控告。"}
                yield self._deed(it, 21, "confirm-category", "reviewer", lambda _: agreed)
        if dice.random() < conduct.co_handled / 2:
            unit = dice.choice([each for each in self._units if each != it.unit])
            yield self._deed(it, dice.randrange(1, 10), "add-co-handler", "screener", lambda _: {"unit": unit})
            if dice.random() < conduct.co_released:
                yield self._deed(it, dice.randrange(11, 16), "release-co-handler", "screener", lambda _: {"unit": unit})

    def screening_changes(self, it: Occasion, dice: random.Random) -> Iterator[Deed]:
        """While it is screened: splitting, joining, withdrawing on the writer's word."""
        other = self._lives.other(it.life)
        if other is not None and dice.random() < self._conduct.joined / 2:
            values = {"joined_to": other.number, "reason": "同一事项。"}
            yield self._deed(it, dice.randrange(1, 6), "join", "screener", lambda _: values)
            if dice.random() < self._conduct.released:
                yield self._deed(
                    it, dice.randrange(7, 20), "release", "screener", lambda _: {"reason": "不是同一事项。"}
                )
        if dice.random() < self._conduct.split and not it.life.times("split"):
            it.life.count("split")
            part = {"title": f"{it.life.paper.title}（另一件）", "body": it.life.paper.body, "reason": "两件事分开办。"}
            yield self._deed(it, dice.randrange(1, 4), "split", "screener", lambda _: part)
        if dice.random() < self._conduct.withdrawn / 4:
            yield self._deed(
                it, dice.randrange(1, 8), "withdraw", "screener", lambda _: {"reason": "来信人电话要求撤回。"}
            )

    def looking_behind_the_mask(self, it: Occasion, dice: random.Random) -> Iterator[Deed]:
        """Who accuses is sometimes needed to know; each look is recorded (A5)."""
        if it.life.accused is not None and dice.random() < self._conduct.unmasked:
            group = dice.choice(("screener", "supervisor"))
            yield self._deed(it, 1, "unmask", group, lambda _: {"reason": "需要与来信人核实。"})

    def pressing(self, it: Occasion, dice: random.Random) -> Iterator[Deed]:
        """Urgency, reminders, leaders, supervisors."""
        conduct = self._conduct
        if dice.random() < conduct.urgent_later:
            urgent = {"urgent": True, "reason": "涉及安全。"}
            yield self._deed(it, dice.randrange(1, 24), "urgent", "screener", lambda _: urgent)
            if dice.random() < 0.3:
                calm = {"urgent": False, "reason": "险情已排除。"}
                yield self._deed(it, dice.randrange(25, 40), "urgent", "supervisor", lambda _: calm)
        if dice.random() < conduct.reminded:
            yield self._deed(it, dice.randrange(4, 30), "remind", "supervisor", lambda _: {"message": "请抓紧办理。"})
        if dice.random() < conduct.instructed:
            yield self._deed(it, dice.randrange(1, 10), "instruct", "leader", self._instruction(dice))
        if dice.random() < conduct.supervised:
            yield self._deed(it, dice.randrange(1, 16), "supervise", "supervisor", self._supervision(dice))

    def _instruction(self, dice: random.Random) -> Callable[[dt.datetime], Values]:
        """Sometimes with a date, sometimes with supervision."""
        days, is_supervised = dice.choice((None, None, 2, 8)), dice.random() < 0.2

        def values(now: dt.datetime) -> Values:
            date = {"due_on": self._hours.working_day(now, days).isoformat()} if days else {}
            return {"instruction": "请认真核查，报结果。", "supervise": is_supervised, **date}

        return values

    def _supervision(self, dice: random.Random) -> Callable[[dt.datetime], Values]:
        office, days = dice.choice(("party", "government")), dice.randrange(2, 6)

        def values(now: dt.datetime) -> Values:
            return {
                "office": office,
                "due_on": self._hours.working_day(now, days).isoformat(),
                "request": "请报告办理情况。",
            }

        return values

    def _deed(self, it: Occasion, slots: int, action: str, group: str, values: Callable[[dt.datetime], Values]) -> Deed:
        return Deed(at=self._hours.later(it.now, slots), action=action, group=group, values=values)


Maker = Callable[[Deeds, Occasion, random.Random], Iterator[Deed]]
BY_TASK: Mapping[str, tuple[Maker, ...]] = {
    "Task_ScreenLetter": (Deeds.screening_changes,),
    "Task_AssignLetter": (Deeds.looking_behind_the_mask,),
    "Task_ReceiveLetter": (Deeds.returning, Deeds.office_changes_its_mind, Deeds.pressing),
    "Task_SubmitToDeputy": (Deeds.returning,),
    "Task_DraftReply": (Deeds.extending,),
}
