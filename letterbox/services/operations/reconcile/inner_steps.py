"""What the engine does inside a letter's processes, against the record: the unit's step, doubled tokens, others' locks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import ProcessKey, TaskKey, UnitStep, Variable
from letterbox.domain.dates import instant
from letterbox.engine.client import EngineClient
from letterbox.engine.records import Instance, TaskLock
from letterbox.services.case.places import NEXT_STEP, PLACES, unit_step
from letterbox.services.case.standing import AT_WORK
from letterbox.services.operations.reconcile.differences import Difference, DifferenceKind
from letterbox.services.operations.reconcile.sides import EngineSide, LetterSide
from letterbox.store.commands import OutboxLane
from letterbox.store.letters import LetterEvent

TASK_OF: Mapping[UnitStep, TaskKey] = {
    UnitStep.RECEIVE: TaskKey.RECEIVE_LETTER, UnitStep.SUBMIT_TO_DEPUTY: TaskKey.SUBMIT_TO_DEPUTY,
    UnitStep.INSTRUCT: TaskKey.INSTRUCT_HANDLER, UnitStep.DRAFT: TaskKey.DRAFT_REPLY,
    UnitStep.SIGN_OFF: TaskKey.SIGN_OFF_REPLY,
}  # fmt: skip
STEP_TASKS = frozenset(TASK_OF.values())
LONGEST_LOCK = timedelta(minutes=10)
"""Our workers lock for a minute and renew."""
LONGEST_PAUSE = timedelta(minutes=90)
"""A failed task rests, still locked, until its worker tries again: an hour with jitter at most."""
MOVE = "请由运维人员在来信的流程页“移动”（letterbox instances move），流程会停到记录所说的那一步"


@dataclass(frozen=True, slots=True)
class InnerSide:
    """By letter number, except ``lead_units`` (by the unit process's instance id)."""

    units: Mapping[str, list[Instance]]
    lead_units: Mapping[str, str]
    doubled: Mapping[str, frozenset[str]]
    locks: Mapping[str, list[TaskLock]]
    now: datetime


def read_inner(engine: EngineClient, now: datetime) -> InnerSide:
    """``now``: the engine's instant."""
    units, locks, doubled = defaultdict(list), defaultdict(list), defaultdict(set)
    for each in engine.snapshot.instances(ProcessKey.UNIT_HANDLING):
        units[each.business_key or ""].append(each)
    for lock in engine.snapshot.locks():
        locks[lock.business_key or ""].append(lock)
    for process in (ProcessKey.LETTER_HANDLING, ProcessKey.UNIT_HANDLING):
        for instance, element in engine.snapshot.doubled(process):
            doubled[instance.business_key or ""].add(element)
    lead = engine.snapshot.values(Variable.LEAD_UNIT) if units else {}
    return InnerSide(
        units=units,
        lead_units={key: str(value) for key, value in lead.items()},
        doubled={number: frozenset(found) for number, found in doubled.items()},
        locks=locks,
        now=now,
    )


def expected_steps(session: Session, letters: Collection[LetterSide]) -> Mapping[int, UnitStep]:
    """By letter's id, for those with their unit: the step that their events say is next. One query."""
    names: dict[int, list[str]] = {each.id: [] for each in letters if each.status in AT_WORK}
    query = select(LetterEvent.letter_id, LetterEvent.name).where(
        LetterEvent.letter_id.in_(names), LetterEvent.name.in_(NEXT_STEP)
    )
    for letter_id, name in session.execute(query.order_by(LetterEvent.id)):
        names[letter_id].append(name)
    return {letter_id: unit_step(found) for letter_id, found in names.items()}


class InnerRules:
    """``completed``: tasks whose completion counts as applied; one of them still open is another rule's difference."""

    def __init__(
        self, engine: EngineSide, inner: InnerSide, steps: Mapping[int, UnitStep], completed: Collection[str]
    ) -> None:
        self._engine = engine
        self._inner = inner
        self._steps = steps
        self._completed = completed

    def differences(self, letter: LetterSide) -> Iterator[Difference]:
        yield from self._locks(letter)
        own = [*self._engine.processes.get(letter.number, ()), *self._inner.units.get(letter.number, ())]
        is_under_way = OutboxLane.LETTER in letter.lanes or any(each.id in self._engine.busy for each in own)
        if not letter.is_open or is_under_way:
            return
        doubled = self._doubled(letter)
        yield from doubled
        units = self._inner.units.get(letter.number, [])
        if len(units) == 1 and not doubled:
            yield from self._step(letter, units[0])
            yield from self._unit(letter, units[0])

    def _doubled(self, letter: LetterSide) -> list[Difference]:
        """The letter's own way has one token: in one element of its process, and on one step of its unit."""
        places = {each for each in self._engine.places.get(letter.number, ()) if each in PLACES}
        steps = [task.key for task in self._engine.tasks.get(letter.number, ()) if task.key in STEP_TASKS]
        units = self._inner.units.get(letter.number, [])
        twice = set(self._inner.doubled.get(letter.number, ()))
        if len(self._engine.processes.get(letter.number, ())) > 1:
            return []  # two processes are another rule's difference
        found = twice | (places if len(places) > 1 else set()) | (set(steps) if len(steps) > 1 else set())
        if not found and len(units) <= 1:
            return []
        where = "、".join(sorted(found)) or ProcessKey.UNIT_HANDLING
        detail = f"同一个流程里有两个令牌，同一步会办两次：停在 {where}。{MOVE}，多余的令牌随之取消"
        return [
            Difference(
                letter=letter.number, kind=DifferenceKind.TOKENS_DOUBLED, detail=detail, target=tuple(sorted(found))
            )
        ]

    def _step(self, letter: LetterSide, unit: Instance) -> Iterator[Difference]:
        tasks = [
            each
            for each in self._engine.tasks.get(letter.number, ())
            if each.process_instance_id == unit.id and each.key in STEP_TASKS
        ]
        step = self._steps.get(letter.id)
        if step is None or not tasks or any(each.id in self._completed for each in tasks):
            return
        wanted = TASK_OF[step]
        (task,) = tasks
        if task.key != wanted:
            detail = f"单位内部停在“{task.name}”（{task.key}），按事件下一步应是 {wanted}：有人绕过本系统办了单位的任务。{MOVE}"
            yield Difference(letter=letter.number, kind=DifferenceKind.UNIT_STEP, detail=detail, target=(unit.id,))

    def _unit(self, letter: LetterSide, unit: Instance) -> Iterator[Difference]:
        stands = self._inner.lead_units.get(unit.id, "")
        if letter.lead_unit and stands != letter.lead_unit:
            detail = f"流程把任务分给 {stands or '没有单位'}，来信的承办单位是 {letter.lead_unit}。{MOVE}，任务随之改分"
            yield Difference(letter=letter.number, kind=DifferenceKind.PROCESS_UNIT, detail=detail, target=(unit.id,))

    def _locks(self, letter: LetterSide) -> Iterator[Difference]:
        for lock in self._inner.locks.get(letter.number, ()):
            most = LONGEST_PAUSE if lock.has_failed else LONGEST_LOCK
            if lock.until - self._inner.now > most:
                detail = (
                    f"系统任务 {lock.topic} 被“{lock.worker_id[:60]}”锁到{instant(lock.until)}，不是本系统的工作进程，到那时谁也不办："
                    "先查是谁锁的，--repair 解锁，工作进程随即接着办"
                )
                yield Difference(
                    letter=letter.number, kind=DifferenceKind.LOCK_FOREIGN, detail=detail, target=(lock.id,)
                )
