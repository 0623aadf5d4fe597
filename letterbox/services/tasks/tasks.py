"""Officials' tasks: listing, opening one with its form, claiming, keeping drafts, completing (design 5, 8b).

``handlers`` say what the completion of a task means (``wiring.procedure.Procedure.task_handlers``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from letterbox.domain.clock import Clock, iso
from letterbox.domain.errors import FieldErrors, NotAllowed, TaskGone
from letterbox.domain.events.system import TaskCompleted
from letterbox.domain.forms.form import Form
from letterbox.domain.page import Page, items_before
from letterbox.domain.permissions import Actor, Grant
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import EngineUnavailable, TaskNotFound
from letterbox.engine.patience import patience
from letterbox.engine.records import UserTask
from letterbox.outbox import queue as outbox
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import PUSH_PATIENCE_S, Casebook
from letterbox.services.case.form_inputs import letter_data
from letterbox.services.case.standing import act_of_task, of_task
from letterbox.services.tasks.custom_answers import OwnersQuestions
from letterbox.services.tasks.facts import TaskFactReader, TaskFacts, is_owners
from letterbox.services.tasks.handlers import RECORDED, TaskHandler
from letterbox.services.tasks.prefill import FormData
from letterbox.services.tasks.shifts import TaskShifts
from letterbox.services.visibility.rule import groups_for, kept_from_nobody_of, note_sight, require_task
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.notices import FormDraft

PAGE = 20
LONGEST_DRAFT = 300_000
"""Characters of a draft as it is kept; the longest reply has 20,000."""
_LINES = select(
    Letter.number, Letter.title, Letter.category, Letter.urgent, Letter.status, Letter.received_at, Letter.lead_unit
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A line of my tasks. ``takes_over``: the task is for somebody for whom the actor answers, not for the actor (H3)."""

    id: str
    key: str
    name: str
    number: str
    title: str
    category: str | None
    urgent: bool
    status: str
    received_at: datetime
    due_at: datetime | None
    created_at: datetime
    assignee: str | None
    lead_unit: str | None
    takes_over: bool = False


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A task that was opened by somebody who may do it: its form, the values that it opens with, the options' data."""

    facts: TaskFacts
    form: Form
    values: dict[str, Any]
    data: dict[str, Any]
    due_at: datetime | None
    assignee: str | None
    drafted_at: datetime | None


class Tasks:
    """``handlers``: what the completion of a shipped task means. Answers that no handler knows are recorded as they
    were given."""

    def __init__(
        self,
        database: Database,
        casebook: Casebook,
        engine: EngineClient,
        facts: TaskFactReader,
        form_data: FormData,
        shifts: TaskShifts,
        clock: Clock,
        handlers: Mapping[str, TaskHandler],
    ) -> None:
        self._database = database
        self._casebook = casebook
        self._engine = engine
        self._facts = facts
        self._form_data = form_data
        self._clock = clock
        self._handlers = handlers
        self._questions = OwnersQuestions()
        self._shifts = shifts

    def page(self, actor: Actor, page: int = 1, *, per_page: int = PAGE, mine_only: bool = False) -> Page[TaskRow]:
        """The actor's open tasks by due instant, without those whose answer is on its way to the engine."""
        groups = sorted(actor.groups)
        assignee = actor.id if mine_only else None
        first = items_before(page, per_page)
        found = self._engine.tasks.find(groups, assignee=assignee, first=first, limit=per_page)
        is_last = 0 < len(found) < per_page or first == len(found) == 0
        total = first + len(found) if is_last else self._engine.tasks.count(groups, assignee=assignee)
        shift = self._shifts.of(actor, assignee=assignee)
        total += shift.change
        self._facts.note(found, actor)
        self._facts.note_steps([*shift.gained, *found], actor)
        rows = self._rows([*(shift.gained if page <= 1 else ()), *found], actor)
        return Page(items=rows, page=page, per_page=per_page, total=total)

    def of_letter(self, number: str, actor: Actor) -> list[TaskRow]:
        """The letter's open tasks that the actor may do."""
        rows = self._rows(self._engine.tasks.of(number), actor)
        groups = {row.id: self._answering(number, row.id) for row in rows}
        return [
            replace(
                row, takes_over=not (actor.groups & set(groups[row.id]) or (row.assignee and row.assignee == actor.id))
            )
            for row in rows
            if actor.grant_for(groups[row.id]) is not None
        ]

    def _answering(self, number: str, task_id: str) -> tuple[str, ...]:
        groups = self._facts.facts(task_id).groups
        with self._database.reading() as session:
            excluded = session.execute(select(Letter.excluded_units).where(Letter.number == number)).scalar_one()
            return groups_for(session, excluded, groups)

    def _rows(self, tasks: Sequence[UserTask], actor: Actor) -> list[TaskRow]:
        """Lines of the tasks, without those whose answer is on its way and those whose letter is kept from the actor
        (A5)."""
        if not tasks:
            return []
        with self._database.reading() as session:
            answered = outbox.completed_among(session, [task.id for task in tasks])
            numbers = {task.business_key for task in tasks if task.business_key}
            lines = _LINES.where(Letter.number.in_(numbers), kept_from_nobody_of(actor))
            letters = {row.number: row for row in session.execute(lines)}
        return [
            _row(task, letters[task.business_key])
            for task in tasks
            if task.id not in answered and task.business_key in letters
        ]

    def open(self, task_id: str, actor: Actor) -> OpenTask:
        """Open a task to do it. Raises NotFound (also if it is another unit's), TaskGone, EngineUnavailable."""
        facts, _grant = self._allowed(task_id, actor)
        try:
            task = self._engine.tasks.get(task_id)
        except TaskNotFound:
            raise self._gone(facts) from None
        with self._database.reading() as session:
            if outbox.completion_of(session, task_id) is not None:
                raise self._gone(facts)
            draft = session.get(FormDraft, (int(actor.id), task_id)) if actor.kind == "person" and actor.id else None
            data = self._form_data.options(session, facts)
            values = {**self._form_data.prefilled(session, facts), **(draft.values if draft else {})}
        form = self._facts.parsed_form(facts)
        return OpenTask(
            facts=facts,
            form=form,
            values=values,
            data=data,
            due_at=task.due_at,
            assignee=task.assignee,
            drafted_at=draft.saved_at if draft else None,
        )

    def complete(self, task_id: str, values: Mapping[str, Any], actor: Actor) -> None:
        """Validate by the deployed form, do what the task means, queue its completion: in one transaction.

        While the engine is away or hangs, the known facts count and the completion is sent when the engine is back.
        Raises FieldErrors, NotFound, TaskGone.
        """
        with patience(PUSH_PATIENCE_S):
            self._complete(task_id, values, actor)

    def _complete(self, task_id: str, values: Mapping[str, Any], actor: Actor) -> None:
        facts, _grant, is_fresh = self._facts.for_actor(task_id, actor)
        form = self._facts.parsed_form(facts)
        handler = self._handlers.get(facts.key, RECORDED)
        if not is_fresh:
            self._refuse_if_gone(facts)
        try:
            with self._casebook.open(
                facts.number, actor, lambda session: handler.locks(session, values, actor), act=act_of_task(facts.key)
            ) as case:
                self._apply(case, facts, form, handler, values)
        except IntegrityError as error:
            if not outbox.is_second_completion(error):
                raise
            raise self._gone(facts) from None

    def _apply(self, case: Case, facts: TaskFacts, form: Form, handler: TaskHandler, given: Mapping[str, Any]) -> None:
        grant = require_task(case.session, case.letter, facts.groups, case.actor)
        is_possible = case.letter.status in of_task(facts.key, facts.definition_id)
        if outbox.completed_among(case.session, [facts.id]) or not is_possible:
            raise self._gone(facts)
        case.acting_as(grant, facts.about)
        answer = form.answer(given, letter_data(case.session, case.letter, form.given), now=self._clock.now())
        if is_owners(facts.key):
            note_sight(case.session, case.letter.id, grant.unit_or_role, facts.id, case.now, is_done=True)
        extra = handler.apply(case, answer.values)
        further = self._questions.further(facts.key, answer)
        if handler is RECORDED or further.answers:
            case.record(
                TaskCompleted(task=facts.key, task_name=facts.name, answers=further.answers, shown=further.shown)
            )
        case.commands.complete(facts.id, {**answer.variables, **extra})
        case.session.execute(delete(FormDraft).where(FormDraft.task_id == facts.id))

    def _allowed(self, task_id: str, actor: Actor) -> tuple[TaskFacts, Grant]:
        facts, grant, _is_fresh = self._facts.for_actor(task_id, actor)
        return facts, grant

    def _refuse_if_gone(self, facts: TaskFacts) -> None:
        """Raises TaskGone if the task ended without an answer of ours. While the engine is away this cannot be known."""
        try:
            if not self._engine.tasks.exists(facts.id):
                raise self._gone(facts)
        except EngineUnavailable:
            return

    def _gone(self, facts: TaskFacts) -> TaskGone:
        with self._database.reading() as session:
            done = outbox.completion_of(session, facts.id)
        if done is not None:
            return TaskGone(f"{done.by_name}已经办完这项任务", done.by_name, iso(done.created_at))
        return TaskGone("这项任务已被流程取消（来信已撤回、改派或已由他人处理）")

    def claim(self, task_id: str, actor: Actor) -> None:
        """Mark the task as the actor's; others still see it. Raises TaskGone, NotFound."""
        facts, _grant = self._allowed(task_id, actor)
        try:
            if self._engine.tasks.get(task_id).assignee not in {None, actor.id}:
                self._engine.tasks.unclaim(task_id)
            self._engine.tasks.claim(task_id, _person_id(actor))
        except TaskNotFound:
            raise self._gone(facts) from None

    def unclaim(self, task_id: str, actor: Actor) -> None:
        facts, _grant = self._allowed(task_id, actor)
        try:
            self._engine.tasks.unclaim(task_id)
        except TaskNotFound:
            raise self._gone(facts) from None

    def save_draft(self, task_id: str, values: Mapping[str, Any], actor: Actor) -> datetime:
        """Keep what the person has typed so far. Returns when. Raises NotFound; FieldErrors for more than anybody
        types."""
        self._allowed(task_id, actor)
        if len(json.dumps(values, ensure_ascii=False)) > LONGEST_DRAFT:
            raise FieldErrors({"values": f"草稿太长，最多 {LONGEST_DRAFT // 10_000} 万字；请删减，或者作为附件"})
        now = self._clock.now()
        row = {"person_id": int(_person_id(actor)), "task_id": task_id, "values": dict(values), "saved_at": now}
        upsert = insert(FormDraft).values(row)
        upsert = upsert.on_conflict_do_update(
            index_elements=[FormDraft.person_id, FormDraft.task_id], set_={"values": dict(values), "saved_at": now}
        )
        with self._database.transaction() as session:
            session.execute(upsert)
        return now


def _person_id(actor: Actor) -> str:
    if actor.kind != "person" or actor.id is None:
        raise NotAllowed("只有登录的人员可以领取任务或保存草稿")
    return actor.id


def _row(task: UserTask, letter: Any) -> TaskRow:
    """``letter``: a row of ``_LINES``."""
    return TaskRow(
        id=task.id,
        key=task.key,
        name=task.name,
        number=letter.number,
        title=letter.title,
        category=letter.category,
        urgent=letter.urgent,
        status=letter.status,
        received_at=letter.received_at,
        due_at=task.due_at,
        created_at=task.created_at,
        assignee=task.assignee,
        lead_unit=letter.lead_unit,
    )
