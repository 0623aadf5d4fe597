"""Looks periodically at steps that process owners added: who may read their letters, and which fall to another office.

The engine creates such a task for whomever the diagram names. Whoever has the task may read the letter from then on
(A5, ``task_sights``). If the diagram names the accused, the office that stands in is notified. If a task was cancelled
before anybody did it, it gives no sight of the letter any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from letterbox.bundle.diagram_reader import read_diagram
from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.errors import NotFound
from letterbox.domain.permissions import SYSTEM
from letterbox.domain.vocabulary import Role
from letterbox.engine.records import UserTask
from letterbox.engine.tasks import ClaimSearch
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.notices.notices import Notices
from letterbox.services.tasks.facts import TaskFactReader
from letterbox.services.visibility.rule import groups_for, holder_of, note_sight
from letterbox.store.bundles import BundleFile
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.sights import TaskSight

SHIPPED = frozenset(map(str, TaskKey))


class OwnersSteps:
    def __init__(
        self, database: Database, casebook: Casebook, claims: ClaimSearch, facts: TaskFactReader, notices: Notices
    ) -> None:
        self._database = database
        self._casebook = casebook
        self._claims = claims
        self._facts = facts
        self._notices = notices
        self._read: dict[str, set[str]] = {}

    def look(self) -> None:
        """One look. Raises Unavailable while engine or database is away; the next look makes up for it."""
        seen = self._undone()
        tasks = [each for each in self._claims.at_elements(self._keys()) if each.business_key]
        open_ids = {each.id for each in tasks}
        self._forget(each for each in seen if each not in open_ids)
        for task in tasks:
            self._note(task)

    def _keys(self) -> list[str]:
        """Ids of all user tasks that a deployed bundle ever had beside the shipped ones."""
        files = select(BundleFile.digest, BundleFile.content).where(
            BundleFile.name.endswith(".bpmn"), BundleFile.digest.not_in(self._read)
        )
        with self._database.reading() as session:
            for digest, content in session.execute(files):
                nodes = read_diagram("", content).nodes
                self._read[digest] = {each.id for each in nodes if each.kind == "userTask"} - SHIPPED
        return sorted(set().union(*self._read.values()))

    def _undone(self) -> Sequence[str]:
        """Read before the engine is asked, so that what it creates meanwhile is not taken for cancelled."""
        query = select(TaskSight.task_id).where(TaskSight.worked_at.is_(None)).distinct()
        with self._database.reading() as session:
            return list(session.scalars(query))

    def _forget(self, task_ids: Iterable[str]) -> None:
        """A task that was done meanwhile has its instant by now and stays."""
        if gone := list(task_ids):
            with self._database.transaction() as session:
                is_undone = TaskSight.task_id.in_(gone), TaskSight.worked_at.is_(None)
                session.execute(delete(TaskSight).where(*is_undone))

    def _note(self, task: UserTask) -> None:
        try:
            groups = self._facts.facts(task.id).groups
        except NotFound:  # it ended a moment ago
            return
        with self._database.transaction() as session:
            letter = session.execute(
                select(Letter.id, Letter.excluded_units).where(Letter.number == task.business_key)
            ).first()
            if letter is None:
                return
            answering = groups_for(session, letter.excluded_units, groups)
            for group in answering:
                note_sight(session, letter.id, holder_of(group), task.id, datetime.now(UTC))
            fallen = [
                group for group in answering if group not in groups and not _was_notified(session, task.id, group)
            ]
        for group in fallen:
            self._notify_stand_in(task, group)

    def _notify_stand_in(self, task: UserTask, group: str) -> None:
        with self._casebook.open(str(task.business_key), SYSTEM, act=Act.NOTIFY_STAND_IN) as case:
            if _was_notified(case.session, task.id, group):  # by another worker process
                return
            change = update(TaskSight).where(TaskSight.task_id == task.id, TaskSight.holder == group)
            case.session.execute(change.values(told_at=datetime.now(UTC)))
            self._notices.notify_roles(case, "step_fallen", [Role(group)], by_mail=True, task_name=task.name)


def _was_notified(session: Session, task_id: str, group: str) -> bool:
    query = select(TaskSight.told_at).where(TaskSight.task_id == task_id, TaskSight.holder == group)
    return session.scalar(query) is not None
