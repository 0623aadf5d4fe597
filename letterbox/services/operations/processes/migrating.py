"""Taking running letters over to another version of the diagrams, called instances and watches included."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from letterbox.domain.permissions import Actor, require_operator
from letterbox.engine.client import EngineClient
from letterbox.engine.migration import MigrationObjection
from letterbox.engine.records import Instance
from letterbox.services.audit.log import About, AdminAction, Administration, Subject, required_reason
from letterbox.services.operations.processes.migration_plan import MigrationPlanner, ProcessPlan
from letterbox.services.tasks.facts import EPOCH, TASK_FACTS
from letterbox.store.database import Database
from letterbox.store.state import EngineFact, State

TOGETHER = 25
"""Instances the engine is asked for in one transaction; one that cannot be taken over holds up its companions."""


class MigrationOutcome(StrEnum):
    MIGRATED = "migrated"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of one instance; ``objections`` name the elements that stand in the way."""

    process: str
    letter: str | None
    outcome: MigrationOutcome
    objections: tuple[MigrationObjection, ...] = ()


class Migrating:
    def __init__(
        self, database: Database, engine: EngineClient, planner: MigrationPlanner, administration: Administration
    ) -> None:
        self._database = database
        self._engine = engine
        self._planner = planner
        self._administration = administration

    def plan(self, actor: Actor, source: int, target: int) -> tuple[ProcessPlan, ...]:
        """Changes nothing. Raises FieldErrors for a version that is not there, NotAllowed."""
        require_operator(actor)
        return self._planner.plan(source, target)

    def migrate(self, actor: Actor, source: int, target: int, reason: str) -> list[Migrated]:
        """Every instance of the old version that can be taken over is; the others stay as they are, with the reason why.

        Raises FieldErrors, NotAllowed; an engine that goes away meanwhile raises after the record says how far it came.
        """
        reason = required_reason(reason)
        about = About(Subject.PROCESS, f"{source}-{target}", f"第 {source} 版 → 第 {target} 版")
        return self._all(actor, self.plan(actor, source, target), reason, [(about, None)])

    def plan_letters(self, actor: Actor, letters: Sequence[str], target: int) -> tuple[ProcessPlan, ...]:
        """Changes nothing: what of these letters would be taken over. Raises FieldErrors, NotAllowed."""
        require_operator(actor)
        return self._planner.plan_letters(letters, target)

    def migrate_letters(self, actor: Actor, letters: Sequence[str], target: int, reason: str) -> list[Migrated]:
        """The same for single letters, whatever versions they run by; each has its entry in the record."""
        reason = required_reason(reason)
        abouts = [(About(Subject.LETTER, each, f"{each} → 第 {target} 版"), each) for each in dict.fromkeys(letters)]
        return self._all(actor, self.plan_letters(actor, letters, target), reason, abouts)

    def _all(
        self, actor: Actor, plans: Sequence[ProcessPlan], reason: str, abouts: Sequence[tuple[About, str | None]]
    ) -> list[Migrated]:
        done: list[Migrated] = []
        try:
            for plan in plans:
                done.extend(self._process(plan))
        finally:
            self._forget_task_facts()
            for about, letter in abouts:
                self._record(actor, about, reason, [each for each in done if letter in (None, each.letter)])
        return done

    def _process(self, plan: ProcessPlan) -> Iterator[Migrated]:
        instances = plan.running
        if plan.plan is None:
            why = (MigrationObjection("", "新版本里没有这个流程"),)
            yield from (
                Migrated(
                    process=plan.process, letter=each.business_key, outcome=MigrationOutcome.REFUSED, objections=why
                )
                for each in instances
            )
            return
        for start in range(0, len(instances), TOGETHER):
            yield from self._together(plan, instances[start : start + TOGETHER])

    def _together(self, plan: ProcessPlan, instances: Sequence[Instance]) -> Iterator[Migrated]:
        """Halved until those that stand in the way are alone."""
        objections = self._engine.migration.run(plan.plan or {}, [each.id for each in instances])
        if not objections:
            yield from (Migrated(plan.process, each.business_key, MigrationOutcome.MIGRATED) for each in instances)
        elif len(instances) == 1:
            if self._is_still_there(instances[0]):
                yield Migrated(
                    process=plan.process,
                    letter=instances[0].business_key,
                    outcome=MigrationOutcome.REFUSED,
                    objections=objections,
                )
        else:
            half = len(instances) // 2
            yield from self._together(plan, instances[:half])
            yield from self._together(plan, instances[half:])

    def _is_still_there(self, instance: Instance) -> bool:
        """One that ended while we were at it needs no migration."""
        return instance.id in self._engine.processes.by_ids([instance.id])

    def _forget_task_facts(self) -> None:
        """An open task follows another diagram now: every process reads its form and groups anew."""
        value = {"epoch": uuid.uuid4().hex}
        upsert = insert(State).values(key=EPOCH, value=value)
        with self._database.transaction() as session:
            session.execute(delete(EngineFact).where(EngineFact.key.startswith(TASK_FACTS)))
            session.execute(upsert.on_conflict_do_update(index_elements=[State.key], set_={"value": value}))

    def _record(self, actor: Actor, about: About, reason: str, done: Sequence[Migrated]) -> None:
        """``refused``: the letters of which something stayed behind."""
        refused = sorted({str(each.letter) for each in done if each.outcome is MigrationOutcome.REFUSED})
        after = {"migrated": sum(each.outcome is MigrationOutcome.MIGRATED for each in done), "refused": refused[:100]}
        with self._administration.change(actor) as change:
            change.record(AdminAction.INSTANCES_MIGRATED, about, reason=reason, after=after)
