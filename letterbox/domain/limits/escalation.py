"""The escalation ladder (S4): which step a limit takes, when, and whom it tells. Pure; rows come from the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import ConfigError
from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.limits.time_limits import office_day
from letterbox.domain.tables.decision_table import DecisionTable
from letterbox.domain.tables.unary_tests import Value
from letterbox.domain.vocabulary import LimitKind, Role

AT_DUE = "at_due"
LONGEST_WAIT = dt.timedelta(days=1)
"""No watch waits longer, so that it mends itself."""
SIMULATED_WAIT = dt.timedelta(days=90)
"""A simulation waits for what is due alone: a watch that mends itself would hide the nudge that never came."""


class StepAction(StrEnum):
    """What a step does besides its entry in the record and the notices."""

    NOTIFY = "notify"
    PRESS = "press"
    """催办: the notice asks for action and is counted."""
    SUPERVISE = "supervise"
    """Starts supervision (S1)."""
    LAPSE = "lapse"
    """The limit's end is the event: the process is told by message; nobody is late."""


class OpenLimit(Protocol):
    """What the ladder must know of a limit; the store's rows fit as they are."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def started_at(self) -> dt.datetime: ...
    @property
    def due_at(self) -> dt.datetime: ...


@dataclass(frozen=True, slots=True)
class LadderRow:
    """A row of the table. ``offset``: working days from the due day; ``time``: office time, None for the due instant."""

    rule_id: str
    step: str
    offset: int
    time: dt.time | None
    recipients: tuple[Role, ...]
    action: StepAction


@dataclass(frozen=True, slots=True)
class Step:
    """``at`` is aware, UTC. ``step`` is the rung's name: with ``limit_id`` it is what happens once."""

    limit_id: int
    step: str
    at: dt.datetime
    recipients: tuple[Role, ...]
    action: StepAction
    rule_id: str
    is_overdue: bool
    """At or after the due instant: words of a notice follow this, since an urgent letter's rungs come earlier."""


def ladder_rows(table: DecisionTable, kind: LimitKind | str, *, urgent: bool) -> list[LadderRow]:
    """The rungs for a limit, in the table's order. Raises ConfigError naming the rule of an unusable row."""
    return [_row(hit.rule_id, dict(hit.outputs)) for hit in table.evaluate({"kind": str(kind), "urgent": urgent})]


def steps_of(limit: OpenLimit, rows: Iterable[LadderRow], calendar: WorkCalendar) -> list[Step]:
    """Every step of a limit with its instant, earliest first, taken or not.

    A reminder whose instant is not after the limit's start is left out: the notice that began the limit named the same
    date to the same people. Whatever falls at the due instant or later always stays, even if the limit was overdue
    when it was made.
    """
    found = [_step(limit, row, calendar) for row in rows]
    return sorted((step for step in found if step.is_overdue or step.at > limit.started_at), key=lambda step: step.at)


def next_step(
    limits: Iterable[OpenLimit],
    taken: Collection[tuple[int, str]],
    table: DecisionTable,
    calendar: WorkCalendar,
    *,
    urgent: bool,
) -> Step | None:
    """The earliest step not yet taken over all open limits of a letter; ``taken``: (limit id, step) pairs.

    Steps whose instant has passed (the watch was down, a due date moved forward) are given one by one, oldest first:
    each still happens once, none is lost. At one instant a lapse comes first, because it may end other limits.
    """
    waiting = [step for step in _all_steps(limits, table, calendar, urgent) if (step.limit_id, step.step) not in taken]
    return min(waiting, key=lambda step: (step.at, step.action is not StepAction.LAPSE, step.limit_id), default=None)


def undone_by_move(
    limit: OpenLimit,
    taken: Collection[str],
    table: DecisionTable,
    calendar: WorkCalendar,
    now: dt.datetime,
    *,
    urgent: bool,
) -> list[str]:
    """Names of taken steps that lie ahead again because the limit's due moved later (an extension, a published year).

    Whoever moves the due strikes them from the taken ones, with a note, so that the new due is reminded of in its turn.
    """
    steps = steps_of(limit, ladder_rows(table, limit.kind, urgent=urgent), calendar)
    return [step.step for step in steps if step.step in taken and step.at > now]


def _all_steps(
    limits: Iterable[OpenLimit], table: DecisionTable, calendar: WorkCalendar, urgent: bool
) -> Iterator[Step]:
    for limit in limits:
        yield from steps_of(limit, ladder_rows(table, limit.kind, urgent=urgent), calendar)


def _step(limit: OpenLimit, row: LadderRow, calendar: WorkCalendar) -> Step:
    at = _instant(limit.due_at, row, calendar)
    return Step(
        limit_id=limit.id,
        step=row.step,
        at=at,
        recipients=row.recipients,
        action=row.action,
        rule_id=row.rule_id,
        is_overdue=at >= limit.due_at,
    )


def _instant(due_at: dt.datetime, row: LadderRow, calendar: WorkCalendar) -> dt.datetime:
    day = calendar.shift(office_day(due_at), row.offset)
    time = row.time or due_at.astimezone(OFFICE_ZONE).time()
    return dt.datetime.combine(day, time, OFFICE_ZONE).astimezone(dt.UTC)


def _row(rule_id: str, cells: dict[str, Value]) -> LadderRow:
    step, offset = cells.get("step"), cells.get("offset")
    if not isinstance(step, str) or not step:
        raise ConfigError(f"督办阶梯规则 {rule_id}：步骤名不能为空")
    if isinstance(offset, bool) or not isinstance(offset, int):
        raise ConfigError(f"督办阶梯规则 {rule_id}：工作日偏移应为整数，现为 {offset!r}")
    try:
        recipients = tuple(Role(name.strip()) for name in str(cells.get("recipients") or "").split(",") if name.strip())
        return LadderRow(
            rule_id=rule_id,
            step=step,
            offset=offset,
            time=_time(cells.get("time")),
            recipients=recipients,
            action=StepAction(str(cells["action"])),
        )
    except (ValueError, KeyError) as problem:
        raise ConfigError(f"督办阶梯规则 {rule_id}：{problem}") from problem


def _time(text: Value) -> dt.time | None:
    return None if text == AT_DUE else dt.time.fromisoformat(str(text))
