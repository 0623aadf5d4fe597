"""Does every letter that is not over have a next step, and do those who should know, know? (H2, A6, S4.)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from letterbox.oracle.findings import Discrepancy
from letterbox.oracle.log import Event, Letter, Notice
from letterbox.oracle.order import OVER, final_status
from letterbox.oracle.steps import GRACE
from letterbox.oracle.terms import limit_name, step_name

WITHOUT_TASK = frozenset({"awaiting_supplement", "answered", "joined"})
"""Here the writer, or another letter, is waited for."""
WRITERS_OWN = frozenset({"supplement", "evaluation"})
SECOND = dt.timedelta(seconds=1)

WRITER_NOTICES: Mapping[str, str] = {
    "LetterReceived": "letter_received",
    "LetterDeclined": "letter_declined",
    "SupplementRequested": "supplement_requested",
    "SupplementLapsed": "supplement_lapsed",
    "LetterWithdrawn": "letter_withdrawn",
    "LetterDispatched": "letter_dispatched",
    "ExtensionGranted": "extension_granted",
    "LetterJoined": "letter_joined",
    "LetterReleased": "letter_released",
    "LetterRecategorised": "writer_recategorised",
    "ReplyDelivered": "reply_delivered",
}
UNIT_NOTICES: Mapping[str, str] = {
    "LetterDispatched": "task_waiting",
    "ReviewFailed": "reply_failed_review",
    "ReturnDismissed": "return_dismissed",
    "LetterRecalled": "letter_recalled",
    "CoHandlerAdded": "co_handling_asked",
    "SupervisionOpened": "supervision_opened",
    "SupervisionPressed": "supervision_pressed",
    "InstructionGiven": "leader_instruction",
}


def check_next_step(letter: Letter, until: dt.datetime) -> Iterator[Discrepancy]:
    status = final_status(letter)
    if status in OVER or not letter.events:
        return
    if letter.events[-1].at + GRACE > until:
        return
    if letter.last_of("FaultBegan", "FaultEnded") == "FaultBegan":
        return  # a technical fault holds it: that is known and shown
    if status not in WITHOUT_TASK and not letter.tasks:
        yield Discrepancy(
            letter=letter.number, clause="H2", kind="no_next_step", detail=f"{status} 的来信没有待办任务，没有人在办"
        )
    if (
        status != "joined"
        and not any(limit.is_open for limit in letter.limits)
        and "Task_AssignLetter" not in letter.tasks
    ):
        yield Discrepancy(
            letter=letter.number, clause="H2", kind="no_open_limit", detail=f"{status} 的来信没有进行中的时限"
        )


def check_notices(letter: Letter) -> Iterator[Discrepancy]:
    joined = letter.first("LetterJoined")
    for event in letter.events:
        text = "letter_split" if event.data.get("split_from") else WRITER_NOTICES.get(event.name)
        if event.name == "LetterJoined" and event is not joined:
            continue  # taken along by its leader: the writer knows that it is handled with others
        if text and _has_mail(letter) and not _notified_writer(letter, event, text):
            yield _found(letter, event, f"没有通知来信人（{text}）")
        text = UNIT_NOTICES.get(event.name)
        if text and _at(letter, event, text) is None:
            yield _found(letter, event, f"没有通知承办单位（{text}）")
        if (
            event.name == "LimitMoved"
            and event.data.get("because") == "calendar"
            and not _notified_of_move(letter, event)
        ):
            yield _found(letter, event, f"{limit_name(event.data.get('limit'))}时限因日历变动，没有通知有关的人")
        if event.name == "DeadlineStepTaken":
            yield from _step_notices(letter, event)
    for notice in letter.notices:
        if any(recipient.status == "pending" for recipient in notice.recipients) and notice.recipients:
            yield Discrepancy(
                letter=letter.number, clause="H2", kind="notice_stuck", detail=f"通知 {notice.text} 还没有发出"
            )


def _step_notices(letter: Letter, event: Event) -> Iterator[Discrepancy]:
    """Every role that the step names got a notice at that instant."""
    groups: set[str] = set()
    for notice in letter.notices:
        if abs(notice.at - event.at) <= SECOND:
            groups |= {group for recipient in notice.recipients for group in recipient.groups}
    unit = event.data.get("unit")
    for role in event.data.get("recipients") or ():
        wanted = f"{role}@{unit}" if role.startswith("unit_") else role
        if wanted not in groups:
            yield _found(
                letter,
                event,
                f"{limit_name(event.data.get('limit'))}的{step_name(event.data.get('step'))}没有通知 {wanted}",
            )


def _notified_of_move(letter: Letter, event: Event) -> bool:
    """Publishing tells those concerned (D): whoever answers for the limit, or the writer for his own."""
    notice = _at(letter, event, "limit_moved") or _at(letter, event, "writer_limit_moved")
    return notice is not None or (event.data.get("limit") in WRITERS_OWN and not _has_mail(letter))


def _notified_writer(letter: Letter, event: Event, text: str) -> bool:
    notice = _at(letter, event, text)
    return notice is not None and any(recipient.is_writer for recipient in notice.recipients)


def _at(letter: Letter, event: Event, text: str) -> Notice | None:
    return next((each for each in letter.notices if each.text == text and abs(each.at - event.at) <= SECOND), None)


def _has_mail(letter: Letter) -> bool:
    return bool(letter.writer.get("email"))


def _found(letter: Letter, event: Event, detail: str) -> Discrepancy:
    return Discrepancy(letter=letter.number, clause="H2", kind="notice_missing", detail=f"{event.name}：{detail}")
