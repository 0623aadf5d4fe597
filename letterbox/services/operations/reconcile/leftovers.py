"""What still runs of a letter that has ended, though its end should have ended it too: read from the rows alone.

Caught letters: dispatched after their writer withdrew, by a version that did not ask. They have limits, a watch, perhaps a
supervision that their ladder opened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.vocabulary import FINAL_STATUSES, EventName, LetterStatus
from letterbox.domain.words import label
from letterbox.services.case.standing import LIMITS
from letterbox.services.side_processes.rows import PROCESS_OF, Row, rows_of
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit
from letterbox.store.side_processes import CoHandling, Instruction, Supervision

ENDS = frozenset(
    {
        EventName.LETTER_WITHDRAWN,
        EventName.LETTER_DECLINED,
        EventName.LETTER_CLOSED,
        EventName.LETTER_JOINED,
    }
)
OVER = FINAL_STATUSES | {LetterStatus.JOINED}
WORDS = {CoHandling: "协办", Supervision: "督办", Instruction: "领导批示"}


@dataclass
class Leftovers:
    """``limits`` that the letter cannot have, ``rows`` beside it that its end or its wrong dispatch leaves no reason for;
    ``dispatched``: whether it was dispatched after its end."""

    limits: list[Limit] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    dispatched: bool = False

    def __bool__(self) -> bool:
        return bool(self.limits or self.rows)

    def words(self) -> str:
        limits = "、".join(label(each, "LimitKind") for each in sorted({each.kind for each in self.limits}))
        rows = [f"{WORDS[type(each)]}（{each.unit_code}）" for each in self.rows]
        said = [f"未了的时限：{limits}"] if limits else []
        return "；".join([*said, *([f"还在运行：{'、'.join(rows)}"] if rows else [])])

    def process_keys(self) -> frozenset[tuple[ProcessKey, str]]:
        """Of the processes that run for ``rows``: which process, and the value of its telling variable (``ROW_OF``)."""
        return frozenset(
            (PROCESS_OF[type(each)], each.unit_code if isinstance(each, CoHandling) else str(each.id))
            for each in self.rows
        )


def read(session: Session, letters: Collection[Letter]) -> Mapping[int, Leftovers]:
    """By letter's id, for those that are over and have any. Three queries."""
    over = {letter.id: letter for letter in letters if letter.status in OVER}
    found = {letter_id: Leftovers() for letter_id in over}
    running = select(Limit).where(Limit.letter_id.in_(over), Limit.is_open)
    for limit in session.scalars(running.order_by(Limit.due_at, Limit.id)):
        if over[limit.letter_id].status not in LIMITS[limit.kind]:
            found[limit.letter_id].limits.append(limit)
    dispatches = _dispatched_after_the_end(session, over)
    for row in rows_of(session, over):
        if not isinstance(row, CoHandling | Supervision | Instruction) or not _runs(row):
            continue
        wrong = dispatches.get(row.letter_id)
        if _is_pointless(row, over[row.letter_id].status) or (wrong and _came_of(row, wrong)):
            found[row.letter_id].rows.append(row)
    for letter_id in dispatches:
        found[letter_id].dispatched = True
    return {letter_id: each for letter_id, each in found.items() if each}


def _dispatched_after_the_end(session: Session, letter_ids: Collection[int]) -> dict[int, LetterEvent]:
    """Letter's id → its first dispatch after the event that ended it for good."""
    names = [*ENDS, EventName.LETTER_DISPATCHED]
    query = select(LetterEvent).where(LetterEvent.letter_id.in_(letter_ids), LetterEvent.name.in_(names))
    ended: set[int] = set()
    found: dict[int, LetterEvent] = {}
    for event in session.scalars(query.order_by(LetterEvent.id)):
        if event.name != EventName.LETTER_DISPATCHED:
            ended.add(event.letter_id)
            if event.name == EventName.LETTER_JOINED:
                found.pop(event.letter_id, None)
        elif event.letter_id in ended:
            found.setdefault(event.letter_id, event)
    return found


def _runs(row: Row) -> bool:
    if isinstance(row, CoHandling):
        return row.outcome is None
    if isinstance(row, Supervision):
        return row.closed_at is None and row.end_cause is None
    return isinstance(row, Instruction) and row.answered_at is None and row.end_cause is None


def _is_pointless(row: Row, status: str) -> bool:
    """A withdrawal ends all three (A6); a declined letter never had a unit; co-handling ends with the letter's own way."""
    if status == LetterStatus.WITHDRAWN or isinstance(row, CoHandling):
        return True
    return status == LetterStatus.DECLINED and isinstance(row, Supervision)


def _came_of(row: Row, dispatch: LetterEvent) -> bool:
    """A supervision that the wrong dispatch or its ladder opened; by hand or a leader's wish it stays."""
    return isinstance(row, Supervision) and row.cause in {"overdue", "importance"} and row.opened_at >= dispatch.at
