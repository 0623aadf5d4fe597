"""What must hold between a letter's rows and its processes; each rule names what does not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta

from letterbox.domain.clock import iso
from letterbox.domain.dates import instant
from letterbox.domain.vocabulary import LimitKind
from letterbox.domain.words import label
from letterbox.engine.records import UserTask
from letterbox.outbox.due_moves import DRAFTING
from letterbox.services.case.places import PLACES
from letterbox.services.case.standing import LIMITS
from letterbox.services.operations.reconcile.differences import Difference, DifferenceKind
from letterbox.services.operations.reconcile.leftovers import OVER
from letterbox.services.operations.reconcile.side_process_rules import SideProcessRules
from letterbox.services.operations.reconcile.sides import EngineSide, LetterSide
from letterbox.store.commands import OutboxLane
from letterbox.store.limits import Limit

SLACK = timedelta(seconds=2)
"""The engine keeps milliseconds, our instants whole seconds."""
TaskLimitsOf = Callable[[str], Mapping[str, frozenset[str]]]


class Rules:
    """``limits_of``: process definition id → user task → kinds of limits it may be due by."""

    def __init__(self, engine: EngineSide, limits_of: TaskLimitsOf, completed: Collection[str]) -> None:
        self._engine = engine
        self._limits_of = limits_of
        self._completed = completed
        self._side_processes = SideProcessRules(engine, completed)

    def differences(self, letter: LetterSide) -> Iterator[Difference]:
        if letter.true_status != letter.status:
            by_events = label(letter.true_status, "LetterStatus")
            detail = f"状态写着“{_status_words(letter)}”，按事件记录应为“{by_events}”：有人绕过本系统改了数据库；其余的改正后再核对"
            yield Difference(letter.number, DifferenceKind.RECORD_STATUS, detail)
            return
        yield from self._process(letter)
        yield from self._watch(letter)
        yield from self._tasks(letter)
        yield from self._limits(letter)
        yield from self._side_processes.differences(letter)

    def is_under_way(self, letter: LetterSide) -> bool:
        """Commands are on their way, or the engine works on it: its place and its watch are between two states."""
        return bool(letter.lanes) or any(each.id in self._engine.busy for each in self._engine.instances(letter.number))

    def _process(self, letter: LetterSide) -> Iterator[Difference]:
        if OutboxLane.LETTER in letter.lanes:
            return
        running = self._engine.processes.get(letter.number, ())
        if letter.is_open and not running:
            detail = f"来信未办结（{_status_words(letter)}），流程引擎里没有它的流程"
            yield Difference(letter.number, DifferenceKind.NO_PROCESS, detail)
        elif running and not letter.is_open:
            detail = f"来信已经结束（{_status_words(letter)}），它的流程还在运行"
            yield Difference(
                letter=letter.number,
                kind=DifferenceKind.PROCESS_LEFT_OVER,
                detail=detail,
                target=tuple(each.id for each in running),
            )
        elif len(running) > 1:
            detail = f"有 {len(running)} 个流程在办这一封来信"
            yield Difference(
                letter=letter.number,
                kind=DifferenceKind.PROCESS_DOUBLED,
                detail=detail,
                target=tuple(each.id for each in running),
            )
        elif running and not any(each.id in self._engine.busy for each in running):
            yield from self._status(letter)

    def _status(self, letter: LetterSide) -> Iterator[Difference]:
        known = {each for each in self._engine.places.get(letter.number, ()) if each in PLACES}
        if known and not any(letter.status in PLACES[each] for each in known):
            detail = f"来信的状态是“{_status_words(letter)}”，流程停在 {'、'.join(sorted(known))}"
            yield Difference(letter.number, DifferenceKind.STATUS, detail)

    def _watch(self, letter: LetterSide) -> Iterator[Difference]:
        watches = self._engine.watches.get(letter.number, [])
        ids = tuple(sorted(each.id for each in watches))
        if OutboxLane.WATCH in letter.lanes:
            return
        if letter.needs_watch and not watches:
            detail = f"有 {len(letter.limits)} 个未了时限，没有守望，不会催办"
            yield Difference(letter.number, DifferenceKind.WATCH_MISSING, detail)
        elif not letter.needs_watch and any(each not in self._engine.busy for each in ids):
            yield Difference(
                letter=letter.number,
                kind=DifferenceKind.WATCH_LEFT_OVER,
                detail="来信已经结束，没有未了时限，守望还在",
                target=ids,
            )
        elif letter.needs_watch and len(watches) > 1:
            yield Difference(
                letter=letter.number, kind=DifferenceKind.WATCH_DOUBLED, detail=f"有 {len(watches)} 个守望", target=ids
            )
        elif letter.needs_watch and ids[0] not in self._engine.busy:
            yield from self._timer(letter, ids[0])

    def _timer(self, letter: LetterSide, watch_id: str) -> Iterator[Difference]:
        """Earlier than the next step is right: no wait is longer than a day."""
        timers = self._engine.timers.get(watch_id, [])
        if not timers:
            yield Difference(
                letter=letter.number,
                kind=DifferenceKind.WATCH_WITHOUT_TIMER,
                detail="守望在等，却没有定时",
                target=(watch_id,),
            )
        elif letter.next_step_at is not None and min(timers) > letter.next_step_at + SLACK:
            detail = f"下一步在{instant(letter.next_step_at)}，守望等到{instant(min(timers))}"
            yield Difference(letter=letter.number, kind=DifferenceKind.WATCH_LATE, detail=detail, target=(watch_id,))

    def _tasks(self, letter: LetterSide) -> Iterator[Difference]:
        if OutboxLane.LETTER in letter.lanes:
            return
        for task in self._engine.tasks.get(letter.number, ()):
            if task.id in self._completed:
                detail = f"{task.name}：提交已经记下，流程引擎里任务仍然没有完成"
                yield Difference(
                    letter=letter.number, kind=DifferenceKind.COMPLETION_LOST, detail=detail, target=(task.id,)
                )
            else:
                yield from self._due(letter, task)

    def _due(self, letter: LetterSide, task: UserTask) -> Iterator[Difference]:
        kinds = self._limits_of(task.process_definition_id).get(task.key, frozenset())
        limits = [each for each in letter.limits if each.kind in kinds]
        if not limits or any(_is_due(task, each, letter.has_own_dates) for each in limits):
            return
        wanted = limits[-1].due_at
        stands = instant(task.due_at) if task.due_at else "没有"
        detail = f"{task.name}：任务期限：{stands}，时限：{instant(wanted)}"
        yield Difference(
            letter=letter.number, kind=DifferenceKind.TASK_DUE, detail=detail, target=(task.id, iso(wanted))
        )

    def _limits(self, letter: LetterSide) -> Iterator[Difference]:
        """Both sides of this are the database's own."""
        if letter.leftovers:
            detail = f"来信已经结束（{_status_words(letter)}），仍有人被要求办理：{letter.leftovers}"
            yield Difference(letter.number, DifferenceKind.ENDED_GOES_ON, detail)
        elif letter.status not in OVER:
            own = sorted(each.kind for each in letter.limits if letter.status not in LIMITS[each.kind])
            for kind in own:
                detail = (
                    f"来信的状态是“{_status_words(letter)}”，不该有未了的{label(kind, 'LimitKind')}时限，它不再催办"
                )
                yield Difference(letter=letter.number, kind=DifferenceKind.LIMIT_UNFIT, detail=detail, target=(kind,))


def _status_words(letter: LetterSide) -> str:
    return label(letter.status, "LetterStatus")


def _is_due(task: UserTask, limit: Limit, has_own_dates: bool) -> bool:
    if task.due_at is None:
        return False
    if abs(task.due_at - limit.due_at) <= SLACK:
        return True
    return has_own_dates and LimitKind(limit.kind) in DRAFTING and task.due_at < limit.due_at
