"""Are the exported limits those that follow from the events (table D)?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from letterbox.oracle.book import EITHER, ENDED, Entry
from letterbox.oracle.days import OFFICE, office_date
from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Letter, Limit
from letterbox.oracle.replay import Replay
from letterbox.oracle.tables import OF_UNIT
from letterbox.oracle.terms import limit_name

SECOND = dt.timedelta(seconds=1)


def check_limits(letter: Letter, replay: Replay) -> Iterator[Discrepancy]:
    """Kind by kind, in the order of their starts."""
    kinds = {entry.kind for entry in replay.book.entries} | {limit.kind for limit in letter.limits}
    for kind in sorted(kinds):
        wanted = [entry for entry in replay.book.entries if entry.kind == kind]
        found = [limit for limit in letter.limits if limit.kind == kind]
        yield from _pairs(letter.number, kind, wanted, found)


def _pairs(number: str, kind: str, wanted: list[Entry], found: list[Limit]) -> Iterator[Discrepancy]:
    left = list(found)
    for entry in wanted:
        fitting = [limit for limit in left if _near(limit.started_at, entry.started_at) and _same_unit(limit, entry)]
        if fitting:
            left.remove(fitting[0])
            yield from _compare(number, entry, fitting[0])
            continue
        near = min(left, key=lambda limit: abs(limit.started_at - entry.started_at), default=None)
        if near is not None and len(left) >= _rest(wanted, entry):
            left.remove(near)
            yield from _wrong_start(number, entry, near)
        elif entry.sure:
            yield _found(number, "limit_missing", f"缺少{limit_name(kind)}时限，应自 {_text(entry.started_at)} 起")
    for limit in left:
        yield _found(number, "limit_unexpected", f"多出{limit_name(kind)}时限（自 {_text(limit.started_at)} 起）")


def _rest(wanted: list[Entry], entry: Entry) -> int:
    return len(wanted) - wanted.index(entry)


def _same_unit(limit: Limit, entry: Entry) -> bool:
    return entry.kind not in OF_UNIT or limit.unit == entry.unit


def _wrong_start(number: str, entry: Entry, limit: Limit) -> Iterator[Discrepancy]:
    if not _near(limit.started_at, entry.started_at):
        yield _found(
            number,
            "limit_start",
            f"{limit_name(entry.kind)}时限自 {_text(limit.started_at)} 起，应自 {_text(entry.started_at)} 起",
        )
    if not _same_unit(limit, entry):
        yield _found(number, "limit_unit", f"{limit_name(entry.kind)}时限记在 {limit.unit} 名下，应为 {entry.unit}")


def _compare(number: str, entry: Entry, limit: Limit) -> Iterator[Discrepancy]:
    kind = entry.kind
    if not _near(limit.due_at, entry.due.at):
        yield _found(
            number, "limit_due", f"{limit_name(kind)}时限到期 {_text(limit.due_at)}，应为 {_text(entry.due.at)}"
        )
    if limit.provisional != entry.due.provisional:
        yield _found(number, "limit_provisional", f"{limit_name(kind)}时限的暂定标记为 {limit.provisional}，应相反")
    runs = limit.due_at > limit.started_at  # a promise may have been delivered after its day
    if runs and limit.days and dt.date.fromisoformat(limit.days[-1]["date"]) != office_date(limit.due_at):
        yield _found(
            number, "limit_trace", f"{limit_name(kind)}时限的逐日说明止于 {limit.days[-1]['date']}，不是到期日"
        )
    yield from _compare_end(number, entry, limit)
    yield from _compare_in_time(number, limit)


def _compare_end(number: str, entry: Entry, limit: Limit) -> Iterator[Discrepancy]:
    actual = limit.voided_at or limit.ended_at
    if entry.closed_at is None:
        if actual is not None:
            yield _found(number, "limit_end", f"{limit_name(entry.kind)}时限于 {_text(actual)} 结束，应仍在进行")
    elif actual is None:
        yield _found(number, "limit_end", f"{limit_name(entry.kind)}时限仍在进行，应于 {_text(entry.closed_at)} 结束")
    elif not _near(actual, entry.closed_at):
        yield _found(
            number, "limit_end", f"{limit_name(entry.kind)}时限于 {_text(actual)} 结束，应为 {_text(entry.closed_at)}"
        )
    elif entry.how != EITHER and (limit.voided_at is None) != (entry.how == ENDED):
        yield _found(number, "limit_end", f"{limit_name(entry.kind)}时限的结束方式不对，应为 {entry.how}")


def _compare_in_time(number: str, limit: Limit) -> Iterator[Discrepancy]:
    """ "In time" means at or before the due instant; the export has whole seconds, so the due second itself says nothing."""
    if limit.ended_at is None or limit.voided_at is not None:
        right = limit.in_time is None
    else:
        right = limit.in_time == (limit.ended_at <= limit.due_at) or _near(limit.ended_at, limit.due_at)
    if not right:
        yield _found(number, "limit_in_time", f"{limit_name(limit.kind)}时限的“按时”为 {limit.in_time}，与结束时刻不符")


def _found(number: str, kind: str, detail: str) -> Discrepancy:
    return Discrepancy(letter=number, clause="D", kind=kind, detail=detail)


def _near(one: dt.datetime, other: dt.datetime) -> bool:
    return abs(one - other) <= SECOND


def _text(instant: dt.datetime) -> str:
    return f"{instant.astimezone(OFFICE):%Y-%m-%d %H:%M:%S}"
