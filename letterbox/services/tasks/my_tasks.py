"""My tasks on the desk: filtered and searched, urgent letters first; one task even while the engine is away (8b)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.forms.form import Form
from letterbox.domain.page import Page, items_before
from letterbox.domain.permissions import Actor, ActorKind
from letterbox.domain.vocabulary import FINAL_STATUSES
from letterbox.engine.client import EngineClient
from letterbox.engine.records import UserTask
from letterbox.engine.tasks import TaskQuery, TaskSearch
from letterbox.outbox import queue as outbox
from letterbox.services.tasks.facts import TaskFactReader
from letterbox.services.tasks.prefill import FormData
from letterbox.services.tasks.shifts import TaskShifts
from letterbox.services.tasks.tasks import OpenTask
from letterbox.services.visibility.rule import kept_from_nobody_of
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.notices import FormDraft
from letterbox.store.people import Person, Unit

PAGE = 20
MOST_URGENT = 20
"""So many urgent tasks are put before the first page's others; more are found by the filter."""
MOST_FOUND = 300
"""A search that finds more letters than this has to be narrowed."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What the address says. ``key``: a task's id in the diagram."""

    q: str = ""
    key: str = ""
    urgent: bool = False
    overdue: bool = False
    mine: bool = False

    @property
    def is_narrowing(self) -> bool:
        return bool(self.q or self.key or self.urgent or self.overdue or self.mine)


@dataclass(frozen=True, slots=True)
class DeskTask:
    """A line of my tasks. ``assignee``: a person's id; ``claimed_by``: the name; ``drafted_at``: the reader's own draft."""

    id: str
    key: str
    name: str
    number: str
    title: str
    category: str | None
    status: str
    urgent: bool
    red_flag: bool
    important: bool
    received_at: datetime
    due_at: datetime | None
    unit_name: str | None
    assignee: str | None
    claimed_by: str | None
    drafted_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeskTaskPage(Page[DeskTask]):
    """``is_cut``: the search found more letters than are looked through."""

    is_cut: bool = False


class DeskTasks:
    """Lists an actor's tasks by three to five engine calls and two SQL queries a page, however many tasks there are."""

    def __init__(
        self,
        database: Database,
        engine: EngineClient,
        clock: Clock,
        facts: TaskFactReader,
        form_data: FormData,
        shifts: TaskShifts,
    ) -> None:
        self._database = database
        self._search = TaskSearch(engine.session)
        self._clock = clock
        self._facts = facts
        self._form_data = form_data
        self._shifts = shifts

    def page(self, actor: Actor, narrowed: TaskFilter, page: int = 1, per_page: int = PAGE) -> DeskTaskPage:
        """Tasks by due instant; on the first page without filters, tasks of urgent letters come first. Raises
        EngineUnavailable."""
        page = max(1, page)
        with self._database.reading() as session:
            numbers, is_cut = _numbers(session, narrowed, actor)
            pressing = [] if narrowed.is_narrowing else _urgent_numbers(session)
        query = self._query(actor, narrowed, numbers)
        total = self._search.how_many(query)
        first = self._search.search(replace(query, numbers=pressing), 0, MOST_URGENT) if total else ()
        rest = self._search.search(query, items_before(page, per_page), per_page) if total else ()
        shift = self._shifts.searched(actor, query)
        total += shift.change
        shown = {task.id for task in first}
        tasks = [*((*shift.gained, *first) if page == 1 else ()), *(task for task in rest if task.id not in shown)]
        self._facts.note_steps(tasks, actor)
        return DeskTaskPage(items=self._rows(tasks, actor), page=page, per_page=per_page, total=total, is_cut=is_cut)

    def following(self, actor: Actor, narrowed: TaskFilter, task_id: str, due_at: datetime | None) -> DeskTask | None:
        """The task to open after ``task_id``: the next one by due instant, or the first if there is no next."""
        others = [row for row in self.page(actor, narrowed).items if row.id != task_id]
        later = [row for row in others if due_at is not None and row.due_at is not None and row.due_at >= due_at]
        return next(iter(later or others), None)

    def _query(self, actor: Actor, narrowed: TaskFilter, numbers: Sequence[str] | None) -> TaskQuery:
        return TaskQuery(
            groups=sorted(actor.groups),
            person=actor.id if actor.kind is ActorKind.PERSON else None,
            mine_only=narrowed.mine,
            key=narrowed.key or None,
            due_before=self._clock.now() if narrowed.overdue else None,
            numbers=numbers,
        )

    def _rows(self, tasks: Sequence[UserTask], actor: Actor) -> list[DeskTask]:
        """Lines of the tasks, without those whose answer is on its way to the engine."""
        ids = [task.id for task in tasks]
        with self._database.reading() as session:
            answered = outbox.completed_among(session, ids)
            letters = _letters(session, {task.business_key for task in tasks if task.business_key}, actor)
            names = _names(session, {task.assignee for task in tasks if task.assignee})
            drafts = _drafts(session, actor, ids)
        return [
            _row(task, *letters[task.business_key], names.get(task.assignee or ""), drafts.get(task.id))
            for task in tasks
            if task.id not in answered and task.business_key in letters
        ]

    def open_from_facts(self, task_id: str, actor: Actor) -> OpenTask:
        """A task by what is known of it while the engine is away. Raises NotFound; EngineUnavailable if nothing is
        known."""
        facts, _grant = self._facts.all_for_actor(task_id, actor)
        with self._database.reading() as session:
            data = self._form_data.options(session, facts)
            draft = session.get(FormDraft, (int(actor.id), task_id)) if _is_person(actor) and actor.id else None
            values: dict[str, Any] = {**self._form_data.prefilled(session, facts), **(draft.values if draft else {})}
        form = Form.parse(self._facts.form(facts))
        return OpenTask(
            facts=facts,
            form=form,
            values=values,
            data=data,
            due_at=None,
            assignee=None,
            drafted_at=draft.saved_at if draft else None,
        )

    def known_form(self, task_id: str) -> Form | None:
        return self._facts.known_form(task_id)

    def discard_draft(self, task_id: str, actor: Actor) -> None:
        if _is_person(actor) and actor.id:
            with self._database.transaction() as session:
                session.execute(
                    delete(FormDraft).where(FormDraft.task_id == task_id, FormDraft.person_id == int(actor.id))
                )


def _is_person(actor: Actor) -> bool:
    return actor.kind == ActorKind.PERSON


def _numbers(session: Session, narrowed: TaskFilter, actor: Actor) -> tuple[list[str] | None, bool]:
    """The letters that search and urgency leave, those led by the actor's units first; None if neither is asked for."""
    if not narrowed.q and not narrowed.urgent:
        return None, False
    query = select(Letter.number).where(Letter.status.not_in(FINAL_STATUSES), kept_from_nobody_of(actor))
    if narrowed.urgent:
        query = query.where(or_(Letter.urgent, Letter.red_flag))
    if words := narrowed.q.strip()[:100]:
        columns = (Letter.number, Letter.title, Letter.body)
        query = query.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))
    own_first = Letter.lead_unit.in_(sorted(actor.units())).desc().nulls_last()
    found = list(session.scalars(query.order_by(own_first, Letter.received_at).limit(MOST_FOUND + 1)))
    return found[:MOST_FOUND], len(found) > MOST_FOUND


def _urgent_numbers(session: Session) -> list[str]:
    query = select(Letter.number).where(or_(Letter.urgent, Letter.red_flag), Letter.status.not_in(FINAL_STATUSES))
    return list(session.scalars(query.order_by(Letter.red_flag.desc(), Letter.received_at).limit(MOST_FOUND)))


def _letters(session: Session, numbers: set[str], actor: Actor) -> dict[str | None, tuple[Letter, str | None]]:
    query = select(Letter, Unit.short_name).outerjoin(Unit, Unit.code == Letter.lead_unit)
    known = query.where(Letter.number.in_(numbers), kept_from_nobody_of(actor))
    found = session.execute(known).all() if numbers else []
    return {letter.number: (letter, unit) for letter, unit in found}


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    known = [int(each) for each in ids if each.isdecimal()]
    if not known:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(known)))
    return {str(person_id): name for person_id, name in rows}


def _drafts(session: Session, actor: Actor, ids: list[str]) -> dict[str, datetime]:
    if not _is_person(actor) or actor.id is None or not ids:
        return {}
    own = and_(FormDraft.person_id == int(actor.id), FormDraft.task_id.in_(ids))
    return dict(session.execute(select(FormDraft.task_id, FormDraft.saved_at).where(own)).all())


def _row(
    task: UserTask, letter: Letter, unit_name: str | None, claimed_by: str | None, drafted_at: datetime | None
) -> DeskTask:
    return DeskTask(
        id=task.id,
        key=task.key,
        name=task.name,
        number=letter.number,
        title=letter.title,
        category=letter.category,
        status=letter.status,
        urgent=letter.urgent,
        red_flag=letter.red_flag,
        important=letter.important,
        received_at=letter.received_at,
        due_at=task.due_at,
        unit_name=unit_name,
        assignee=task.assignee,
        claimed_by=claimed_by,
        drafted_at=drafted_at,
    )
