"""What the people before wrote to whoever does a task, and who has a letter now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.events.event import Event
from letterbox.domain.events.handling import (
    ExtensionGranted,
    ExtensionRefused,
    ExtensionRequested,
    HandlerInstructed,
    InstructionAsked,
    LetterAssigned,
    LetterRecalled,
    LetterRegistered,
    LetterReturned,
    LetterSubmittedToDeputy,
    ReplySentBack,
    ReturnDismissed,
    ReturnUpheld,
    TaskHandedOn,
)
from letterbox.domain.events.limits import LetterReminded
from letterbox.domain.events.receipt import LetterEvaluated, WriterAdded, WriterSupplied
from letterbox.domain.events.reply import RehandlingDecided, ReviewFailed
from letterbox.domain.events.side_processes import InstructionGiven
from letterbox.domain.vocabulary import EventName, LetterStatus, LimitKind
from letterbox.domain.words import label
from letterbox.services.records.event_view import EventView
from letterbox.services.records.views import LetterRecord
from letterbox.services.tasks.holders import Holder
from webapp.shared.due import DueLabel
from webapp.shared.timeline.event_words import line_of
from webapp.shared.timeline.fact_words import Names

K, E = TaskKey, EventName
Tasks = frozenset[TaskKey]
TO_UNIT: Tasks = frozenset({K.RECEIVE_LETTER, K.SUBMIT_TO_DEPUTY, K.INSTRUCT_HANDLER, K.DRAFT_REPLY, K.SIGN_OFF_REPLY})
TO_WORK: Tasks = TO_UNIT - {K.RECEIVE_LETTER}
EVERYBODY: Tasks = frozenset(TaskKey)
READ_AT: Mapping[EventName, Tasks] = {
    E.WRITER_ADDED: EVERYBODY,
    E.WRITER_SUPPLIED: EVERYBODY,
    E.LETTER_RECALLED: frozenset({K.ASSIGN_LETTER}),
    E.LETTER_ASSIGNED: TO_UNIT | {K.GIVE_OPINION, K.RULE_ON_RETURN},
    E.LETTER_REGISTERED: frozenset({K.SUBMIT_TO_DEPUTY, K.INSTRUCT_HANDLER, K.DRAFT_REPLY}),
    E.LETTER_SUBMITTED_TO_DEPUTY: TO_WORK - {K.SUBMIT_TO_DEPUTY},
    E.HANDLER_INSTRUCTED: frozenset({K.DRAFT_REPLY, K.SIGN_OFF_REPLY}),
    E.INSTRUCTION_ASKED: frozenset({K.INSTRUCT_HANDLER, K.DRAFT_REPLY}),
    E.TASK_HANDED_ON: TO_UNIT,
    E.REPLY_SENT_BACK: frozenset({K.DRAFT_REPLY, K.SIGN_OFF_REPLY, K.INSTRUCT_HANDLER}),
    E.REVIEW_FAILED: TO_WORK | {K.REVIEW_REPLY},
    E.INSTRUCTION_GIVEN: TO_UNIT | {K.ASSIGN_LETTER, K.REVIEW_REPLY},
    E.LETTER_REMINDED: TO_UNIT,
    E.LETTER_RETURNED: frozenset({K.RULE_ON_RETURN, K.ASSIGN_LETTER}),
    E.RETURN_UPHELD: TO_UNIT | {K.ASSIGN_LETTER},
    E.RETURN_DISMISSED: TO_UNIT,
    E.EXTENSION_REQUESTED: frozenset({K.DECIDE_EXTENSION}),
    E.EXTENSION_GRANTED: frozenset({K.DRAFT_REPLY, K.SIGN_OFF_REPLY}),
    E.EXTENSION_REFUSED: frozenset({K.DRAFT_REPLY, K.SIGN_OFF_REPLY}),
    E.LETTER_EVALUATED: TO_UNIT | {K.DECIDE_REHANDLING, K.REVIEW_REPLY},
    E.REHANDLING_DECIDED: TO_UNIT | {K.REVIEW_REPLY},
}
"""Event in which somebody wrote something → the tasks at which it is read."""
OF_THIS_UNIT = frozenset(
    {
        E.LETTER_REGISTERED,
        E.LETTER_SUBMITTED_TO_DEPUTY,
        E.HANDLER_INSTRUCTED,
        E.INSTRUCTION_ASKED,
        E.TASK_HANDED_ON,
        E.REPLY_SENT_BACK,
    }
)
"""Said within a unit: no matter for the next one."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words that a person wrote: ``words`` names the occasion, ``by`` who wrote."""

    name: str
    words: str
    by: str
    at: datetime
    text: str


def written_in(event: Event | None) -> str | None:
    """What somebody wrote to those who come after; None if the event is not one of those that are read."""
    match event:
        case WriterAdded(body=text) | WriterSupplied(body=text):
            return text
        case LetterAssigned(note=text) | LetterRegistered(note=text) | LetterSubmittedToDeputy(note=text):
            return text
        case TaskHandedOn(note=text) | HandlerInstructed(instruction=text) | InstructionGiven(instruction=text):
            return text
        case InstructionAsked(question=text) | LetterReminded(message=text):
            return text
        case ReplySentBack(comment=text) | ReviewFailed(comment=text) | LetterEvaluated(comment=text):
            return text
        case LetterReturned() | LetterRecalled() | ReturnUpheld() | ReturnDismissed() | RehandlingDecided():
            return event.reason
        case ExtensionRequested() | ExtensionGranted() | ExtensionRefused():
            return event.reason
    return None


def said_in(events: Sequence[EventView], names_at: Callable[[datetime], Names]) -> list[Said]:
    """Everything that was written to those who come after, newest first; what a unit said within itself only since the
    letter was assigned last. ``names_at``: units' names by code, as they
    were then."""
    found: list[Said] = []
    for event in events:
        if event.name == E.LETTER_ASSIGNED:
            found = [each for each in found if each.name not in OF_THIS_UNIT]
        if text := (written_in(event.event) or "").strip():
            line = line_of(event, names_at(event.at))
            found.append(Said(name=event.name, words=line.words, by=line.by, at=event.at, text=text))
    return found[::-1]


def addressed_to(key: str, said: Sequence[Said]) -> list[Said]:
    """What whoever does a task of this key has to read first; at a step that a process owner added, all of it."""
    if key not in EVERYBODY:
        return list(said)
    return [each for each in said if key in READ_AT[EventName(each.name)]]


@dataclass(frozen=True, slots=True)
class NowWith:
    """``who`` does ``what`` until ``due``."""

    who: str
    what: str
    due: DueLabel | None
    is_own: bool


WAITS: Mapping[str, tuple[LimitKind | None, str]] = {
    LetterStatus.AWAITING_SUPPLEMENT: (LimitKind.SUPPLEMENT, "等来信人补充材料"),
    LetterStatus.ANSWERED: (LimitKind.EVALUATION, "等来信人评价"),
    LetterStatus.JOINED: (None, "随主信一并办理"),
}
"""Status → what a letter with nobody in the office waits for, and the limit of it."""


def now_with(
    letter: LetterRecord, holders: Sequence[Holder], due_of: Callable[[datetime | None], DueLabel | None]
) -> list[NowWith]:
    """Who has the letter, whoever is due first in front; empty if nobody has it any more."""
    if holders:
        return [
            NowWith(who=_who(each), what=each.task or gettext("办理"), due=due_of(each.due_at), is_own=each.is_own)
            for each in holders
        ]
    if letter.status not in WAITS:
        return []
    kind, words = WAITS[letter.status]
    limit = next((each for each in letter.limits if each.kind == kind and each.is_open), None)
    due = due_of(limit.due_at) if limit else None
    return [NowWith(who="", what=words, due=due, is_own=False)]


def _who(holders: Holder) -> str:
    roles = "、".join(dict.fromkeys(label(role, "Role") for role in holders.roles))
    where = " ".join(part for part in (holders.unit or "", roles) if part)
    taken = gettext("%(name)s已领取", name=holders.person) if holders.person else ""
    return f"{where}（{taken}）" if taken else where
