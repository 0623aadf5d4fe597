"""The side processes of letters by their rows (co-handlings, supervisions, instructions, promises), and at which
element each process has to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from letterbox.bundle.vocabulary import ROW_OF, UNIT_OF, ProcessKey, TaskKey, Variable, due_variable
from letterbox.domain.clock import iso
from letterbox.engine.values import Scalar
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.store.people import unit_names
from letterbox.store.side_processes import CoHandling, Instruction, Promise, Supervision, SupervisionRound

REPORTING = "Task_ReportSupervision"
SIDE_TASKS = frozenset(
    {
        TaskKey.GIVE_OPINION,
        TaskKey.ANSWER_SUPERVISION,
        TaskKey.ASSESS_FEEDBACK,
        REPORTING,
        TaskKey.ANSWER_INSTRUCTION,
        TaskKey.REPORT_PROMISE,
    }
)
"""Elements that are judged; what a process owner added is not."""
Row = CoHandling | Supervision | Instruction | Promise
PROCESS_OF: Mapping[type[Row], ProcessKey] = {
    CoHandling: ProcessKey.CO_HANDLING,
    Supervision: ProcessKey.SUPERVISION,
    Instruction: ProcessKey.INSTRUCTION,
    Promise: ProcessKey.PROMISE,
}


@dataclass(frozen=True, slots=True)
class SideProcessRow:
    """A row of a side process. ``key`` tells its process apart; ``unit`` by name. ``place``: the element where the
    process has to be, empty if it has to be over (or not begun). ``limit_id``: of its last limit, which is open if
    ``is_pressed``."""

    process: ProcessKey
    id: int
    key: str
    unit: str
    place: str
    limit_id: int | None

    @property
    def is_pressed(self) -> bool:
        """Somebody is asked for something by a date."""
        return self.place not in ("", TaskKey.ASSESS_FEEDBACK, REPORTING)


def start_variables(process: ProcessKey, row: Row, limit: Limit) -> dict[str, Scalar]:
    """What the process of a row starts with."""
    about: dict[str, Scalar] = {UNIT_OF[process]: row.unit_code, Variable.LETTER_ID: row.letter_id}
    if process is not ProcessKey.CO_HANDLING:
        about[ROW_OF[process]] = row.id
    return {**about, due_variable(limit.kind): iso(limit.due_at)}


def letters_with_rows() -> Iterator[ColumnElement[bool]]:
    """For each kind of side process a condition that a letter meets if it has one that may be running."""
    yield _exists(CoHandling.letter_id, CoHandling.outcome.is_(None))
    yield _exists(Supervision.letter_id, Supervision.end_cause.is_(None) & Supervision.reported_at.is_(None))
    yield _exists(Instruction.letter_id, Instruction.answered_at.is_(None) & Instruction.end_cause.is_(None))
    yield _exists(Promise.letter_id, Promise.reported_at.is_(None))


def _exists(letter_id: InstrumentedAttribute[int], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(letter_id == Letter.id, condition)


def read_rows(session: Session, letter_ids: Collection[int]) -> Mapping[int, list[SideProcessRow]]:
    """Letter's id → its rows, with those that are over."""
    found = defaultdict(list)
    units = unit_names(session)
    unanswered = _unanswered(session, letter_ids)
    for row in rows_of(session, letter_ids):
        process = PROCESS_OF[type(row)]
        key = row.unit_code if process is ProcessKey.CO_HANDLING else str(row.id)
        place = _place(row, row.id in unanswered)
        found[row.letter_id].append(
            SideProcessRow(
                process=process, id=row.id, key=key, unit=units[row.unit_code], place=place, limit_id=row.limit_id
            )
        )
    return found


def kept(session: Session, letter_id: int, process: ProcessKey, row_id: int) -> tuple[Row, str] | None:
    """One row of the letter, and where its process has to stand now."""
    rows = (row for row in rows_of(session, [letter_id]) if (PROCESS_OF[type(row)], row.id) == (process, row_id))
    row = next(rows, None)
    return (row, _place(row, row.id in _unanswered(session, [letter_id]))) if row is not None else None


def rows_of(session: Session, letter_ids: Collection[int]) -> list[Row]:
    return [
        *session.scalars(select(CoHandling).where(CoHandling.letter_id.in_(letter_ids)).order_by(CoHandling.id)),
        *session.scalars(select(Supervision).where(Supervision.letter_id.in_(letter_ids)).order_by(Supervision.id)),
        *session.scalars(select(Instruction).where(Instruction.letter_id.in_(letter_ids)).order_by(Instruction.id)),
        *session.scalars(select(Promise).where(Promise.letter_id.in_(letter_ids)).order_by(Promise.id)),
    ]


def _unanswered(session: Session, letter_ids: Collection[int]) -> frozenset[int]:
    """Supervisions whose last round waits for the unit."""
    query = select(SupervisionRound.supervision_id).join(Supervision, Supervision.id == SupervisionRound.supervision_id)
    query = query.where(Supervision.letter_id.in_(letter_ids), SupervisionRound.answered_at.is_(None))
    return frozenset(session.scalars(query))


def _place(row: Row, is_unanswered: bool) -> str:
    if isinstance(row, CoHandling):
        return "" if row.outcome is not None or row.dispatched_at is None else TaskKey.GIVE_OPINION
    if isinstance(row, Supervision):
        return _supervision_place(row, is_unanswered)
    if isinstance(row, Instruction):
        return "" if row.answered_at is not None or row.end_cause is not None else TaskKey.ANSWER_INSTRUCTION
    return "" if row.reported_at is not None else TaskKey.REPORT_PROMISE


def _supervision_place(row: Supervision, is_unanswered: bool) -> str:
    """Where the process of a supervision has to be: a closed one runs until its report is made (S3)."""
    if row.end_cause is not None or row.reported_at is not None:
        return ""
    if row.closed_at is not None:
        return REPORTING
    return TaskKey.ANSWER_SUPERVISION if is_unanswered else TaskKey.ASSESS_FEEDBACK
