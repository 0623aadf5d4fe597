"""Letters of one matter under a leading one (A6): one reply, and every writer gets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Event, Letter, Log
from letterbox.oracle.steps import GRACE

LEAVES = frozenset({"LetterReleased", "LetterWithdrawn", "LetterJoined"})
"""Joined again: its leader was joined to another one and took it along."""


def check_joined(log: Log) -> Iterator[Discrepancy]:
    letters = {letter.number: letter for letter in log.letters}
    for letter in log.letters:
        for event in letter.all("LetterJoined"):
            yield from _followed(letter, event, letters, log)
        yield from _asked(letter, letters, log)


def _asked(letter: Letter, letters: Mapping[str, Letter], log: Log) -> Iterator[Discrepancy]:
    """H11: what the leader's unit reports of the promise in the common reply, every writer is told."""
    for delivered in letter.all("ReplyDelivered"):
        leader = letters.get(str(delivered.data.get("leading")))
        if leader is None:
            continue
        answer = [each for each in leader.all("ReplyDelivered") if each.at <= delivered.at][-1:]
        rounds = {each.data.get("round") for each in answer}
        for report in leader.all("PromiseReported"):
            is_his = report.data.get("round") in rounds and delivered.at < report.at < log.exported_at - GRACE
            if is_his and not any(each.at == report.at for each in letter.all("PromiseReported")):
                yield _found(letter, "joined_not_asked", f"主信 {leader.number} 的承诺已报告，没有问这封来信的来信人")


def _followed(letter: Letter, joined: Event, letters: Mapping[str, Letter], log: Log) -> Iterator[Discrepancy]:
    """While it is joined it is answered with its leader, by the same reply; whose own end sets it free."""
    leader = letters.get(str(joined.data.get("joined_to")))
    if leader is None or leader is letter:
        yield _found(letter, "joined_to_nothing", f"并入的来信 {joined.data.get('joined_to')} 不存在")
        return
    later = letter.events[letter.events.index(joined) + 1 :]
    left = next((event for event in later if event.name in LEAVES), None)
    answered = next((e for e in leader.all("ReplyDelivered") if e.at >= joined.at), None) or leader.first(
        "ReplyDelivered"
    )
    if answered is not None and (left is None or left.at > answered.at):
        due = max(answered.at, joined.at)
        got = any(due <= each.at <= due + GRACE for each in letter.all("ReplyDelivered"))
        if not got and due + GRACE < log.exported_at:
            yield _found(letter, "joined_not_answered", f"主信 {leader.number} 已答复，这封并入的来信没有得到答复")
    if left is None and _is_accusation(letter) != _is_accusation(leader):
        yield _found(letter, "accusation_joined_to_other", f"检举控告与主信 {leader.number} 不同类，却合并办理")
    over = leader.first("LetterDeclined", "LetterWithdrawn")
    if over is not None and left is None and over.at + GRACE < log.exported_at and over.at >= joined.at:
        yield _found(letter, "joined_left_behind", f"主信 {leader.number} 已不再办理，这封并入的来信没有恢复单独办理")


def _is_accusation(letter: Letter) -> bool:
    return letter.record.get("category") == "report"


def _found(letter: Letter, kind: str, detail: str) -> Discrepancy:
    return Discrepancy(
        letter=letter.number, clause="H11" if kind == "joined_not_asked" else "A6", kind=kind, detail=detail
    )
