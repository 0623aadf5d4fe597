"""Corrects the engine's task lists by who is accused (A5), which the engine does not know.

The engine lists tasks by candidate group. A task of a letter from which the actor is kept away is not the actor's,
though their group has it; a task for which nobody is left is the actor's if their office stands in. Both are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func, or_, select

from letterbox.domain.permissions import EGOV_ROLES, OFFICES_OF, RANK, STANDS_IN, Actor
from letterbox.engine.records import UserTask
from letterbox.engine.tasks import TaskQuery, TaskSearch
from letterbox.services.tasks.facts import TaskFactReader
from letterbox.services.visibility.rule import groups_for, kept_from, kept_from_nobody_of, who_stands_in
from letterbox.store.database import Database
from letterbox.store.letters import Letter

"""Letters looked at, newest first, and tasks taken over that are listed."""


@dataclass(frozen=True, slots=True)
class Shift:
    """``gained``: tasks to list in addition to the engine's; ``change``: how many tasks more (or fewer) there are in
    all."""

    gained: tuple[UserTask, ...]
    change: int


class TaskShifts:
    def __init__(self, database: Database, search: TaskSearch, facts: TaskFactReader) -> None:
        self._database = database
        self._search = search
        self._facts = facts

    def of(self, actor: Actor, assignee: str | None = None) -> Shift:
        """The corrections of a list of all the actor's tasks, or of those that ``assignee`` has."""
        groups = sorted(actor.groups)
        return self.searched(actor, TaskQuery(groups=groups, person=assignee, mine_only=assignee is not None))

    def searched(self, actor: Actor, query: TaskQuery) -> Shift:
        """The corrections of one engine query. If nobody is accused, the engine is not called."""
        lost = self._search.how_many(replace(query, numbers=self._lost(actor, query.numbers)))
        gained = () if query.mine_only else self._gained(actor, query)
        return Shift(gained, len(gained) - lost)

    def _lost(self, actor: Actor, among: Sequence[str] | None) -> list[str]:
        numbers = select(Letter.number).where(kept_from(actor), _is_under_way())
        if among is not None:
            numbers = numbers.where(Letter.number.in_(among))
        with self._database.reading() as session:
            return list(session.scalars(numbers.order_by(Letter.id.desc())))

    def _gained(self, actor: Actor, query: TaskQuery) -> tuple[UserTask, ...]:
        found: list[UserTask] = []
        for excluded, numbers in self._left_for(actor, query.numbers):
            theirs = replace(query, groups=_groups_of(excluded), person=None, numbers=numbers)
            found += [each for each in self._search.every(theirs) if self._falls_to(actor, each, excluded)]
        return tuple(found)

    def _left_for(self, actor: Actor, among: Sequence[str] | None) -> list[tuple[tuple[str, ...], list[str]]]:
        """Kept-away units and offices → the letters of which the actor's office does the tasks that were theirs."""
        if not actor.roles & (set(STANDS_IN) | EGOV_ROLES):
            return []
        query = select(Letter.excluded_units, Letter.number).where(
            func.cardinality(Letter.excluded_units) > 0, _is_under_way(), kept_from_nobody_of(actor)
        )
        if among is not None:
            query = query.where(Letter.number.in_(among))
        letters: dict[tuple[str, ...], list[str]] = {}
        with self._database.reading() as session:
            for excluded, number in session.execute(query.order_by(Letter.id.desc())):
                letters.setdefault(tuple(sorted(excluded)), []).append(number)
            return [pair for pair in letters.items() if actor.grant_for([who_stands_in(session, pair[0])])]

    def _falls_to(self, actor: Actor, task: UserTask, excluded: tuple[str, ...]) -> bool:
        """Whether the actor answers for the task as a stand-in; false if the engine listed it for the actor already."""
        groups = self._facts.facts(task.id).groups
        if actor.groups & set(groups):
            return False
        with self._database.reading() as session:
            return actor.grant_for(groups_for(session, excluded, groups)) is not None


def _is_under_way() -> ColumnElement[bool]:
    """Whether the letter can have tasks: a letter that has ended can have none."""
    return or_(Letter.closed_at.is_(None), Letter.is_watched)


def _groups_of(excluded: Sequence[str]) -> list[str]:
    """Candidate groups of the people of these units and offices."""
    offices = {str(role) for role, homes in OFFICES_OF.items() if homes & set(excluded)}
    return sorted(offices | {f"{role}@{unit}" for unit in excluded for role in RANK})
