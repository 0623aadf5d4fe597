"""Officials at work: they see their tasks, decide when to do each, and do it, early, in time, late or never in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.engine.records import UserTask
from letterbox.services.tasks.facts import TaskFacts
from letterbox.simulation.answers import Answers
from letterbox.simulation.conduct import Conduct
from letterbox.simulation.deeds import TRIED, Deed, Deeds, Occasion
from letterbox.simulation.diary import Diary
from letterbox.simulation.hours import Hours
from letterbox.simulation.lives import Life, Lives
from letterbox.simulation.people import Staff
from letterbox.simulation.writers import Writers
from letterbox.wiring import Services
from letterbox.wiring.machine import MachineServices

SLOTS: Mapping[str, tuple[int, int]] = {
    "Task_ScreenLetter": (1, 9),
    "Task_AssignLetter": (1, 4),
    "Task_ReceiveLetter": (1, 6),
    "Task_SubmitToDeputy": (1, 3),
    "Task_InstructHandler": (1, 5),
    "Task_DraftReply": (2, 14),
    "Task_SignOffReply": (1, 5),
    "Task_ReviewReply": (1, 7),
}
"""How many office slots (eight a day) somebody usually takes; other tasks as USUAL."""
USUAL = (1, 7)
PRESSING = dt.timedelta(days=2)
"""With less than this to go everybody hurries."""
MOST_TASKS = 5000


class Officials:
    """``features``: names of actions and tasks that the product has."""

    def __init__(
        self,
        services: Services,
        machine: MachineServices,
        conduct: Conduct,
        hours: Hours,
        lives: Lives,
        diary: Diary,
        writers: Writers,
        staff: Staff,
    ) -> None:
        self._services = services
        self._machine = machine
        self._conduct = conduct
        self._hours = hours
        self._lives = lives
        self._diary = diary
        self._writers = writers
        self._staff = staff
        self._facts = services.task_facts
        self.features = frozenset([*services.procedure.task_handlers(), *services.procedure.actions()])
        self._answers = Answers(conduct, hours, lives, staff.units, self.features)
        self._deeds = Deeds(conduct, hours, lives, staff.units, self.features)
        self._groups = [*map(str, Role), *(f"{role}@{unit}" for role in UNIT_ROLES for unit in staff.units)]
        self._seen: set[str] = set()
        self.unknown = set(services.procedure.actions()) - TRIED
        """Actions and tasks that nobody here knows how to do."""

    def open_tasks(self) -> tuple[UserTask, ...]:
        return self._services.engine.tasks.find(self._groups, limit=MOST_TASKS)

    def look(self, now: dt.datetime) -> None:
        """Plan whatever has come up since the last look."""
        for task in self.open_tasks():
            life = self._lives.by_number.get(task.business_key or "")
            if task.id not in self._seen and life is not None:
                self._seen.add(task.id)
                with suppress(NotFound):  # a limit lapsed meanwhile and took the task along
                    self._plan(task, life, now)

    def _plan(self, task: UserTask, life: Life, now: dt.datetime) -> None:
        facts = self._facts.facts(task.id)
        unit = next((group.partition("@")[2] for group in facts.groups if "@" in group), None)
        life.units |= {unit} if unit else set()
        for deed in self._deeds.at(Occasion(life=life, task=task.key, unit=unit, now=now, due_at=task.due_at)):
            self._diary.plan(deed.at, deed.action, life, partial(self._do, deed, life))
        if task.key == "Task_ScreenLetter":
            self._writers.may_withdraw(life, now)
            self._writers.may_add(life, now)
        at = self._when(task, life, now)
        self._diary.plan(at, task.key, life, partial(self._complete, facts, life), task.id)

    def _when(self, task: UserTask, life: Life, now: dt.datetime) -> dt.datetime:
        dice = life.dice(f"when {task.key}")
        life.count(f"when {task.key}")
        least, most = SLOTS.get(task.key, USUAL)
        presses = task.due_at is not None and task.due_at - now < PRESSING
        usual = self._hours.later(now, dice.randint(least, max(least, most // 3) if presses else most))
        chance, conduct = dice.random(), self._conduct
        if task.due_at is None:
            return usual
        if chance < conduct.very_late and "supervise" in self.features:
            return max(usual, self._hours.later(task.due_at, 4 * 8))
        if chance < conduct.very_late + conduct.late:
            return max(
                usual, self._hours.later(task.due_at, dice.randint(1, 14 if "supervise" in self.features else 5))
            )
        if chance < conduct.very_late + conduct.late + conduct.last_minute:
            return max(usual, self._hours.last_minute(task.due_at))
        return usual

    def _complete(self, facts: TaskFacts, life: Life, now: dt.datetime) -> None:
        if facts.key == "Task_InstructHandler":  # the limit may have moved since the task came up
            life.due_at = self._services.engine.tasks.get(facts.id).due_at
        values = self._answers.to(facts.key, life, now)
        if values is None:
            self.unknown.add(facts.key)
            return
        actor = self._staff.for_group(facts.groups[0], life.dice(facts.key))
        try:
            self._services.tasks.complete(facts.id, values, actor)
        except FieldErrors as refused:
            if "joined_to" not in refused.errors:
                raise
            values = self._answers.accept(life, life.dice(facts.key))  # the other letter is over: this one stands alone
            self._services.tasks.complete(facts.id, values, actor)
        if values.get("outcome") == "supplement":
            self._writers.may_supplement(life, now)
        if facts.key == "Task_ReportPromise":
            self._writers_may_confirm(facts, actor, now)
        if facts.key == "Task_ReviewReply" and values["outcome"] == "pass":
            self._writers.may_evaluate(life, now)

    def _writers_may_confirm(self, facts: TaskFacts, actor: Actor, now: dt.datetime) -> None:
        """Everybody whom the reply with the promise answered."""
        promises = self._services.records.open(facts.number, actor).promises
        numbers = [facts.number, *(each.number for promise in promises for each in promise.joined)]
        for life in filter(None, map(self._lives.by_number.get, dict.fromkeys(numbers))):
            self._writers.may_confirm(life, now)

    def _do(self, deed: Deed, life: Life, now: dt.datetime) -> None:
        actor = self._staff.for_group(deed.group, life.dice(deed.action))
        answer: dict[str, Any] = self._machine.actions.perform(life.number, deed.action, deed.values(now), actor)
        number = str(answer.get("number") or life.number)
        if number not in self._lives.by_number:
            self._lives.add(
                Life(index=len(self._lives.by_number) + 1_000_000, seed=life.seed, paper=life.paper, number=number)
            )
