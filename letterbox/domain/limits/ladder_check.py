"""The escalation ladder (S4) before it is deployed: rows that nobody could follow, or that would never happen."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import partial
from itertools import product

from letterbox.domain.limits.escalation import AT_DUE, StepAction
from letterbox.domain.permissions import SEES_ALL_LETTERS
from letterbox.domain.tables.decision_table import DecisionTable, HitPolicy, Rule
from letterbox.domain.tables.table_check import (
    Check,
    TableObjection,
    cells_of,
    dead_rows,
    has_columns,
    row_number,
    shape_objections,
    unknown_words,
)
from letterbox.domain.tables.unary_tests import Value
from letterbox.domain.vocabulary import UNIT_ROLES, WINDOW_KINDS, LimitKind
from letterbox.domain.words import LABELS, coded, label

INPUTS = frozenset({"kind", "urgent"})
OUTPUTS = frozenset({"step", "offset", "time", "recipients", "action"})
TYPES = {
    "kind": "string",
    "urgent": "boolean",
    "step": "string",
    "offset": "number",
    "time": "string",
    "recipients": "string",
    "action": "string",
}
TIME = re.compile(r"\d\d:\d\d", re.ASCII)
EARLIEST, LATEST = -30, 60
"""Working days from the due day. No limit is longer than 30 of them (H7); what is told a quarter later helps nobody."""
RECIPIENTS = SEES_ALL_LETTERS | UNIT_ROLES
"""Those who may open the letter that they are told of."""
SUPERVISED = frozenset(
    {
        LimitKind.SIGN_FOR,
        LimitKind.REPLY,
        LimitKind.CO_OPINION,
        LimitKind.REDO,
        LimitKind.INSTRUCTION,
        LimitKind.PROMISE,
    }
)
"""Limits of units, over which supervision (S1) is opened; the supervision's own is pressed, it runs already."""
BEFORE_ANY_UNIT = frozenset({LimitKind.SCREENING, LimitKind.SUPPLEMENT})
LONGEST_STEP = 40
EARLIEST_TIME, LATEST_TIME = dt.time(8), dt.time(21)
"""Outside of these nobody reads: notices that can wait are kept until the morning."""
LATE_ACTIONS = frozenset({StepAction.PRESS, StepAction.SUPERVISE})
"""What blames somebody: only at the due day or later."""


def ladder_check(lapsing: frozenset[LimitKind]) -> Check:
    """``lapsing``: the limits whose end is an event of its own (``lapse``); nobody waits for the end of any other."""

    def check(table: DecisionTable) -> Iterator[TableObjection]:
        yield from has_columns(table, INPUTS, OUTPUTS)
        yield from shape_objections(table, HitPolicy.COLLECT, TYPES)
        yield from _rows(table)
        yield from dead_rows(table, {"kind": [*map(str, LimitKind)], "urgent": [False, True]})
        if _can_be_asked(table):
            yield from _twice(table)
            yield from _lapses(table, lapsing)
            yield from _nobody_notified(table)
            yield from _whom_it_fits(table)

    return check


def _can_be_asked(table: DecisionTable) -> bool:
    columns = {column.name for column in table.inputs}
    return columns == INPUTS and {column.name for column in table.outputs} >= OUTPUTS


def _rows(table: DecisionTable) -> Iterator[TableObjection]:
    yield from unknown_words(table, "kind", LABELS[LimitKind], "时限")
    for rule in table.rules:
        cells = dict(cells_of(table, rule))
        where = f"第 {row_number(table, rule)} 行"
        for name, text in (*_when(cells), *_who_and_what(cells)):
            yield TableObjection(rule.id, name, f"{where}：{text}")
        yield from _at_night(table, rule, cells.get("time"))


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


def _at_night(table: DecisionTable, rule: Rule, time: Value) -> Iterator[TableObjection]:
    if time != AT_DUE and _is_time(time) and not EARLIEST_TIME <= dt.time.fromisoformat(str(time)) <= LATEST_TIME:
        text = f"第 {row_number(table, rule)} 行：时点 {time} 没有人看，提醒要等到早上才发出：请改在白天。"
        yield TableObjection(rule.id, "ladder-night", text, is_error=False)


def _is_time(text: Value) -> bool:
    try:
        return (
            isinstance(text, str) and TIME.fullmatch(text) is not None and bool(dt.time.fromisoformat(text).isoformat())
        )
    except ValueError:
        return False


def _who_and_what(cells: dict[str, Value]) -> Iterator[tuple[str, str]]:
    step, action = cells.get("step"), cells.get("action")
    if not isinstance(step, str) or not step.strip():
        yield "ladder-step", "步骤名不能为空。"
    elif len(step) > LONGEST_STEP:
        yield "ladder-step", f"步骤名有 {len(step)} 个字，最多 {LONGEST_STEP} 个：太长的存不下，到时所有提醒都会停住。"
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


def _twice(table: DecisionTable) -> Iterator[TableObjection]:
    """A limit takes each step once: of two rows of one name the second would be silently dropped."""
    seen: dict[tuple[str, bool, Value], Rule] = {}
    reported: set[str] = set()
    for kind, urgent in product(LimitKind, (False, True)):
        for hit in table.evaluate({"kind": str(kind), "urgent": urgent}):
            rule, step = table.rule(hit.rule_id), hit.outputs["step"]
            first = seen.setdefault((kind, urgent, step), rule)
            if first is not rule and rule.id not in reported:
                reported.add(rule.id)
                where = f"第 {row_number(table, rule)} 行：步骤名“{step}”在第 {row_number(table, first)} 行已有"
                text = f"{where}（时限“{label(kind)}”）。每个步骤只走一次，这一行不会起作用：请换一个步骤名。"
                yield TableObjection(rule.id, "ladder-twice", text)


def _lapses(table: DecisionTable, lapsing: frozenset[LimitKind]) -> Iterator[TableObjection]:
    """Where a limit's end is the event, its row is what goes on with the letter; elsewhere nobody would hear of it."""
    waiting: list[str] = []
    wrong: dict[str, LimitKind] = {}
    for kind in LimitKind:
        ends = {urgent: _lapse_rows(table, kind, urgent) for urgent in (False, True)}
        if kind in lapsing and not all(ends.values()):
            only = "" if not any(ends.values()) else "（急件）" if ends[False] else "（非急件）"
            waiting.append(f"“{label(kind)}”{only}")
        elif kind not in lapsing:
            wrong |= dict.fromkeys((row for rows in ends.values() for row in rows if row not in wrong), kind)
    if waiting:
        text = f"时限{'、'.join(waiting)}到期后要有一行 lapse，否则来信会一直等下去：请补上。"
        yield TableObjection(table.key, "ladder-lapse", text)
    for row, kind in wrong.items():
        text = f"时限“{label(kind)}”不能用 lapse：只有{coded(lapsing)}到期后流程会自己往下走。"
        yield TableObjection(row, "ladder-lapse", f"第 {row_number(table, table.rule(row))} 行：{text}")


def _lapse_rows(table: DecisionTable, kind: LimitKind, urgent: bool) -> list[str]:
    hits = table.evaluate({"kind": str(kind), "urgent": urgent})
    return [hit.rule_id for hit in hits if hit.outputs["action"] == StepAction.LAPSE]


def _nobody_notified(table: DecisionTable) -> Iterator[TableObjection]:
    """Limits that nobody is ever reminded of, or of which nobody hears once they are over (S4)."""
    silent: list[str] = []
    late: list[str] = []
    for kind in (kind for kind in LimitKind if kind not in WINDOW_KINDS):
        without = [urgent for urgent in (False, True) if not table.evaluate({"kind": str(kind), "urgent": urgent})]
        if without:
            silent.append(f"“{label(kind)}”{'（急件）' if without == [True] else ''}")
        elif kind in SUPERVISED and not all(map(partial(_notified_when_late, table, kind), (False, True))):
            late.append(f"“{label(kind)}”")
    if silent:
        text = f"时限{'、'.join(silent)}没有任何提醒，超期也没有人知道（规程 S4）：请补上。"
        yield TableObjection(table.key, "ladder-missing", text)
    if late:
        text = f"时限{'、'.join(late)}到期以后没有任何一步：超期不会有人知道，也不会启动督办（规程 S4、S1）。"
        yield TableObjection(table.key, "ladder-missing", text)


def _notified_when_late(table: DecisionTable, kind: LimitKind, urgent: bool) -> bool:
    offsets = [hit.outputs.get("offset") for hit in table.evaluate({"kind": str(kind), "urgent": urgent})]
    return any(isinstance(offset, int) and offset >= 0 for offset in offsets)


def _whom_it_fits(table: DecisionTable) -> Iterator[TableObjection]:
    """What a step does must be possible for each limit that it is for."""
    for rule in table.rules:
        kinds = [kind for kind in LimitKind if any(_asks(table, rule, kind, urgent) for urgent in (False, True))]
        cells, where = cells_of(table, rule), f"第 {row_number(table, rule)} 行"
        names = {name.strip() for name in str(cells.get("recipients") or "").split(",")}
        for rule_name, wrong, text in (
            (
                "ladder-supervise",
                [kind for kind in kinds if kind not in SUPERVISED],
                "不能启动督办：那不是承办单位要办的，请用 press。",
            ),
            (
                "ladder-blame",
                [kind for kind in kinds if kind in WINDOW_KINDS],
                "过期不是谁的责任，不能催办：请用 notify。",
            ),
        ):
            actions = {StepAction.SUPERVISE} if rule_name == "ladder-supervise" else {StepAction.PRESS}
            if wrong and cells.get("action") in actions:
                yield TableObjection(rule.id, rule_name, f"{where}：时限“{'”“'.join(map(label, wrong))}”{text}")
        if early := [kind for kind in kinds if kind in BEFORE_ANY_UNIT and names & UNIT_ROLES]:
            text = f"{where}：时限“{'”“'.join(map(label, early))}”时还没有承办单位，告知承办单位的人等于没有人收到。"
            yield TableObjection(rule.id, "ladder-recipients", text)


def _asks(table: DecisionTable, rule: Rule, kind: LimitKind, urgent: bool) -> bool:
    values: dict[str, Value] = {"kind": str(kind), "urgent": urgent}
    tests = zip(table.inputs, rule.tests, strict=True)
    return all(test.accepts(values[column.name]) for column, test in tests)
