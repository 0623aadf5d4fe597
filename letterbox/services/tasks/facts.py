"""Facts of a user task that never change: read once from the engine, and kept for when the engine is away."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import insert

from letterbox.bundle.vocabulary import TaskKey, Variable
from letterbox.domain.errors import NotFound, Unavailable
from letterbox.domain.forms.form import Form
from letterbox.domain.permissions import Actor, Grant
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineNotFound, TaskNotFound
from letterbox.engine.records import UserTask
from letterbox.services.visibility.rule import note_sight, task_grant
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.state import EngineFact, State

EPOCH = "task_facts_epoch"
"""State that changes with each migration of running instances."""
TASK_FACTS = "task:"
FRESH_S = 2.0
MOST_KEPT = 20_000


ABOUT: Mapping[str, Variable] = {
    TaskKey.ANSWER_SUPERVISION: Variable.SUPERVISION_ID,
    TaskKey.ASSESS_FEEDBACK: Variable.SUPERVISION_ID,
    TaskKey.ANSWER_INSTRUCTION: Variable.INSTRUCTION_ID,
    TaskKey.REPORT_PROMISE: Variable.PROMISE_ID,
}
"""The process variable that tells which of several running beside a letter a task is about; it never changes."""


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A task's unchanging facts. ``definition_id`` names the deployed diagram, and so the deployed form.

    If a task was listed but never opened, ``groups`` are the groups for which it was listed.
    """

    id: str
    key: str
    name: str
    number: str
    groups: tuple[str, ...]
    form_key: str | None
    definition_id: str
    about: int | None = None
    """Which supervision, instruction or promise of the letter; None for tasks of the letter's own way."""


class TaskFactReader:
    """Reads facts and forms. If the engine does not answer, it returns what was read before."""

    def __init__(self, database: Database, engine: EngineClient) -> None:
        self._database = database
        self._engine = engine
        self._known: dict[str, TaskFacts] = {}
        """By task id, and by task id and group for those that were only listed."""
        self._noted: set[tuple[str, frozenset[Grant]]] = set()
        self._forms: dict[str, dict[str, Any]] = {}
        self._parsed: dict[str, Form] = {}
        self._epoch: object = None
        self._looked_at = float("-inf")

    def facts(self, task_id: str) -> TaskFacts:
        """Raises NotFound if nobody ever saw the task, EngineUnavailable if only the engine could answer."""
        return self.facts_and_age(task_id)[0]

    def facts_and_age(self, task_id: str) -> tuple[TaskFacts, bool]:
        """The facts, and whether they were read from the engine just now; if so, the task is open at this moment."""
        self._forget_after_migration()
        known = self._known.get(task_id)
        if known is not None:
            return known, False
        stored = self._stored(f"{TASK_FACTS}{task_id}")
        known = _facts(stored) if stored else self._read(task_id)
        self._remember(task_id, known)
        return known, stored is None

    def for_actor(self, task_id: str, actor: Actor) -> tuple[TaskFacts, Grant, bool]:
        """The facts, the grant under which the actor may do the task, and whether they were read just now.

        Raises NotFound if the task is another's, so that a guessed address answers as if there were no such task.
        """
        self._forget_after_migration()
        listed = self._listed(task_id, actor)
        facts, is_fresh = (listed, False) if listed is not None else self._read_or_remembered(task_id)
        return facts, self._grant(facts, actor), is_fresh

    def all_for_actor(self, task_id: str, actor: Actor) -> tuple[TaskFacts, Grant]:
        """As ``for_actor``, with all groups of the task even if it was listed for the actor. Raises NotFound."""
        facts = self.facts(task_id)
        return facts, self._grant(facts, actor)

    def _grant(self, facts: TaskFacts, actor: Actor) -> Grant:
        """Raises NotFound. If a process owner added the task, the actor may read its letter from now on."""
        query = select(Letter.id, Letter.excluded_units).where(Letter.number == facts.number)
        with self._database.reading() as session:
            letter = session.execute(query).first()
            grant = task_grant(session, letter.excluded_units, facts.groups, actor) if letter else None
        if grant is None or letter is None:
            raise NotFound("没有这项任务，或者它不归您办理")
        if is_owners(facts.key):
            with self._database.transaction() as session:
                note_sight(session, letter.id, grant.unit_or_role, facts.id, datetime.now(UTC))
        return grant

    def _read_or_remembered(self, task_id: str) -> tuple[TaskFacts, bool]:
        """The facts; of a task that is over as it was listed, so that the slower of two learns who did it."""
        try:
            return self.facts_and_age(task_id)
        except NotFound:
            with self._database.reading() as session:
                stored = session.execute(_seen(task_id)).scalar()
            if stored is None:
                raise
            return _facts(stored), False

    def note_steps(self, tasks: Sequence[UserTask], actor: Actor) -> None:
        """Owners' steps that were listed for the actor: the actor may read their letters from now on."""
        for each in tasks:
            key = (each.id, actor.grants)
            if is_owners(each.key) and key not in self._noted:
                with suppress(NotFound, Unavailable):
                    self._grant(self.facts(each.id), actor)
                    self._noted.add(key)

    def note(self, tasks: Sequence[UserTask], actor: Actor) -> None:
        """Keep facts of tasks that the engine just listed for an actor with only one grant: it is the grant for them."""
        grant = _only_grant(actor)
        if grant is None:
            return
        self._forget_after_migration()
        fresh = [each for each in tasks if each.id not in self._known and _listing(each.id, grant) not in self._known]
        found = {
            _listing(each.id, grant): _facts_of(each, (grant.group,))
            for each in fresh
            if each.business_key and each.key not in ABOUT
        }
        if found:
            self._keep({f"{TASK_FACTS}{key}": _as_json(facts) for key, facts in found.items()})
        for key, facts in found.items():
            self._remember(key, facts)

    def _listed(self, task_id: str, actor: Actor) -> TaskFacts | None:
        grant = _only_grant(actor)
        if grant is None or task_id in self._known:
            return None
        key = _listing(task_id, grant)
        facts = self._known.get(key)
        if facts is None:
            stored = self._stored(f"{TASK_FACTS}{key}")
            if stored is None:
                return None
            facts = _facts(stored)
            self._remember(key, facts)
        return facts

    def _remember(self, key: str, facts: TaskFacts) -> None:
        if len(self._known) > MOST_KEPT:
            self._known.clear()
            self._noted.clear()
        self._known[key] = facts

    def _forget_after_migration(self) -> None:
        """Forget the facts if tasks were taken over by another version; asked every ``FRESH_S`` seconds."""
        if time.monotonic() - self._looked_at < FRESH_S:
            return
        with self._database.reading() as session:
            state = session.get(State, EPOCH)
        epoch = state.value["epoch"] if state else None
        if epoch != self._epoch:
            self._known.clear()
            self._epoch = epoch
        self._looked_at = time.monotonic()

    def _read(self, task_id: str) -> TaskFacts:
        try:
            task = self._engine.tasks.get(task_id)
            groups = self._engine.tasks.groups(task_id)
        except TaskNotFound:
            raise NotFound("没有这项任务，或者它已经办完") from None
        facts = _facts_of(task, groups, self._about(task))
        self._keep({f"{TASK_FACTS}{task_id}": _as_json(facts)})
        return facts

    def _about(self, task: UserTask) -> int | None:
        name = ABOUT.get(task.key)
        value = self._engine.processes.variables(task.process_instance_id).get(name) if name else None
        return value if isinstance(value, int) else None

    def parsed_form(self, facts: TaskFacts) -> Form:
        """The task's form, ready to validate. The forms of one deployment never change."""
        key = f"{facts.definition_id}:{facts.form_key or facts.key}"
        if key not in self._parsed:
            self._parsed[key] = Form.parse(self.form(facts))
        return self._parsed[key]

    def known_form(self, task_id: str) -> Form | None:
        """The task's form if somebody ever opened it. It says nothing of a letter, so no rights are asked for."""
        with self._database.reading() as session:
            stored = session.execute(_seen(task_id)).scalar()
        facts = _facts(stored) if stored else None
        schema = self._stored(_form_name(facts)) if facts else None
        return Form.parse(schema) if schema else None

    def form(self, facts: TaskFacts) -> dict[str, Any]:
        """The form-js schema deployed with the task's diagram; an empty one if the task has no form."""
        if facts.form_key is None:
            return {"type": "default", "id": facts.key, "components": []}
        key = _form_name(facts)
        schema = self._forms.get(key) or self._stored(key)
        if schema is None:
            try:
                schema = self._engine.tasks.form(facts.id)
            except EngineNotFound:
                raise NotFound("这项任务已经办完，或者它的表单没有随流程图部署") from None
            self._keep({key: schema})
        self._forms[key] = schema
        return schema

    def _stored(self, key: str) -> dict[str, Any] | None:
        with self._database.reading() as session:
            value = session.execute(select(EngineFact.value).where(EngineFact.key == key)).scalar()
            return dict(value) if value is not None else None

    def _keep(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep values as a cache: what is lost here is read again."""
        now = datetime.now(UTC)
        rows = [{"key": key, "value": dict(value), "read_at": now} for key, value in values.items()]
        with self._database.transaction() as session:
            session.execute(insert(EngineFact).values(rows).on_conflict_do_nothing())


def is_owners(key: str) -> bool:
    """Whether a process owner added the task, so that the services do not know what it means."""
    return key not in set(TaskKey)


def _seen(task_id: str) -> Select[tuple[dict[str, Any]]]:
    """The facts of the task, however they were kept: read by themselves or from somebody's list."""
    name = f"{TASK_FACTS}{task_id}"
    is_its = or_(EngineFact.key == name, EngineFact.key.startswith(f"{name}:", autoescape=True))
    return select(EngineFact.value).where(is_its).limit(1)


def _form_name(facts: TaskFacts) -> str:
    return f"form:{facts.definition_id}:{facts.form_key}"


def _only_grant(actor: Actor) -> Grant | None:
    return next(iter(actor.grants)) if len(actor.grants) == 1 else None


def _listing(task_id: str, grant: Grant) -> str:
    return f"{task_id}:{grant.group}"


def _facts_of(task: UserTask, groups: tuple[str, ...], about: int | None = None) -> TaskFacts:
    form_key = task.form_ref.key if task.form_ref else None
    return TaskFacts(
        id=task.id,
        key=task.key,
        name=task.name,
        number=task.business_key or "",
        groups=groups,
        form_key=form_key,
        definition_id=task.process_definition_id,
        about=about,
    )


def _as_json(facts: TaskFacts) -> dict[str, Any]:
    return {
        "id": facts.id,
        "key": facts.key,
        "name": facts.name,
        "number": facts.number,
        "groups": list(facts.groups),
        "form_key": facts.form_key,
        "definition_id": facts.definition_id,
        "about": facts.about,
    }


def _facts(stored: Mapping[str, Any]) -> TaskFacts:
    return TaskFacts(**{**stored, "groups": tuple(stored["groups"])})
