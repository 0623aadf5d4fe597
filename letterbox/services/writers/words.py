"""What a writer is told, in words that a citizen understands: the one home of these sentences."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.domain import dates
from letterbox.domain.events.event import Event
from letterbox.domain.events.handling import ExtensionGranted, LetterDispatched
from letterbox.domain.events.receipt import WriterAdded, WriterSupplied
from letterbox.domain.events.reply import PromiseConfirmed, PromiseReported, RehandlingDecided, ReplyDelivered
from letterbox.domain.events.screening import LetterDeclined, SupplementRequested
from letterbox.domain.vocabulary import LetterStatus

SENTENCES: Mapping[LetterStatus, str] = {
    LetterStatus.RECEIVED: "我们已经收到您的来信，正在看信。",
    LetterStatus.AWAITING_SUPPLEMENT: "需要请您补充一些情况，请看下面的问题。",
    LetterStatus.DECLINED: "这封来信没有受理，原因和可以找谁办见下方。",
    LetterStatus.JOINED: "这封来信与同一件事的来信合并办理。",
    LetterStatus.SCREENED: "您的来信已经受理，正在确定由哪个单位办理。",
    LetterStatus.ASSIGNED: "您的来信已经交给{unit}。",
    LetterStatus.HANDLING: "{unit}正在办理您的来信。",
    LetterStatus.RETURNED: "正在重新确定由哪个单位办理。",
    LetterStatus.IN_REVIEW: "{unit}已经写好答复，正在审核。",
    LetterStatus.IN_REDO: "{unit}正在完善答复。",
    LetterStatus.ANSWERED: "您的来信已经答复，请看下面的答复，并告诉我们问题是否解决。",
    LetterStatus.REHANDLING: "{unit}正在再次办理您的来信。",
    LetterStatus.CLOSED: "这封来信已经办结。",
    LetterStatus.WITHDRAWN: "您已撤回这封来信。",
}


def note_of(event: Event | None, names: Mapping[str, str]) -> str:
    """The second line of a timeline entry: the facts of the event that the writer may know.

    ``names``: units' names by code, as they were then.
    """
    match event:
        case SupplementRequested(question=text) | WriterSupplied(body=text) | WriterAdded(body=text):
            return text
        case LetterDispatched(lead_unit=unit) | ReplyDelivered(unit=unit):
            return names.get(unit, unit) if unit else ""
        case ExtensionGranted():
            return f"延长到{dates.day(event.due_on)}"
        case LetterDeclined() | RehandlingDecided():
            return event.reason
        case PromiseReported() | PromiseConfirmed():
            return "，".join(filter(None, ("办到了" if event.kept else "没有办到", event.comment)))
    return ""
