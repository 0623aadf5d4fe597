"""Was anybody refused what the regime allows (H7, H8, A6, P3)? Only the attempt itself can tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Letter, Log
from letterbox.oracle.order import OVER, status_at
from letterbox.oracle.replay import Replay

CLOSE_BY = dt.timedelta(minutes=2)
"""So close to a limit's end, or to another event of the letter, either answer may be right."""


def check_refusals(log: Log, replays: Mapping[str, Replay]) -> Iterator[Discrepancy]:
    letters = {letter.number: letter for letter in log.letters}
    for attempt in log.attempts:
        letter, rule = letters.get(attempt.letter), RULES.get(attempt.what)
        if letter is None or rule is None or _is_race(letter, attempt.at):
            continue
        if rule(letter, replays[letter.number], attempt.at):
            detail = f"{attempt.what} 于 {attempt.at:%Y-%m-%d %H:%M} 被拒绝（{attempt.refused}），按规则应当允许"
            yield Discrepancy(letter=letter.number, clause=CLAUSES[attempt.what], kind="refused_wrongly", detail=detail)


def _is_race(letter: Letter, at: dt.datetime) -> bool:
    return any(abs(event.at - at) <= CLOSE_BY for event in letter.events)


def _may_apply(letter: Letter, replay: Replay, at: dt.datetime) -> bool:
    """In time, while the unit has it; not for a consultation, not twice at once."""
    if status_at(letter, at) != "handling" or _runs(replay, "extension_decision", at):
        return False
    replies = [entry for entry in replay.book.entries if entry.kind == "reply" and entry.ran_at(at)]
    return bool(replies) and replies[-1].category != "consultation" and at + CLOSE_BY < replies[-1].due_at(at).at


def _may_return(letter: Letter, _replay: Replay, at: dt.datetime) -> bool:
    returned = [event for event in letter.all("LetterReturned") if event.at <= at]
    return status_at(letter, at) == "handling" and len(returned) < 2


def _may_evaluate(_letter: Letter, replay: Replay, at: dt.datetime) -> bool:
    return _runs(replay, "evaluation", at + CLOSE_BY) and _runs(replay, "evaluation", at)


def _may_supplement(letter: Letter, replay: Replay, at: dt.datetime) -> bool:
    return status_at(letter, at) == "awaiting_supplement" and _runs(replay, "supplement", at + CLOSE_BY)


def _may_withdraw(letter: Letter, _replay: Replay, at: dt.datetime) -> bool:
    return status_at(letter, at) not in OVER | {"answered"}


def _runs(replay: Replay, kind: str, at: dt.datetime) -> bool:
    return any(entry.kind == kind and entry.ran_at(at) for entry in replay.book.entries)


Rule = Callable[[Letter, Replay, dt.datetime], bool]
RULES: Mapping[str, Rule] = {
    "apply-for-extension": _may_apply,
    "return": _may_return,
    "evaluation": _may_evaluate,
    "supplement": _may_supplement,
    "withdrawal": _may_withdraw,
}
CLAUSES = {"apply-for-extension": "H7", "return": "H8", "evaluation": "P3", "supplement": "A4", "withdrawal": "A6"}
