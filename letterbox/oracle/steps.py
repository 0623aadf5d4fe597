"""Was every rung of the ladder taken, once, at its instant, and told to the right people (S4)?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from letterbox.oracle.book import Entry
from letterbox.oracle.days import OFFICE, Days, Due, at_time, office_date
from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Event, Letter, instant
from letterbox.oracle.replay import Replay
from letterbox.oracle.tables import Rung, ladder
from letterbox.oracle.terms import limit_name, step_name

GRACE = dt.timedelta(minutes=10)
"""How long a step may take to happen, and how close to a limit's end it may be left out."""
SEVERAL = frozenset({"supervision", "instruction", "promise"})
"""Of these a unit may have more than one of a letter at a time."""
EARLY = dt.timedelta(seconds=1)
PAUSE = dt.timedelta(hours=1)


@dataclass
class Wanted:
    """A step that should have been taken at ``at``; ``may_lack``: its limit ended within the grace."""

    entry: Entry
    rung: Rung
    at: dt.datetime
    may_lack: bool
    is_withdrawn: bool = False


def check_steps(letter: Letter, replay: Replay, until: dt.datetime) -> Iterator[Discrepancy]:
    """``until``: when the log was exported; what falls due later is not missed."""
    taken = letter.all("DeadlineStepTaken")
    withdrawn = letter.all("StepWithdrawn")
    for entry in replay.book.entries:
        if not entry.sure and not _exists(letter, entry):
            continue
        wanted = _wanted(entry, replay, until)
        own = [event for event in taken if _is_of(event, entry)]
        taken = [event for event in taken if event not in own]
        yield from _judge(letter.number, wanted, own, withdrawn)
    for event in taken:
        detail = f"{limit_name(event.data.get('limit'))}没有进行中的时限，却于 {_text(event.at)} 走了{step_name(event.data.get('step'))}"
        yield Discrepancy(letter=letter.number, clause="S4", kind="step_unfounded", detail=detail)


def check_reminders(letter: Letter) -> Iterator[Discrepancy]:
    """Pressed by hand, nobody is told twice of the same limit within PAUSE."""
    last: dict[int, dt.datetime] = {}
    for event in letter.all("LetterReminded"):
        for limit_id in event.data.get("limit_ids") or ():
            if limit_id in last and event.at - last[limit_id] < PAUSE - EARLY:
                detail = f"{_text(event.at)} 的催办与 {_text(last[limit_id])} 的催办相隔不到一小时，是同一时限"
                yield Discrepancy(letter=letter.number, clause="S4", kind="reminded_twice", detail=detail)
            last[limit_id] = event.at


def _exists(letter: Letter, entry: Entry) -> bool:
    return any(
        limit.kind == entry.kind and abs(limit.started_at - entry.started_at) <= EARLY for limit in letter.limits
    )


def _is_of(event: Event, entry: Entry) -> bool:
    """Taken while the limit ran; unit and due tell two of a kind apart."""
    if event.data.get("limit") != entry.kind or event.data.get("unit") != entry.unit:
        return False
    due = event.data.get("due_at")
    if due and entry.kind in SEVERAL and abs(instant(str(due)) - entry.due_at(event.at).at) > EARLY:
        return False
    return entry.started_at <= event.at and (entry.closed_at is None or event.at <= entry.closed_at + EARLY)


def _judge(number: str, wanted: list[Wanted], taken: list[Event], withdrawn: list[Event]) -> Iterator[Discrepancy]:
    for step in {each.rung.step for each in wanted} | {str(each.data.get("step")) for each in taken}:
        due = [each for each in wanted if each.rung.step == step]
        done = [each for each in taken if each.data.get("step") == step]
        for one, event in zip(due, done, strict=False):
            yield from _compare(number, one, event)
        for one in due[len(done) :]:
            if not one.may_lack:
                yield _found(number, "step_missing", one.entry, step, f"应于 {_text(one.at)} 走，没有走")
        for event in done[len(due) :]:
            kind = "step_twice" if due else "step_unexpected"
            yield Discrepancy(
                letter=number,
                clause="S4",
                kind=kind,
                detail=f"{limit_name(event.data.get('limit'))}的{step_name(step)}于 {_text(event.at)} 不应再走",
            )
    yield from _notes(number, wanted, withdrawn)


def _notes(number: str, wanted: list[Wanted], withdrawn: list[Event]) -> Iterator[Discrepancy]:
    """A step that a later due took back is withdrawn with a note (D)."""
    for one in wanted:
        if one.is_withdrawn and not any(
            event.data.get("limit") == one.entry.kind and event.data.get("step") == one.rung.step for event in withdrawn
        ):
            yield _found(number, "step_not_withdrawn", one.entry, one.rung.step, "到期推后，走过的步骤应注明撤销")


def _compare(number: str, one: Wanted, event: Event) -> Iterator[Discrepancy]:
    if not one.at - EARLY <= event.at <= one.at + GRACE:
        yield _found(number, "step_instant", one.entry, one.rung.step, f"走于 {_text(event.at)}，应为 {_text(one.at)}")
    if set(event.data.get("recipients") or ()) != one.rung.recipients:
        taken_by, expected = "、".join(event.data.get("recipients") or ()), "、".join(sorted(one.rung.recipients))
        yield _found(number, "step_recipients", one.entry, one.rung.step, f"告知 {taken_by}，应为 {expected}")


def _wanted(entry: Entry, replay: Replay, until: dt.datetime) -> list[Wanted]:
    """Walk through the limit's life: at each change of due, urgency or calendar the rungs are laid out anew."""
    end = min(filter(None, (entry.closed_at, until)))
    marks = sorted(set(_marks(entry, replay, end)))
    found: list[Wanted] = []
    for since, till in zip(marks, [*marks[1:], end], strict=True):
        due = entry.due_at(since)
        steps = list(_laid_out(entry, due, replay.book.almanac.at(since), urgent=replay.urgent_at(since)))
        _take_back(found, steps, since, entry)
        have = {each.rung.step for each in found if not each.is_withdrawn}
        for rung, at in steps:
            happens = max(at, since)
            if replay.silent(entry.kind, happens):
                continue
            if rung.step not in have and (happens < till or happens == till == end):
                found.append(Wanted(entry, rung, happens, may_lack=happens + GRACE > end))
    return found


def _marks(entry: Entry, replay: Replay, end: dt.datetime) -> Iterator[dt.datetime]:
    """The log has whole seconds: what became urgent in the second of the end may have had its step before it."""
    yield entry.started_at
    moments: Iterable[dt.datetime] = [segment.since for segment in entry.segments]
    ends = [until for _, _, until in replay.faults if until is not None]
    moments = [*moments, *replay.book.almanac.changes(), *ends]
    yield from (moment for moment in moments if entry.started_at < moment < end)
    yield from (since for since, _ in replay.urgent_from if entry.started_at < since <= end)


def _laid_out(entry: Entry, due: Due, days: Days, *, urgent: bool) -> Iterator[tuple[Rung, dt.datetime]]:
    """A reminder that would come before the limit began is left out; what comes at the due instant or later never is."""
    for rung in ladder(entry.kind, urgent=urgent):
        day = days.worked_days_from(office_date(due.at), rung.offset)
        at = at_time(day, rung.time) if rung.time else due.at
        if at >= due.at or at > entry.started_at:
            yield rung, at


def _take_back(found: list[Wanted], steps: list[tuple[Rung, dt.datetime]], since: dt.datetime, entry: Entry) -> None:
    """If the due moved later, steps taken that now lie ahead again are withdrawn."""
    moved = any(segment.since == since for segment in entry.segments[1:])
    ahead = {rung.step for rung, at in steps if at > since}
    for each in found:
        if moved and each.rung.step in ahead and not each.is_withdrawn:
            each.is_withdrawn = True


def _found(number: str, kind: str, entry: Entry, step: str, detail: str) -> Discrepancy:
    return Discrepancy(
        letter=number, clause="S4", kind=kind, detail=f"{limit_name(entry.kind)}的{step_name(step)}：{detail}"
    )


def _text(instant: dt.datetime) -> str:
    return f"{instant.astimezone(OFFICE):%Y-%m-%d %H:%M:%S}"
