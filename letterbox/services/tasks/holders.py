"""Who has a letter now: its open tasks, as far as a reader of the letter may know of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.engine.client import EngineClient
from letterbox.engine.records import UserTask
from letterbox.outbox import queue as outbox
from letterbox.services.tasks.facts import ABOUT, TaskFactReader, is_owners
from letterbox.services.visibility.rule import groups_for, letter_seen_by
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.people import Person, short_unit_names

OFF_ITS_WAY = frozenset({TaskKey.GIVE_OPINION, *ABOUT})
"""Tasks of what runs beside a letter's own way."""


@dataclass(frozen=True, slots=True)
class Holder:
    """An open task of a letter. ``task`` is None where the reader is told only that the unit handles the letter.

    ``roles``: whoever holds one of them may do it; ``unit``: its short name, None for an office's task; ``person``: who took it.
    """

    task: str | None
    roles: tuple[str, ...]
    unit: str | None
    person: str | None
    due_at: datetime | None
    is_own: bool


class Holders:
    """Reads the engine's open tasks; what is not the reader's to know is left out (H10, A5)."""

    def __init__(self, database: Database, engine: EngineClient, facts: TaskFactReader) -> None:
        self._database = database
        self._engine = engine
        self._facts = facts

    def of(self, number: str, actor: Actor) -> list[Holder]:
        """Those with the letter now, its own way first, then who is due first; none while it waits for its writer or is over.

        Raises NotFound, also for a letter that the actor may not know of, and EngineUnavailable.
        """
        with self._database.reading() as session:
            letter_seen_by(session, number, actor)
        tasks = sorted(self._engine.tasks.of(number), key=_turn)
        groups = {task.id: self._facts.facts(task.id).groups for task in tasks}
        with self._database.reading() as session:
            letter = letter_seen_by(session, number, actor)
            answered = outbox.completed_among(session, [task.id for task in tasks])
            meant = {key: groups_for(session, letter.excluded_units, each) for key, each in groups.items()}
            people = _names_of(session, tasks)
            names = short_unit_names(session)
            found = [
                _holder(task, meant[task.id], letter, actor, people=people, names=names)
                for task in tasks
                if task.id not in answered
            ]
        return [each for each in found if each]


def _turn(task: UserTask) -> tuple[bool, float]:
    return task.key in OFF_ITS_WAY, task.due_at.timestamp() if task.due_at else math.inf


def _names_of(session: Session, tasks: Sequence[UserTask]) -> dict[str, str]:
    ids = [int(task.assignee) for task in tasks if task.assignee and task.assignee.isdecimal()]
    return {str(key): name for key, name in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}


def _holder(
    task: UserTask,
    groups: Sequence[str],
    letter: Letter,
    actor: Actor,
    *,
    people: dict[str, str],
    names: dict[str, str],
) -> Holder | None:
    """None for what the reader is not told of: others' supervision and instructions, steps that an owner added."""
    units = [unit for _role, _at, unit in (group.partition("@") for group in groups) if unit]
    unit = units[0] if units else None
    is_inside = actor.has(*SEES_ALL_LETTERS) or (unit is not None and unit in actor.units())
    is_own = actor.grant_for(groups) is not None
    sees_all = is_inside or is_own
    is_others = task.key in ABOUT or is_owners(task.key) or unit not in {None, letter.lead_unit}
    if not sees_all and is_others and task.key != TaskKey.GIVE_OPINION:
        return None
    return Holder(
        task=task.name if sees_all or unit != letter.lead_unit else None,
        roles=tuple(group.partition("@")[0] for group in groups) if sees_all or unit is None else (),
        unit=names.get(unit, unit) if unit else None,
        person=people.get(task.assignee or "") if sees_all else None,
        due_at=task.due_at,
        is_own=is_own,
    )
