"""What taking running letters over to another version of the diagrams would mean, before anything is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from letterbox.domain.errors import FieldErrors
from letterbox.engine.client import EngineClient
from letterbox.engine.migration import Plan
from letterbox.engine.records import Definition
from letterbox.engine.vocabulary import ProcessKey
from letterbox.services.element_names import ElementNames

GONE = "新版本的流程图里没有这个环节，停在这里的来信不能迁移"
NO_PROCESS = "新版本里没有这个流程"


@dataclass(frozen=True, slots=True)
class Unmapped:
    """An element that holds letters and has no counterpart in the new version."""

    element: str
    name: str
    letters: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """One process; ``plan`` is None if the new version does not have it."""

    process: str
    name: str
    source: Definition
    target: Definition | None
    plan: Plan | None
    instances: int
    unmapped: tuple[Unmapped, ...]


class MigrationPlanner:
    """Versions are those of ``LetterHandlingProcess``: each deployment of the bundle raises it by one."""

    def __init__(self, engine: EngineClient, names: ElementNames) -> None:
        self._engine = engine
        self._names = names

    def plan(self, source: int, target: int) -> tuple[ProcessPlan, ...]:
        """A plan for each process of the old version that has running instances.

        Raises FieldErrors (``from``, ``to``) naming the versions there are.
        """
        if source == target:
            raise FieldErrors({"to": "新旧版本相同，没有什么可迁移"})
        versions = {each.version: each for each in self._engine.deployments.versions(ProcessKey.LETTER_HANDLING)}
        for field, version in (("from", source), ("to", target)):
            if version not in versions:
                raise FieldErrors({field: f"没有第 {version} 版，现有：{'、'.join(map(str, sorted(versions)))}"})
        old = self._definitions(versions[source].deployment_id)
        new = {each.key: each for each in self._definitions(versions[target].deployment_id)}
        plans = (self._process(each, new.get(each.key)) for each in old)
        return tuple(each for each in plans if each.instances)

    def _definitions(self, deployment_id: str) -> Iterable[Definition]:
        return sorted(self._engine.deployments.definitions(deployment_id), key=lambda each: each.key)

    def _process(self, source: Definition, target: Definition | None) -> ProcessPlan:
        count = len(self._engine.migration.instances(source.id))
        plan = self._engine.migration.plan(source.id, target.id) if target and count else None
        name = self._names.name(source.key)
        return ProcessPlan(source.key, name, source, target, plan, count, self._unmapped(source, plan) if count else ())

    def _unmapped(self, source: Definition, plan: Plan | None) -> tuple[Unmapped, ...]:
        mapped = {each["sourceActivityIds"][0] for each in (plan or {}).get("instructions", ())}
        places = self._engine.migration.occupied(source.id)
        message = GONE if plan else NO_PROCESS
        return tuple(
            Unmapped(each, self._names.name(each), self._engine.migration.at(source.id, each), message)
            for each in sorted(places)
            if each not in mapped
        )
