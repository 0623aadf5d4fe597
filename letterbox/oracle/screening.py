"""Acceptance (A2–A5): grounds, accusations, and what the writer of one is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Letter

GROUNDS = frozenset({"1", "2", "3", "4", "5", "6", "out_of_scope"})
MAY_KNOW = frozenset({"screener", "reviewer", "supervisor"})
"""A5: the identity is masked outside the e-gov office and supervision."""
SHORTEST_NAME = 2


def check_screening(letter: Letter) -> Iterator[Discrepancy]:
    for event in letter.all("LetterDeclined"):
        ground = str(event.data.get("ground"))
        if ground not in GROUNDS or not event.data.get("reason"):
            yield _found(letter, "A4", "decline_unexplained", f"不予受理缺少情形或理由（{ground}）")
        if ground == "2" and not event.data.get("reference"):
            yield _found(letter, "A4", "ground_2_without_reference", "第二种情形没有写明在先的来信或受理凭据")
        asked = [each for each in letter.all("SupplementRequested") if each.at <= event.at]
        if ground == "5" and not asked:
            yield _found(letter, "A4", "ground_5_without_supplement", "第五种情形之前没有请来信人补充")
    for event in letter.all("LetterScreened"):
        scope = event.data.get("scope", letter.record.get("scope"))
        if str(scope) not in {"1", "2", "3", "4", "5", "6"}:
            yield _found(letter, "A3", "scope_missing", f"受理时没有记下范围（{scope}）")
    for event in letter.all("LetterScreened", "LetterRecategorised"):
        is_open = not event.data.get("accused_unit") and not event.data.get("accused_stated")
        if event.data.get("category") == "report" and is_open:
            yield _found(letter, "A5", "accused_not_stated", "检举控告没有写明针对哪个单位或者不针对单位")


def check_secrecy(letter: Letter) -> Iterator[Discrepancy]:
    """A5, for letters that are accusations at the time of the export, and how others ceased to be one."""
    yield from _reopened(letter)
    if letter.record.get("category") != "report":
        return
    accused = letter.record.get("accused_unit")
    yield from _kept_from_accused(letter, accused)
    if letter.first("LetterPublished"):
        yield _found(letter, "A5", "accusation_published", "检举控告被公开")
    for seen in letter.seen:
        if seen.unit and seen.unit == letter.record.get("lead_unit") and seen.shown is None:
            yield _found(letter, "A5", "lead_cannot_read", f"{seen.what}：主办单位看不到自己承办的信")
        if seen.role not in MAY_KNOW and "WriterUnmasked" in (seen.shown or ""):
            yield _found(letter, "A5", "unmasking_shown", f"{seen.what}：{seen.role} 看得到谁查看过检举人")
        yield from _leaks(letter, seen.role, seen.unit, seen.what, [seen.shown or ""])
    for notice in letter.notices:
        for recipient in notice.recipients:
            if not recipient.is_writer and not MAY_KNOW & {group.partition("@")[0] for group in recipient.groups}:
                yield from _leaks(
                    letter, "、".join(sorted(recipient.groups)), None, f"通知 {notice.text}", [recipient.words]
                )


def _reopened(letter: Letter) -> Iterator[Discrepancy]:
    """What was an accusation becomes something else only with its writer's word or a second person's."""
    was = False
    for event in letter.all("LetterScreened", "LetterRecategorised"):
        is_report = event.data.get("category") == "report"
        if was and not is_report and event.data.get("agreed_by") not in {"writer", "office"}:
            yield _found(letter, "A5", "accusation_reopened_alone", f"{event.name}：检举控告没有人同意就改了类别")
        was = is_report


def _kept_from_accused(letter: Letter, accused: str | None) -> Iterator[Discrepancy]:
    if not accused:
        return
    since = _accused_since(letter)
    for event in letter.all("LetterAssigned", "LetterDispatched", "CoHandlerAdded"):
        if since is None or event.at < since:
            continue  # it was no accusation of that unit yet
        units = {event.data.get("lead_unit"), event.data.get("unit"), *(event.data.get("co_units") or ())}
        if accused in units:
            yield _found(letter, "A5", "accusation_to_accused", f"{event.name}：检举控告交给了被检举的 {accused}")
    for seen in letter.seen:
        if seen.unit == accused and seen.shown is not None:
            yield _found(letter, "A5", "accusation_shown_to_accused", f"{seen.what}：{accused} 看得到检举自己的信")
    for notice in letter.notices:
        if (
            since is not None
            and notice.at > since
            and any(
                group.endswith(f"@{accused}")
                for recipient in notice.recipients
                for group in recipient.groups
                if not recipient.is_writer
            )
        ):
            yield _found(letter, "A5", "accusation_shown_to_accused", f"通知 {notice.text} 发给了 {accused}")


def _accused_since(letter: Letter) -> dt.datetime | None:
    accused = letter.record.get("accused_unit")
    named = [e for e in letter.all("LetterScreened", "LetterRecategorised") if e.data.get("accused_unit") == accused]
    return named[0].at if named else None


def _leaks(letter: Letter, role: str, unit: str | None, what: str, texts: Iterable[str]) -> Iterator[Discrepancy]:
    if role in MAY_KNOW:
        return
    secrets = [
        str(value) for value in letter.writer.values() if isinstance(value, str) and len(str(value)) >= SHORTEST_NAME
    ]
    whom = f"{role}@{unit}" if unit else role
    for text in texts:
        if any(secret in text for secret in secrets):
            yield _found(letter, "A5", "writer_unmasked", f"{what}：{whom} 看得到检举人是谁")


def _found(letter: Letter, clause: str, kind: str, detail: str) -> Discrepancy:
    return Discrepancy(letter=letter.number, clause=clause, kind=kind, detail=detail)
