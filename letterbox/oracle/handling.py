"""Handling and review (H4, H5, H7, H8, H10, S2, S3): who may decide what, when, and on what grounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from letterbox.oracle.book import ENDED, Entry
from letterbox.oracle.days import closing, office_date
from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Event, Letter, instant
from letterbox.oracle.replay import Replay
from letterbox.oracle.steps import GRACE
from letterbox.oracle.tables import EXTENSION_CAP, UNIT_LIMITS
from letterbox.oracle.terms import limit_name

OFFICE_ROLES = frozenset({"screener", "reviewer"})
"""Screener's and reviewer's tasks both belong to the e-gov office."""
SECOND = dt.timedelta(seconds=1)


def check_returns(letter: Letter, replay: Replay) -> Iterator[Discrepancy]:
    """H8: reasons; late ones are marked; the second is ruled by the coordinator, a third is refused."""
    returns = letter.all("LetterReturned")
    for event in returns:
        if not event.data.get("reason"):
            yield _found(letter, "H8", "return_unexplained", "退回没有理由")
        window = [e for e in replay.book.entries if e.kind == "return" and e.started_at <= event.at]
        is_late = bool(window) and event.at > window[-1].due.at + SECOND
        if "late" in event.data and bool(event.data["late"]) != is_late:
            yield _found(letter, "H8", "return_late_mark", f"退回的“逾期”标记为 {event.data['late']}，应相反")
    if len(returns) > 2:
        yield _found(letter, "H8", "third_return", f"来信被退回 {len(returns)} 次，第三次起应拒绝")
    rulings = letter.all("ReturnUpheld", "ReturnDismissed")
    for index, event in enumerate(rulings):
        wanted = OFFICE_ROLES if index == 0 else frozenset({"coordinator"})
        if event.by_role not in wanted:
            detail = f"第 {index + 1} 次退回由 {event.by_role} 裁定，应为 {'、'.join(sorted(wanted))}"
            yield _found(letter, "H8", "return_ruled_by", detail)


def check_extensions(letter: Letter, replay: Replay) -> Iterator[Discrepancy]:
    for event in letter.all("ExtensionRequested"):
        reply = _reply_at(replay, event.at)
        if reply is None or event.at > reply.due_at(event.at - SECOND).at + SECOND:
            yield _found(letter, "H7", "extension_late", "延期申请晚于回复时限到期，不应受理")
        if reply is not None and reply.category == "consultation" and not _recategorised_after(letter, event):
            yield _found(letter, "H5", "extension_for_consultation", "政策咨询不能延期，却受理了延期申请")
        if not event.data.get("reason") or not _is_contacted(letter, event.at):
            yield _found(letter, "H7", "extension_without_contact", "延期申请没有理由或联系记录")
    for event in letter.all("ExtensionGranted"):
        yield from _granted(letter, replay, event)


def _granted(letter: Letter, replay: Replay, event: Event) -> Iterator[Discrepancy]:
    reply = _reply_at(replay, event.at)
    if reply is None:
        yield _found(letter, "H7", "extension_without_reply", "没有进行中的回复时限，却批准了延期")
        return
    cap, _ = replay.book.almanac.at(event.at).after(office_date(reply.started_at), EXTENSION_CAP)
    day = event.data.get("due_on")
    if day and dt.date.fromisoformat(str(day)) > cap:
        yield _found(letter, "H7", "extension_past_cap", f"延期到 {day}，晚于第 30 个工作日 {cap}")
    rows = [row for row in letter.limits if row.kind == "reply" and abs(row.started_at - reply.started_at) <= SECOND]
    if any(row.due_at > closing(cap) and not row.provisional for row in rows):
        yield _found(letter, "H7", "extension_past_cap", f"回复时限晚于第 30 个工作日 {cap}")
    if event.by_role not in OFFICE_ROLES:
        yield _found(letter, "H7", "extension_decided_by", f"延期由 {event.by_role} 决定，应为县电子政务办")


def _reply_at(replay: Replay, at: dt.datetime) -> Entry | None:
    running = [
        entry
        for entry in replay.book.entries
        if entry.kind == "reply" and entry.started_at <= at and (entry.closed_at is None or at <= entry.closed_at)
    ]
    return running[-1] if running else None


def _recategorised_after(letter: Letter, event: Event) -> bool:
    """It was no consultation yet when the application came."""
    return any(each.at >= event.at for each in letter.all("LetterRecategorised"))


def _is_contacted(letter: Letter, until: dt.datetime) -> bool:
    """Reached once, or tried on two days (H4), between the day of the letter and ``until``."""
    first, rows = _first_day(letter), letter.record.get("contacts") or ()
    counted = [(office_date(at), each) for each in rows if (at := instant(each["at"])) <= until]
    counted = [(day, each) for day, each in counted if day >= first]
    return any(each["reached"] for _, each in counted) or len({day for day, _ in counted}) >= 2


def _first_day(letter: Letter) -> dt.date:
    """When it was written or received, whichever was earlier; no one spoke with its writer about it before."""
    known = [event.at for event in letter.all("LetterReceived")[:1]]
    written = letter.record.get("written_at")
    return min((office_date(at) for at in (*known, *([instant(written)] if written else []))), default=dt.date.min)


def check_contacts(letter: Letter) -> Iterator[Discrepancy]:
    first = _first_day(letter)
    for each in letter.record.get("contacts") or ():
        if office_date(instant(each["at"])) < first:
            yield _found(letter, "H4", "contact_before_letter", f"联系记录的时间 {each['at']} 早于来信之日 {first}")


def check_replies(letter: Letter) -> Iterator[Discrepancy]:
    """H4: an unmet demand is explained in contact with the writer, or two attempts on different days are recorded."""
    for event in letter.all("ReplySubmitted"):
        if event.data.get("unmet_demand") and not _is_contacted(letter, event.at):
            yield _found(letter, "H4", "unmet_demand_without_contact", "诉求不能满足，却没有联系记录")


def check_reviews(letter: Letter, until: dt.datetime) -> Iterator[Discrepancy]:
    """S2, S3: a failed review has comments; the second one a handling opinion, and supervision starts."""
    for index, event in enumerate(letter.all("ReviewFailed")):
        if not event.data.get("comment"):
            yield _found(letter, "S2", "review_without_comment", "退回重办没有写明问题")
        if index < 1:
            continue
        if not event.data.get("handling_opinion"):
            yield _found(letter, "S3", "second_failure_without_opinion", f"第 {index + 1} 次退回重办没有处理意见")
        if index == 1 and event.at + GRACE < until and not _is_supervised(letter, event):
            yield _found(letter, "S3", "second_failure_without_supervision", "第二次退回重办后没有启动督办")
    for event in letter.all("ReviewFailed", "ReviewPassed"):
        if event.by_role not in OFFICE_ROLES:
            yield _found(letter, "S2", "review_by", f"审核由 {event.by_role} 作出，应为县电子政务办")


def check_supervision(letter: Letter, until: dt.datetime) -> Iterator[Discrepancy]:
    """S4: three working days after the due day (one, if urgent) supervision starts, unless the limit is supervision's own."""
    for event in letter.all("DeadlineStepTaken"):
        starts = event.data.get("step") == "overdue_3" and event.data.get("limit") in UNIT_LIMITS - {"supervision"}
        if starts and event.at + GRACE < until and not _is_supervised(letter, event):
            yield _found(
                letter,
                "S4",
                "step_without_supervision",
                f"{limit_name(event.data.get('limit'))}超期三个工作日没有启动督办",
            )


def check_instructed(letter: Letter, replay: Replay) -> Iterator[Discrepancy]:
    """R2: what a leader has supervised was instructed at that moment, and is due on the instruction's day."""
    for event in letter.all("SupervisionOpened"):
        if event.data.get("cause") != "instruction":
            continue
        given = [
            entry
            for entry in replay.book.entries
            if (entry.kind, entry.unit) == ("instruction", event.data.get("unit"))
            and abs(entry.started_at - event.at) <= SECOND
        ]
        if not given:
            yield _found(letter, "R2", "supervision_without_instruction", "督办的起因是批示，却没有批示")
        elif str(office_date(given[-1].due_at(event.at).at)) != event.data.get("due_on"):
            yield _found(letter, "R2", "supervision_not_with_instruction", "随批示督办，反馈日期却与批示的不同")


def _is_supervised(letter: Letter, event: Event) -> bool:
    """Supervision started then, or already runs."""
    opened = len([each for each in letter.all("SupervisionOpened") if each.at <= event.at + GRACE])
    closed = len([each for each in letter.all("SupervisionClosed") if each.at <= event.at])
    return opened > closed


def check_evaluations(letter: Letter, replay: Replay) -> Iterator[Discrepancy]:
    """P3, D: evaluated in time or lapsed at the due instant; re-handled once at most."""
    for entry in replay.book.entries:
        is_met = entry.kind in {"evaluation", "supplement"} and entry.how == ENDED
        if is_met and entry.closed_at and entry.closed_at > entry.due.at + SECOND:
            yield _found(letter, "D", f"{entry.kind}_late", f"{limit_name(entry.kind)}晚于期限仍被接受")
    for event in letter.all("EvaluationLapsed", "SupplementLapsed"):
        kind = "evaluation" if event.name == "EvaluationLapsed" else "supplement"
        ended = [entry for entry in replay.book.entries if entry.kind == kind and entry.closed_at == event.at]
        if not any(entry.due.at - SECOND <= event.at <= entry.due.at + GRACE for entry in ended):
            yield _found(letter, "D", "lapse_instant", f"{event.name} 不在期限届满之时")
    again = [event for event in letter.all("RehandlingDecided") if event.data.get("outcome") == "rehandle"]
    if len(again) > 1 or len(letter.all("RehandlingDecided")) > 1:
        yield _found(letter, "D", "rehandled_twice", "再办最多一次")
    if _unsatisfied_closed(letter):
        yield _found(letter, "D", "rehandling_not_decided", "来信人不满意，没有再办决定就办结了")


def _unsatisfied_closed(letter: Letter) -> bool:
    first = letter.first("LetterEvaluated")
    if first is None or first.data.get("satisfied") is not False:
        return False
    return letter.first("LetterClosed") is not None and letter.first("RehandlingDecided") is None


def _found(letter: Letter, clause: str, kind: str, detail: str) -> Discrepancy:
    return Discrepancy(letter=letter.number, clause=clause, kind=kind, detail=detail)
