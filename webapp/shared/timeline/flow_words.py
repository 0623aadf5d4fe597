"""What moved a letter on its way (return, extension, recall, joining …), as staff read it."""

from __future__ import annotations

from functools import singledispatch

from letterbox.domain import dates
from letterbox.domain.events.event import Event
from letterbox.domain.events.handling import (
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    LetterRecalled,
    LetterReturned,
    ReturnDismissed,
    ReturnUpheld,
)
from letterbox.domain.events.limits import DeadlineStepTaken, FaultBegan, FaultEnded, LimitMoved, StepWithdrawn
from letterbox.domain.events.screening import LetterJoined, LetterRecategorised, LetterReleased, LetterSplit
from webapp.shared.timeline import side_process_words
from webapp.shared.timeline.fact_words import Names, accused_words, due, instant, named, said, step_words, unit_name


@singledispatch
def parts(event: Event, names: Names) -> list[str]:
    """The event's facts as a second line, in parts."""
    return side_process_words.parts(event, names)


@parts.register
def _(event: LetterReturned, names: Names) -> list[str]:
    return [
        unit_name(event.unit, names),
        "超过退回期限" if event.late else "",
        event.reason,
        said("建议由{}办理", unit_name(event.proposed_unit, names)),
    ]


@parts.register
def _(event: ReturnUpheld, names: Names) -> list[str]:
    new = unit_name(event.lead_unit, names)
    return [f"改由{new}办理" if new else "另行交办", event.reason]


@parts.register(ReturnDismissed)
@parts.register(LetterRecalled)
def _(event: ReturnDismissed | LetterRecalled, names: Names) -> list[str]:
    return [unit_name(event.unit, names), event.reason]


@parts.register
def _(event: ExtensionRequested, _names: Names) -> list[str]:
    contacts = f"联系来信人 {event.contacts} 次" if event.contacts else ""
    return [f"延期到{dates.day(event.due_on)}", event.reason, contacts]


@parts.register
def _(event: ExtensionGranted, _names: Names) -> list[str]:
    return [f"延期到{dates.day(event.due_on)}", event.reason or ""]


@parts.register
def _(event: ExtensionRefused, _names: Names) -> list[str]:
    return [event.reason]


@parts.register
def _(event: LetterRecategorised, names: Names) -> list[str]:
    before, after = named(event.before) or "未定", named(event.category)
    accused = accused_words(event.category, event.accused_unit, event.accused_stated, names)
    return [f"由{before}改为{after}", accused, event.reason]


@parts.register
def _(event: LetterJoined, names: Names) -> list[str]:
    return [said("主信 {}", event.joined_to), said("从{}收回", unit_name(event.unit, names)), event.reason or ""]


@parts.register
def _(event: LetterReleased, _names: Names) -> list[str]:
    return [said("原主信 {}", event.released_from), event.reason or ""]


@parts.register
def _(event: LetterSplit, _names: Names) -> list[str]:
    return [said("{}《{}》", event.number, event.title), event.reason or ""]


@parts.register
def _(event: DeadlineStepTaken, _names: Names) -> list[str]:
    to = "、".join(named(role) for role in event.recipients)
    return [step_words(event.limit, event.step), due(event.due_at), f"已通知{to}" if to else ""]


@parts.register
def _(event: StepWithdrawn, _names: Names) -> list[str]:
    return [step_words(event.limit, event.step), f"期限改为 {instant(event.due_at)}，届时重新提醒"]


@parts.register
def _(event: LimitMoved, _names: Names) -> list[str]:
    moved = f"{named(event.limit)}：{instant(event.old)} → {instant(event.new)}"
    return [moved, named(event.because)]


@parts.register
def _(event: FaultBegan, _names: Names) -> list[str]:
    return [f"自 {instant(event.since)} 起", event.reason or ""]


@parts.register
def _(event: FaultEnded, _names: Names) -> list[str]:
    return [f"自 {instant(event.since)} 起"]
