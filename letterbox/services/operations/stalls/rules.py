"""What counts as standing still, from one reading of both sides: a handful of queries, never one a letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from letterbox.domain.roster import Absence, Roster
from letterbox.domain.vocabulary import LetterStatus
from letterbox.engine.records import Instance, UserTask
from letterbox.engine.resting import SystemStep
from letterbox.services.case.standing import OWN_PROCESSES
from letterbox.services.operations.reconcile.differences import Difference, DifferenceKind
from letterbox.services.operations.reconcile.sides import EngineSide, LetterSide
from letterbox.services.operations.stalls.items import Found, StallKind

K = StallKind
BY_DIFFERENCE: Mapping[DifferenceKind, StallKind] = {
    DifferenceKind.NO_PROCESS: K.NO_PROCESS,
    DifferenceKind.START_LOST: K.NO_PROCESS,
    DifferenceKind.PROCESS_DOUBLED: K.PROCESS_DOUBLED,
    DifferenceKind.WATCH_MISSING: K.WATCH_MISSING,
    DifferenceKind.WATCH_DOUBLED: K.WATCH_DOUBLED,
    DifferenceKind.WATCH_LATE: K.WATCH_LATE,
    DifferenceKind.WATCH_WITHOUT_TIMER: K.WATCH_LATE,
    DifferenceKind.ENDED_GOES_ON: K.ENDED_GOES_ON,
}
"""What the comparison of both sides finds anyway."""
AWAITED = frozenset({"Gateway_AwaitSupplement", "Gateway_AwaitEvaluation", "Gateway_AwaitLeadingLetter"})
WAITS_FOR_A_WRITER = frozenset({LetterStatus.AWAITING_SUPPLEMENT, LetterStatus.ANSWERED, LetterStatus.JOINED})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """``wait``: how long a system's step may take; ``visits``: of one element in an hour."""

    wait: timedelta
    visits: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Both sides at about one time. ``units``: running unit processes; ``stopped``: number → a command given up;
    ``empty``: tasks of groups to which nobody belongs; ``name``: an element's name in the diagram."""

    engine: EngineSide
    letters: Mapping[str, LetterSide]
    differences: Sequence[Difference]
    units: Sequence[Instance]
    timed: frozenset[str]
    steps: Sequence[SystemStep]
    dead: Sequence[SystemStep]
    visits: Mapping[tuple[str, str], int]
    empty: Sequence[UserTask]
    stopped: Mapping[str, str]
    roster: Roster
    now: datetime
    name: Callable[[str], str]
    numbers: dict[str, str | None] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)

    def number(self, instance_id: str) -> str | None:
        """The letter that an instance works for."""
        if not self.numbers:
            self.numbers.update({each.id: each.business_key for each in self.instances()})
        return self.numbers.get(instance_id)

    def is_own(self, instance_id: str) -> bool:
        """Whether it is a process of the letter's own way."""
        if not self.own:
            own = (*self.units, *(each for found in self.engine.processes.values() for each in found))
            self.own.update(each.id for each in own)
        return instance_id in self.own

    def instances(self) -> Iterator[Instance]:
        for number in self.engine.numbers:
            yield from self.engine.instances(number)
        yield from self.units


def found(reading: Reading, thresholds: Thresholds) -> Iterator[Found]:
    yield from _compared(reading)
    yield from _suspended(reading)
    yield from _without_next_step(reading)
    yield from _steps(reading, thresholds)
    yield from _loops(reading, thresholds)
    yield from _tasks(reading)


def _compared(reading: Reading) -> Iterator[Found]:
    for each in reading.differences:
        if each.kind in BY_DIFFERENCE:
            yield Found(kind=BY_DIFFERENCE[each.kind], number=each.letter, subject=each.letter, detail=each.detail)
    for number, words in reading.stopped.items():
        yield Found(
            kind=K.STEP_FAILED, number=number, subject=f"command {number}", detail=f"指令被流程引擎拒绝：{words}"
        )


def _suspended(reading: Reading) -> Iterator[Found]:
    for each in reading.instances():
        if each.is_suspended:
            detail = f"{reading.name(each.process_key)}被暂停：任务办不了，定时不走"
            yield Found(
                kind=K.SUSPENDED,
                number=each.business_key,
                subject=each.id,
                detail=detail,
                is_own=each.process_key in OWN_PROCESSES,
            )


def _without_next_step(reading: Reading) -> Iterator[Found]:
    """Nobody has a task of its own way, no step is to be run, and it waits neither for a writer nor for a timer."""
    of_units: dict[str, list[Instance]] = {}
    for each in reading.units:
        of_units.setdefault(each.business_key or "", []).append(each)
    for number, letter in reading.letters.items():
        own = [*reading.engine.processes.get(number, ()), *of_units.get(number, ())]
        ids = {each.id for each in own}
        places = reading.engine.places.get(number, frozenset())
        has_task = any(task.process_instance_id in ids for task in reading.engine.tasks.get(number, ()))
        waits = letter.status in WAITS_FOR_A_WRITER and places & AWAITED
        is_under_way = letter.lanes or ids & reading.engine.busy or ids & reading.timed
        if letter.is_open and own and not (has_task or waits or is_under_way):
            where = "、".join(reading.name(each) for each in sorted(places)) or "不明的地方"
            yield Found(
                kind=K.NO_NEXT_STEP,
                number=number,
                subject=number,
                detail=f"流程停在{where}，没有人有任务，也没有在等什么",
            )


def _steps(reading: Reading, thresholds: Thresholds) -> Iterator[Found]:
    for each in reading.steps:
        number = reading.number(each.instance_id)
        named = f"“{reading.name(each.element)}”"
        if each.has_failed:
            yield Found(
                kind=K.STEP_FAILED,
                number=number,
                subject=each.id,
                detail=f"{named}失败，不会自己再试",
                is_own=reading.is_own(each.instance_id),
            )
        elif each.since is not None and reading.now - each.since > thresholds.wait:
            minutes = int((reading.now - each.since).total_seconds() // 60)
            detail = f"停在系统步骤{named} {minutes} 分钟"
            yield Found(
                kind=K.SYSTEM_WAIT,
                number=number,
                subject=each.id,
                detail=detail,
                is_own=reading.is_own(each.instance_id),
            )
    for each in reading.dead:
        detail = f"“{reading.name(each.element)}”的定时失败次数过多，不会再醒"
        yield Found(kind=K.TIMER_DEAD, number=reading.number(each.instance_id), subject=each.id, detail=detail)


def _loops(reading: Reading, thresholds: Thresholds) -> Iterator[Found]:
    for (instance_id, element), count in reading.visits.items():
        if count > thresholds.visits:
            detail = f"一小时内经过“{reading.name(element)}”{count} 次以上"
            own = reading.is_own(instance_id)
            yield Found(
                kind=K.LOOP,
                number=reading.number(instance_id),
                subject=f"{instance_id} {element}",
                detail=detail,
                is_own=own,
            )


def _tasks(reading: Reading) -> Iterator[Found]:
    for task in reading.empty:
        yield Found(
            kind=K.UNSEEN_TASK,
            number=task.business_key,
            subject=task.id,
            detail=f"“{task.name}”分给的岗位现在没有任何人员",
        )
    for tasks in reading.engine.tasks.values():
        for task in tasks:
            if task.assignee and not _is_known(reading.roster, task.assignee):
                detail = f"“{task.name}”被“{task.assignee[:40]}”领取，系统里没有这个人（或已离开），同组的人看不到它"
                own = reading.is_own(task.process_instance_id)
                yield Found(kind=K.CLAIM_UNKNOWN, number=task.business_key, subject=task.id, detail=detail, is_own=own)


def _is_known(roster: Roster, assignee: str) -> bool:
    is_number = assignee.isascii() and assignee.isdigit()
    return is_number and roster.absence(int(assignee)) is not Absence.LEFT
