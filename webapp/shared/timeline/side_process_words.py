"""What happened beside a letter's own way (co-handling, supervision, instructions, promises), as staff read it."""

from __future__ import annotations

from functools import singledispatch

from letterbox.domain.events.event import Event
from letterbox.domain.events.reply import PromiseConfirmed, PromiseReported
from letterbox.domain.events.side_processes import (
    CoHandlerAdded,
    CoHandlerReleased,
    InstructionAnswered,
    InstructionGiven,
    OpinionGiven,
    OpinionMissing,
    SupervisionAnswered,
    SupervisionClosed,
    SupervisionOpened,
    SupervisionPressed,
    SupervisionReported,
)
from webapp.shared.timeline.fact_words import Names, due, named, said, unit_name


@singledispatch
def parts(_event: Event, _names: Names) -> list[str]:
    """The event's facts as a second line, in parts."""
    return []


@parts.register
def _(event: CoHandlerAdded, names: Names) -> list[str]:
    return [unit_name(event.unit, names), due(event.due_at)]


@parts.register
def _(event: CoHandlerReleased, names: Names) -> list[str]:
    return [unit_name(event.unit, names), named(event.because)]


@parts.register
def _(event: OpinionMissing, names: Names) -> list[str]:
    return [unit_name(event.unit, names), "已超过期限" if event.late else ""]


@parts.register
def _(event: SupervisionOpened, names: Names) -> list[str]:
    cause, office = named(event.cause), named(event.office)
    return [cause, office, unit_name(event.unit, names), due(event.due_at), event.request]


@parts.register
def _(event: SupervisionPressed, names: Names) -> list[str]:
    return [unit_name(event.unit, names), due(event.due_at), event.comment]


@parts.register
def _(event: SupervisionClosed, names: Names) -> list[str]:
    return [unit_name(event.unit, names), event.comment or "", named(event.because)]


@parts.register
def _(event: InstructionGiven, names: Names) -> list[str]:
    return [unit_name(event.unit, names), due(event.due_at), event.instruction]


@parts.register(OpinionGiven)
@parts.register(SupervisionAnswered)
@parts.register(SupervisionReported)
@parts.register(InstructionAnswered)
def _(event: OpinionGiven | SupervisionAnswered | SupervisionReported | InstructionAnswered, names: Names) -> list[str]:
    return [unit_name(event.unit, names)]


@parts.register(PromiseReported)
@parts.register(PromiseConfirmed)
def _(event: PromiseReported | PromiseConfirmed, names: Names) -> list[str]:
    kept = "已经兑现" if event.kept else "没有兑现"
    leading = event.leading if isinstance(event, PromiseReported) else None
    return [unit_name(event.unit, names), kept, event.comment or "", said("主信 {}", leading)]
