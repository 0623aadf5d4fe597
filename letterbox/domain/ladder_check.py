"""The escalation ladder (S4) before it is deployed: rows that nobody could follow, or that would never happen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import product

from letterbox.domain.decision_table import DecisionTable, Rule
from letterbox.domain.escalation import AT_DUE, StepAction
from letterbox.domain.table_check import Check, Objection, cells_of, has_columns, row_number, unknown_words
from letterbox.domain.unary_tests import Value
from letterbox.domain.vocabulary import NOBODY_PRESSED, LimitKind, Role
from letterbox.domain.words import LABELS, coded, label

INPUTS = frozenset({"kind", "urgent"})
OUTPUTS = frozenset({"step", "offset", "time", "recipients", "action"})
EARLIEST, LATEST = -30, 60
"""Working days from the due day. No limit is longer than 30 of them (H7); what is told a quarter later helps nobody."""
RECIPIENTS = frozenset(Role) - {Role.CHANNEL}
LATE_ACTIONS = frozenset({StepAction.PRESS, StepAction.SUPERVISE})
"""What blames somebody: only at the due day or later."""


def ladder_check(lapsing: frozenset[LimitKind]) -> Check:
    """``lapsing``: the limits whose end is an event of its own (``lapse``); nobody waits for the end of any other."""

    def check(table: DecisionTable) -> Iterator[Objection]:
        yield from has_columns(table, INPUTS, OUTPUTS)
        yield from _rows(table)
        if _can_be_asked(table):
            yield from _twice(table)
            yield from _lapses(table, lapsing)
            yield from _nobody_told(table)

    return check


def _can_be_asked(table: DecisionTable) -> bool:
    columns = {column.name for column in table.inputs}
    return columns == INPUTS and {column.name for column in table.outputs} >= OUTPUTS


def _rows(table: DecisionTable) -> Iterator[Objection]:
    yield from unknown_words(table, "kind", LABELS[LimitKind], "时限")
    for rule in table.rules:
        cells = dict(cells_of(table, rule))
        where = f"第 {row_number(table, rule)} 行"
        for name, text in (*_when(cells), *_who_and_what(cells)):
            yield Objection(rule.id, name, f"{where}：{text}")


def _when(cells: dict[str, Value]) -> Iterator[tuple[str, str]]:
    offset, action, time = cells.get("offset"), cells.get("action"), cells.get("time")
    if isinstance(offset, bool) or not isinstance(offset, int):
        yield "ladder-offset", f"偏移应为整数个工作日（0 为到期当日，-1 为前一个工作日），现为 {_said(offset)}。"
        return
    if not EARLIEST <= offset <= LATEST:
        yield "ladder-offset", f"偏移 {offset} 个工作日太离谱，应在 {EARLIEST} 到 {LATEST} 之间。"
    elif offset < 0 and action in LATE_ACTIONS:
        yield "ladder-offset", f"偏移 {offset} 在到期之前：催办和启动督办只能在到期当日或者以后，提前的请用 notify。"
    if action == StepAction.LAPSE and (offset != 0 or time != AT_DUE):
        yield "ladder-offset", "“期限已过”（lapse）只能在到期那一刻：偏移填 0，时点填 at_due。"
    if time != AT_DUE and not _is_time(time):
        yield "ladder-time", f"时点应写成 09:00 这样的时刻，或者 at_due，现为 {_said(time)}。"


def _is_time(text: Value) -> bool:
    try:
        return isinstance(text, str) and dt.time.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def _who_and_what(cells: dict[str, Value]) -> Iterator[tuple[str, str]]:
    step, action = cells.get("step"), cells.get("action")
    if not isinstance(step, str) or not step.strip():
        yield "ladder-step", "步骤名不能为空。"
    names = [name.strip() for name in str(cells.get("recipients") or "").split(",") if name.strip()]
    for name in names:
        if name not in RECIPIENTS:
            yield "unknown-role", f"没有“{name}”这种角色，可用的有：{coded(RECIPIENTS)}。"
    if action not in set(StepAction):
        yield "ladder-action", f"动作 {_said(action)} 系统不会做，可用的有：{'、'.join(StepAction)}。"
    elif not names and action != StepAction.LAPSE:
        yield "ladder-recipients", "没有写明告知谁，这一步等于没有。"


def _said(value: Value) -> str:
    return "空" if value in (None, "") else f"“{value}”"


def _twice(table: DecisionTable) -> Iterator[Objection]:
    """A limit takes each step once: of two rows of one name the second would be silently dropped."""
    seen: dict[tuple[str, bool, Value], Rule] = {}
    told: set[str] = set()
    for kind, urgent in product(LimitKind, (False, True)):
        for hit in table.evaluate({"kind": str(kind), "urgent": urgent}):
            rule, step = table.rule(hit.rule_id), hit.outputs["step"]
            first = seen.setdefault((kind, urgent, step), rule)
            if first is not rule and rule.id not in told:
                told.add(rule.id)
                where = f"第 {row_number(table, rule)} 行：步骤名“{step}”在第 {row_number(table, first)} 行已有"
                text = f"{where}（时限“{label(kind)}”）。每个步骤只走一次，这一行不会起作用：请换一个步骤名。"
                yield Objection(rule.id, "ladder-twice", text)


def _lapses(table: DecisionTable, lapsing: frozenset[LimitKind]) -> Iterator[Objection]:
    """Where a limit's end is the event, its row is what goes on with the letter; elsewhere nobody would hear of it."""
    told: set[str] = set()
    for kind, urgent in product(LimitKind, (False, True)):
        hits = [
            hit
            for hit in table.evaluate({"kind": str(kind), "urgent": urgent})
            if hit.outputs["action"] == StepAction.LAPSE
        ]
        if kind in lapsing and not hits:
            text = (
                f"时限“{label(kind)}”{'（急件）' if urgent else ''}到期后要有一行 lapse，否则来信会一直等下去：请补上。"
            )
            yield Objection(table.key, "ladder-lapse", text)
        for hit in hits if kind not in lapsing else ():
            if hit.rule_id not in told:
                told.add(hit.rule_id)
                text = f"时限“{label(kind)}”不能用 lapse：只有{coded(lapsing)}到期后流程会自己往下走。"
                yield Objection(
                    hit.rule_id, "ladder-lapse", f"第 {row_number(table, table.rule(hit.rule_id))} 行：{text}"
                )


def _nobody_told(table: DecisionTable) -> Iterator[Objection]:
    """A limit that nobody is ever reminded of: allowed, but worth a look."""
    for kind in sorted(set(LimitKind) - NOBODY_PRESSED):
        if not table.evaluate({"kind": str(kind), "urgent": False}):
            text = f"时限“{label(kind)}”没有任何提醒，超期也没有人知道。"
            yield Objection(table.key, "ladder-missing", text, is_error=False)
