"""What must hold between what runs beside a letter on record and the processes that run for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.vocabulary import OF_SIDE_PROCESS, OUTLIVES_LETTER
from letterbox.engine.records import UserTask
from letterbox.services.operations.reconcile.differences import Difference, DifferenceKind
from letterbox.services.operations.reconcile.sides import EngineSide, LetterSide, SideProcess
from letterbox.services.side_processes.rows import SIDE_TASKS, SideProcessRow
from letterbox.store.commands import OutboxLane

WORDS = {
    ProcessKey.CO_HANDLING: "协办",
    ProcessKey.SUPERVISION: "督办",
    ProcessKey.INSTRUCTION: "领导批示",
    ProcessKey.PROMISE: "承诺",
}


class SideProcessRules:
    """``completed``: tasks whose completion is on record; one of them still open is another rule's difference."""

    def __init__(self, engine: EngineSide, completed: Collection[str]) -> None:
        self._engine = engine
        self._completed = completed

    def differences(self, letter: LetterSide) -> Iterator[Difference]:
        if OutboxLane.LETTER not in letter.lanes:
            yield from self._processes(letter)
        yield from self._limits(letter)

    def _processes(self, letter: LetterSide) -> Iterator[Difference]:
        running = defaultdict(list)
        for each in self._engine.side_processes.get(letter.number, ()):
            running[each.process, each.key].append(each)
        # a unit may co-handle again after it ended: of rows with one key the one that runs counts
        rows = {(row.process, row.key): row for row in sorted(letter.side_processes, key=lambda row: bool(row.place))}
        for key, row in rows.items():
            yield from self._row(letter, row, running.pop(key, []))
        for (process, _key), found in sorted(running.items()):
            detail = f"流程引擎里有{WORDS[process]}的流程，记录里没有这一件"
            yield Difference(
                letter=letter.number, kind=DifferenceKind.SIDE_PROCESS_UNKNOWN, detail=detail, target=_ids(found)
            )

    def _row(self, letter: LetterSide, row: SideProcessRow, found: Sequence[SideProcess]) -> Iterator[Difference]:
        named = f"{WORDS[row.process]}（{row.unit}）"
        if row.place and not found:
            detail = f"{named}：记录里还没有结束，流程引擎里没有它的流程"
            yield Difference(
                letter=letter.number,
                kind=DifferenceKind.SIDE_PROCESS_MISSING,
                detail=detail,
                target=(row.process, str(row.id)),
            )
        elif not row.place:
            left = [each for each in found if self._only_waits(letter, each)]
            if left:
                detail = f"{named}：记录里已经结束，它的流程还在运行"
                yield Difference(
                    letter=letter.number, kind=DifferenceKind.SIDE_PROCESS_LEFT_OVER, detail=detail, target=_ids(left)
                )
        elif len(found) > 1:
            ordered = sorted(found, key=lambda each: (row.place not in self._tasks(letter, each), each.instance.id))
            detail = f"{named}：有 {len(found)} 个流程"
            yield Difference(
                letter=letter.number, kind=DifferenceKind.SIDE_PROCESS_DOUBLED, detail=detail, target=_ids(ordered)
            )
        else:
            yield from self._place(letter, row, found[0], named)

    def _place(self, letter: LetterSide, row: SideProcessRow, process: SideProcess, named: str) -> Iterator[Difference]:
        here = self._tasks(letter, process) & SIDE_TASKS
        if here and row.place not in here and self._only_waits(letter, process):
            detail = f"{named}：记录说在 {row.place}，流程停在 {'、'.join(sorted(here))}"
            target = (process.instance.id, row.process, str(row.id))
            yield Difference(letter=letter.number, kind=DifferenceKind.SIDE_PROCESS_PLACE, detail=detail, target=target)

    def _limits(self, letter: LetterSide) -> Iterator[Difference]:
        """Both sides of this are the database's own. A finished letter's own limits are another rule's."""
        wanted = {row.limit_id: row for row in letter.side_processes if row.is_pressed and row.limit_id is not None}
        unended = {each.id: each for each in letter.limits if each.kind in OF_SIDE_PROCESS}
        for limit_id in sorted(unended.keys() - wanted.keys()):
            if letter.is_open or unended[limit_id].kind in OUTLIVES_LETTER:
                detail = f"时限 {unended[limit_id].kind} 仍未了，要它的那一件已经结束或者没有"
                yield Difference(
                    letter=letter.number, kind=DifferenceKind.SIDE_PROCESS_LIMIT, detail=detail, target=(str(limit_id),)
                )
        for row in (row for limit_id, row in wanted.items() if limit_id not in unended):
            detail = f"{WORDS[row.process]}（{row.unit}）：还没有结束，它的时限已经结束"
            yield Difference(
                letter=letter.number,
                kind=DifferenceKind.SIDE_PROCESS_LIMIT,
                detail=detail,
                target=(row.process, str(row.id)),
            )

    def _only_waits(self, letter: LetterSide, process: SideProcess) -> bool:
        """Nothing is about to happen to it, and no completion of it was lost."""
        is_lost = any(each.id in self._completed for each in self._open(letter, process))
        return process.instance.id not in self._engine.busy and not is_lost

    def _tasks(self, letter: LetterSide, process: SideProcess) -> frozenset[str]:
        return frozenset(each.key for each in self._open(letter, process))

    def _open(self, letter: LetterSide, process: SideProcess) -> list[UserTask]:
        tasks = self._engine.tasks.get(letter.number, ())
        return [each for each in tasks if each.process_instance_id == process.instance.id]


def _ids(found: Sequence[SideProcess]) -> tuple[str, ...]:
    return tuple(each.instance.id for each in found)
