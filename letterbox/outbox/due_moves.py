"""When an open limit moves, the engine follows: due variables of running instances, due dates of open tasks."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from letterbox.bundle.diagram_reader import read_diagram
from letterbox.bundle.vocabulary import LIMIT_PROPERTIES, ProcessKey, Variable, due_variable
from letterbox.domain.vocabulary import LimitKind
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import DueNotFound, EngineNotFound, TaskNotFound
from letterbox.engine.records import Instance
from letterbox.engine.values import Scalar

DRAFTING = frozenset({LimitKind.REPLY, LimitKind.REDO})
"""Limits that the unit's drafting tasks may be due by, through ``unitDueAt``."""
UNIT_VARIABLES = {
    LimitKind.CO_OPINION: Variable.CO_UNIT,
    LimitKind.SUPERVISION: Variable.SUPERVISED_UNIT,
    LimitKind.INSTRUCTION: Variable.INSTRUCTED_UNIT,
    LimitKind.PROMISE: Variable.PROMISE_UNIT,
}
"""Processes of which a letter may have several at a time, one a unit: the variable that tells them apart."""
SERVING_PROCESSES = frozenset({ProcessKey.DEADLINE_WATCH, ProcessKey.NOTICE_DELIVERY})
"""Instances of a letter that carry no due instant of ours."""


class TaskLimits:
    """User task → the limits it may be due by, from the diagram as deployed, which never changes."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self.of = lru_cache(maxsize=128)(self._read)

    def _read(self, definition_id: str) -> dict[str, frozenset[str]]:
        diagram = read_diagram(definition_id, self._engine.deployments.xml(definition_id).encode())
        return {
            task.id: frozenset(task.properties[name] for name in LIMIT_PROPERTIES if name in task.properties)
            for task in diagram.user_tasks
        }


class DueMover:
    """Moves a limit's due in the engine. Repeatable: what already stands at the new instant is left alone."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine
        self._limits = TaskLimits(engine)

    def move(self, number: str, kind: LimitKind, unit: str | None, old: datetime, new: datetime) -> None:
        """Whatever of the letter stands at ``old`` and belongs to the limit stands at ``new`` afterwards.

        A due that somebody set otherwise is not touched, but a unit's own date never stays later than the limit itself.
        Raises DueNotFound if nothing stands at either instant: the value may still be on its way into the engine.
        """
        instances = self._instances(number, kind, unit)
        found = [self._move_variables(instance, kind, old, new) for instance in instances]
        found += self._move_tasks(number, {instance.id for instance in instances}, kind, old, new)
        if not any(found):
            raise DueNotFound(f"no {kind} due of {number} at {old.isoformat()}")

    def _instances(self, number: str, kind: LimitKind, unit: str | None) -> list[Instance]:
        running = [each for each in self._engine.processes.of(number) if each.process_key not in SERVING_PROCESSES]
        name = UNIT_VARIABLES.get(kind)
        return running if name is None else [each for each in running if self._variables(each).get(name) == unit]

    def _move_variables(self, instance: Instance, kind: LimitKind, old: datetime, new: datetime) -> bool:
        names = [due_variable(kind), *([str(Variable.UNIT_DUE_AT)] if kind in DRAFTING else [])]
        values = self._variables(instance)
        dues = {name: _instant(values.get(name)) for name in names}
        to_move = {name: new for name, due in dues.items() if due is not None and _follows(due, kind, old, new)}
        if to_move:
            try:
                self._engine.processes.set_variables(instance.id, to_move)
            except EngineNotFound:
                return False
        return bool(to_move) or new in dues.values()

    def _move_tasks(
        self, number: str, instance_ids: set[str], kind: LimitKind, old: datetime, new: datetime
    ) -> list[bool]:
        found = []
        for task in self._engine.tasks.of(number):
            if task.process_instance_id not in instance_ids or task.due_at is None:
                continue
            if kind not in self._limits.of(task.process_definition_id).get(task.key, ()):
                continue
            if _follows(task.due_at, kind, old, new):
                self._set_due(task.id, new)
                found.append(True)
            found.append(task.due_at == new)
        return found

    def _set_due(self, task_id: str, new: datetime) -> None:
        """A task completed meanwhile needs no due date any more."""
        try:
            self._engine.tasks.set_due(task_id, new)
        except TaskNotFound:
            return

    def _variables(self, instance: Instance) -> dict[str, Scalar]:
        """Empty for an instance that ended meanwhile."""
        try:
            return self._engine.processes.variables(instance.id)
        except EngineNotFound:
            return {}


def _follows(due: datetime, kind: LimitKind, old: datetime, new: datetime) -> bool:
    """Whether something due then belongs to the limit and has to move with it."""
    return due == old or (kind in DRAFTING and new < due < old)


def _instant(value: Scalar) -> datetime | None:
    """The instant a variable holds; None for one that is missing or holds no instant."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
