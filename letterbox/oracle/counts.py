"""Nothing lost, nothing doubled, and the product's figures are those of the events (H2, R1)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from letterbox.oracle.days import office_date
from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Letter, Limit, Log

ONCE = ("LetterReceived", "LetterClassified", "LetterDeclined", "LetterClosed", "LetterWithdrawn")
COUNTED = (
    "received",
    "accepted",
    "declined",
    "returned",
    "extended",
    "replied_in_time",
    "overdue",
    "satisfied",
    "solved",
)


def check_counts(log: Log) -> Iterator[Discrepancy]:
    numbers = Counter(letter.number for letter in log.letters)
    for number, count in numbers.items():
        if count > 1:
            yield Discrepancy(letter=number, clause="A1", kind="letter_doubled", detail=f"来信出现 {count} 次")
    for number in log.sent:
        if number not in numbers:
            yield Discrepancy(
                letter=number, clause="A1", kind="letter_lost", detail="来信人收到了编号，系统里却没有这封信"
            )
    if log.sent:
        for number in sorted(numbers.keys() - set(log.sent)):
            yield Discrepancy(letter=number, clause="A1", kind="letter_doubled", detail="系统里有一封没有人写过的信")
    for letter in log.letters:
        yield from _once(letter)
    if log.figures is not None:
        yield from _figures(log)


def _once(letter: Letter) -> Iterator[Discrepancy]:
    counts = Counter(event.name for event in letter.events)
    for name in ONCE:
        if counts[name] > 1:
            yield Discrepancy(
                letter=letter.number, clause="H2", kind="event_doubled", detail=f"{name} 发生了 {counts[name]} 次"
            )
    if not counts["LetterReceived"]:
        yield Discrepancy(letter=letter.number, clause="A1", kind="event_lost", detail="没有收到来信的记录")


def _figures(log: Log) -> Iterator[Discrepancy]:
    figures = log.figures or {}
    first, last = dt.date.fromisoformat(figures["from"]), dt.date.fromisoformat(figures["to"])
    shown = {row["unit"]: {name: int(row[name]) for name in COUNTED} for row in figures["rows"]}
    counted: dict[str | None, Counter[str]] = {}
    for letter in log.letters:
        received = letter.first("LetterReceived")
        if received is not None and first <= office_date(received.at) <= last:
            counted.setdefault(letter.record.get("lead_unit"), Counter()).update(_of(letter, log.exported_at))
    for unit in sorted(shown.keys() | counted.keys(), key=str):
        for name in COUNTED:
            has, wants = shown.get(unit, {}).get(name, 0), counted.get(unit, Counter())[name]
            if has != wants:
                yield Discrepancy(
                    letter=None,
                    clause="R1",
                    kind="figure",
                    detail=f"{unit or '未交办'} 的 {name} 为 {has}，按事件应为 {wants}",
                )


def _of(letter: Letter, now: dt.datetime) -> Counter[str]:
    names = {event.name for event in letter.events}
    replies = [limit for limit in letter.limits if limit.kind == "reply" and limit.voided_at is None]
    judged = letter.all("LetterEvaluated")
    counts = {
        "received": True,
        "accepted": "LetterScreened" in names,
        "declined": "LetterDeclined" in names,
        "returned": "LetterReturned" in names,
        "extended": "ExtensionGranted" in names,
        "replied_in_time": bool(replies) and replies[-1].in_time is True,
        "overdue": bool(replies) and _is_overdue(replies[-1], now),
        "satisfied": bool(judged) and judged[-1].data.get("satisfied") is True,
        "solved": bool(judged) and judged[-1].data.get("solved") is True,
    }
    return Counter({name: int(holds) for name, holds in counts.items()})


def _is_overdue(limit: Limit, now: dt.datetime) -> bool:
    return limit.in_time is False if limit.ended_at else now > limit.due_at
