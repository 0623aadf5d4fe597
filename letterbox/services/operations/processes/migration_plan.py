"""What taking running letters over to another version of the diagrams would mean, before anything is done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.errors import FieldErrors
from letterbox.engine.client import EngineClient
from letterbox.engine.migration import Plan
from letterbox.engine.records import Instance, ProcessDefinition
from letterbox.services.deployment.element_names import ElementNames

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
    """One process of one version; ``plan`` is None if the new version does not have it."""

    process: str
    name: str
    source: ProcessDefinition
    target: ProcessDefinition | None
    plan: Plan | None
    running: tuple[Instance, ...]
    unmapped: tuple[Unmapped, ...]

    @property
    def instances(self) -> int:
        return len(self.running)


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
        versions = self._versions()
        old = self._definitions(_known(versions, "from", source))
        new = self._by_key(_known(versions, "to", target))
        plans = (self._process(each, new.get(each.key), self._engine.migration.instances(each.id)) for each in old)
        return tuple(each for each in plans if each.instances)

    def plan_letters(self, letters: Sequence[str], target: int) -> tuple[ProcessPlan, ...]:
        """A plan for whatever of these letters does not run by version ``target`` yet. Raises FieldErrors (``to``)."""
        new = self._by_key(_known(self._versions(), "to", target))
        running = defaultdict(list)
        for number in dict.fromkeys(letters):
            for instance in self._engine.processes.of(number):
                running[instance.process_definition_id].append(instance)
        olds = sorted((self._engine.deployments.definition(each) for each in running), key=lambda each: each.key)
        return tuple(
            self._process(each, new.get(each.key), tuple(running[each.id]))
            for each in olds
            if each.id not in {one.id for one in new.values()}
        )

    def _versions(self) -> dict[int, ProcessDefinition]:
        return {each.version: each for each in self._engine.deployments.versions(ProcessKey.LETTER_HANDLING)}

    def _definitions(self, version: ProcessDefinition) -> Iterable[ProcessDefinition]:
        return sorted(self._engine.deployments.definitions(version.deployment_id), key=lambda each: each.key)

    def _by_key(self, version: ProcessDefinition) -> dict[str, ProcessDefinition]:
        return {each.key: each for each in self._definitions(version)}

    def _process(
        self, source: ProcessDefinition, target: ProcessDefinition | None, running: tuple[Instance, ...]
    ) -> ProcessPlan:
        plan = self._engine.migration.plan(source.id, target.id) if target and running else None
        unmapped = self._unmapped(source, plan, running) if running else ()
        return ProcessPlan(
            process=source.key,
            name=self._names.name(source.key),
            source=source,
            target=target,
            plan=plan,
            running=running,
            unmapped=unmapped,
        )

    def _unmapped(
        self, source: ProcessDefinition, plan: Plan | None, running: Sequence[Instance]
    ) -> tuple[Unmapped, ...]:
        mapped = {each["sourceActivityIds"][0] for each in (plan or {}).get("instructions", ())}
        ours = {each.business_key for each in running}
        found = {
            element: tuple(each for each in self._engine.migration.at(source.id, element) if each in ours)
            for element in sorted(self._engine.migration.occupied(source.id))
            if element not in mapped
        }
        message = GONE if plan else NO_PROCESS
        return tuple(
            Unmapped(element=element, name=self._names.name(element), letters=letters, message=message)
            for element, letters in found.items()
            if letters
        )


def _known(versions: dict[int, ProcessDefinition], field: str, version: int) -> ProcessDefinition:
    if version not in versions:
        raise FieldErrors({field: f"没有第 {version} 版，现有：{'、'.join(map(str, sorted(versions)))}"})
    return versions[version]
