"""Everything that runs for one letter, as database and engine have it: an operator looks at it before they repair
anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from letterbox.bundle.vocabulary import UNIT_OF, ProcessKey
from letterbox.domain.permissions import Actor, require_operator
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineNotFound
from letterbox.engine.records import Activity, Instance, Job, UserTask
from letterbox.services.case.casebook import Casebook
from letterbox.services.deployment.element_names import ElementNames
from letterbox.services.operations.processes.record import read_record
from letterbox.services.operations.processes.views import EndedProcess, ProcessesOfLetter, RunningProcess, TokenPosition

ORDER = {str(key): position for position, key in enumerate(ProcessKey)}
"""The letter's own way first, its notices last."""
LOOKS, LOOK_EVERY_S = 6, 0.5
Bundles = Mapping[str, int]
"""Deployment → version of ``LetterHandlingProcess`` in it, which names the bundle."""


class LetterProcesses:
    def __init__(
        self,
        engine: EngineClient,
        casebook: Casebook,
        names: ElementNames,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._engine = engine
        self._casebook = casebook
        self._names = names
        self._pause = pause

    def of(self, actor: Actor, number: str) -> ProcessesOfLetter:
        """Read afresh: six calls, and one or two for each process. Raises NotFound, NotAllowed, Unavailable."""
        require_operator(actor)
        with self._casebook.look(number, actor) as case:
            record, units = read_record(case)
        bundles = self._bundles()
        return ProcessesOfLetter(
            record=record,
            running=tuple(self._running(number, units, bundles)),
            ended=self._ended(number),
            bundles=tuple(sorted(bundles.values(), reverse=True)),
        )

    def at_rest(self, actor: Actor, number: str) -> ProcessesOfLetter:
        """The same after something was done: read again until it is at rest, for a few seconds at most."""
        for _ in range(LOOKS):
            if (found := self.of(actor, number)).is_at_rest:
                return found
            self._pause(LOOK_EVERY_S)
        return self.of(actor, number)

    def _bundles(self) -> Bundles:
        versions = self._engine.deployments.versions(ProcessKey.LETTER_HANDLING)
        return {each.deployment_id: each.version for each in versions}

    def _running(self, number: str, units: Mapping[str, str], bundles: Bundles) -> Iterable[RunningProcess]:
        instances = sorted(
            self._engine.processes.of(number), key=lambda each: (ORDER.get(each.process_key, 99), each.id)
        )
        tasks, timers = self._engine.tasks.of(number), self._engine.jobs.timers_of(number)
        for instance in instances:
            try:
                leaves = self._engine.processes.tree(instance.id).leaves()
                unit = self._unit(instance, units)
            except EngineNotFound:  # it ended meanwhile
                continue
            own = [each for each in tasks if each.process_instance_id == instance.id]
            yield RunningProcess(
                id=instance.id,
                key=instance.process_key,
                name=self._names.name(instance.process_key),
                unit=unit,
                bundle=bundles.get(self._engine.deployments.definition(instance.process_definition_id).deployment_id),
                is_suspended=instance.is_suspended,
                places=tuple(self._standing(leaf, own) for leaf in leaves),
                timer_at=_first(timers, instance.id),
            )

    def _unit(self, instance: Instance, units: Mapping[str, str]) -> str | None:
        variable = UNIT_OF.get(ProcessKey(instance.process_key)) if instance.process_key in ORDER else None
        if variable is None:
            return None
        code = str(self._engine.processes.variables(instance.id).get(variable) or "")
        return units.get(code, code) or None

    def _standing(self, leaf: Activity, tasks: Sequence[UserTask]) -> TokenPosition:
        """The version it runs by has its own name for the element."""
        due = next((each.due_at for each in tasks if each.key == leaf.activity_id), None)
        name = leaf.name or self._names.name(leaf.activity_id)
        return TokenPosition(
            token=leaf.id,
            element=leaf.activity_id,
            name=name,
            due_at=due,
            is_between=leaf.is_transition,
            has_failed=bool(leaf.incident_ids),
        )

    def _ended(self, number: str) -> tuple[EndedProcess, ...]:
        """Latest first; without notices, of which there are many."""
        found = [
            EndedProcess(
                name=self._names.name(each.process_key),
                started_at=each.started_at,
                ended_at=each.ended_at,
                is_deleted=bool(each.delete_reason),
            )
            for each in self._engine.history.instances(number)
            if each.ended_at is not None and each.process_key != ProcessKey.NOTICE_DELIVERY
        ]
        return tuple(sorted(found, key=lambda each: each.ended_at, reverse=True))


def _first(timers: Sequence[Job], instance_id: str) -> datetime | None:
    return min(
        (each.due_at for each in timers if each.process_instance_id == instance_id and each.due_at), default=None
    )
