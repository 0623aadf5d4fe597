"""Both sides of a comparison as plain values: what the database says of the letters, what the engine does with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import ROW_OF, ProcessKey
from letterbox.domain.vocabulary import EventName
from letterbox.engine.client import EngineClient
from letterbox.engine.records import Instance, UserTask
from letterbox.services.case.fault_limits import letters_in_fault, silenced
from letterbox.services.case.standing import belonging
from letterbox.services.case.true_status import true_statuses
from letterbox.services.operations.reconcile import leftovers
from letterbox.services.rules.rulebook import Rulebook
from letterbox.services.side_processes.rows import SideProcessRow, letters_with_rows, read_rows
from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit, StepTaken

WAITING = (CommandStatus.PENDING, CommandStatus.STOPPED)


@dataclass(frozen=True, slots=True)
class LetterSide:
    """A letter as the database has it. ``lanes``: those with commands still to be sent. ``has_own_dates``: a unit set
    itself an earlier date, so its tasks may be due before the limit (H3)."""

    id: int
    number: str
    status: str
    is_open: bool
    limits: tuple[Limit, ...]
    next_step_at: datetime | None
    lanes: frozenset[str]
    has_own_dates: bool
    side_processes: tuple[SideProcessRow, ...] = ()
    true_status: str = ""
    """What its events make of it."""
    lead_unit: str = ""
    leftovers: str = ""
    """What still runs of it though it has ended, in words (``leftovers``)."""

    @property
    def needs_watch(self) -> bool:
        return self.is_open or bool(self.limits)


@dataclass(frozen=True, slots=True)
class SideProcess:
    """``key`` tells for which row it runs, empty if it does not say."""

    process: ProcessKey
    key: str
    instance: Instance


@dataclass(frozen=True, slots=True)
class EngineSide:
    """By letter number, except ``timers`` (by the watch's instance id) and ``busy`` (instance ids)."""

    processes: Mapping[str, list[Instance]]
    watches: Mapping[str, list[Instance]]
    timers: Mapping[str, list[datetime]]
    tasks: Mapping[str, list[UserTask]]
    places: Mapping[str, frozenset[str]]
    busy: frozenset[str]
    side_processes: Mapping[str, list[SideProcess]] = field(default_factory=dict)

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset(self.processes) | frozenset(self.watches) | frozenset(self.side_processes)

    def instances(self, number: str) -> list[Instance]:
        """Its own process, its watch, what runs beside it."""
        side_processes = [each.instance for each in self.side_processes.get(number, ())]
        return [*self.processes.get(number, ()), *self.watches.get(number, ()), *side_processes]


def read_engine(engine: EngineClient) -> EngineSide:
    snapshot = engine.snapshot
    processes = _by_number(snapshot.instances(ProcessKey.LETTER_HANDLING))
    watches = _by_number(snapshot.instances(ProcessKey.DEADLINE_WATCH))
    tasks = defaultdict(list)
    for task in snapshot.tasks():
        tasks[task.business_key or ""].append(task)
    return EngineSide(
        processes=processes,
        watches=watches,
        timers=snapshot.timers(ProcessKey.DEADLINE_WATCH),
        tasks=tasks,
        places=snapshot.places(ProcessKey.LETTER_HANDLING),
        busy=snapshot.busy(),
        side_processes=_side_processes(engine),
    )


def _side_processes(engine: EngineClient) -> Mapping[str, list[SideProcess]]:
    found = defaultdict(list)
    for process, variable in ROW_OF.items():
        instances = engine.snapshot.instances(process)
        keys = engine.snapshot.values(variable) if instances else {}
        for each in instances:
            found[each.business_key or ""].append(SideProcess(process, str(keys.get(each.id) or ""), each))
    return found


def read_letters(
    session: Session, rulebook: Rulebook, running: Collection[str], only: Collection[str] = ()
) -> dict[str, LetterSide]:
    """Letters that are open, have an open limit or something beside them, or are ``running`` in the engine; ``only`` these,
    if any are named."""
    has_open_limit = exists().where(Limit.letter_id == Letter.id, Limit.is_open)
    query = select(Letter).where(
        or_(Letter.closed_at.is_(None), has_open_limit, *letters_with_rows(), Letter.number.in_(list(running)))
    )
    if only:
        query = query.where(Letter.number.in_(list(only)))
    letters = list(session.scalars(query))
    ids = [letter.id for letter in letters]
    limits, taken, lanes, own = _limits(session, ids), _taken(session, ids), _lanes(session, ids), _own(session, ids)
    side_processes, left = read_rows(session, ids), leftovers.read(session, letters)
    true, in_fault = true_statuses(session, ids), letters_in_fault(session, ids)
    units = {each.id: each.lead_unit or "" for each in letters}
    sides = (_side(each, limits, taken, lanes, own, in_fault, rulebook) for each in letters)
    return {
        each.number: replace(
            each,
            side_processes=tuple(side_processes.get(each.id, ())),
            true_status=true[each.id],
            lead_unit=units[each.id],
            leftovers=left[each.id].words() if each.id in left else "",
        )
        for each in sides
    }


def _side(
    letter: Letter,
    limits: Mapping[int, list[Limit]],
    taken: Mapping[int, set[tuple[int, str]]],
    lanes: Mapping[int, set[str]],
    own: Mapping[int, bool],
    in_fault: Collection[int],
    rulebook: Rulebook,
) -> LetterSide:
    open_limits = limits.get(letter.id, [])
    pressing = silenced(belonging(open_limits, letter.status), in_fault=letter.id in in_fault)
    step = rulebook.next_step(pressing, letter.urgent, taken.get(letter.id, set()))
    return LetterSide(
        id=letter.id,
        number=letter.number,
        status=letter.status,
        is_open=letter.closed_at is None,
        limits=tuple(open_limits),
        next_step_at=step.at if step else None,
        lanes=frozenset(lanes.get(letter.id, ())),
        has_own_dates=own.get(letter.id, False),
    )


def _limits(session: Session, ids: list[int]) -> dict[int, list[Limit]]:
    query = select(Limit).where(Limit.letter_id.in_(ids), Limit.is_open)
    found = defaultdict(list)
    for limit in session.scalars(query.order_by(Limit.due_at, Limit.id)):
        found[limit.letter_id].append(limit)
    return found


def _taken(session: Session, ids: list[int]) -> dict[int, set[tuple[int, str]]]:
    query = select(Limit.letter_id, StepTaken.limit_id, StepTaken.step).join(Limit, Limit.id == StepTaken.limit_id)
    found = defaultdict(set)
    for letter_id, limit_id, step in session.execute(query.where(Limit.letter_id.in_(ids), Limit.is_open)):
        found[letter_id].add((limit_id, step))
    return found


def _lanes(session: Session, ids: list[int]) -> dict[int, set[str]]:
    """Notices never hold up a comparison."""
    query = select(OutboxCommand.letter_id, OutboxCommand.lane).where(
        OutboxCommand.letter_id.in_(ids), OutboxCommand.status.in_(WAITING), OutboxCommand.lane != OutboxLane.NOTICE
    )
    found = defaultdict(set)
    for letter_id, lane in session.execute(query.distinct()):
        found[letter_id].add(lane)
    return found


def _own(session: Session, ids: list[int]) -> dict[int, bool]:
    query = select(LetterEvent.letter_id).where(
        LetterEvent.letter_id.in_(ids), LetterEvent.name == EventName.UNIT_LIMIT_SET
    )
    return dict.fromkeys(session.scalars(query.distinct()), True)


def _by_number(instances: list[Instance]) -> dict[str, list[Instance]]:
    found = defaultdict(list)
    for each in instances:
        found[each.business_key or ""].append(each)
    return found
