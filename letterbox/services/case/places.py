"""At which elements of its process a letter may be, by its record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from letterbox.bundle.vocabulary import TaskKey, Topic, UnitStep
from letterbox.domain.vocabulary import EventName, LetterStatus, LimitKind
from letterbox.services.case.standing import ACTIONS, ACTS, AT_WORK, EFFECTS, TASKS, Act, Statuses

S = LetterStatus
UNIT_HANDLING = "CallActivity_UnitHandling"
PLACES: Mapping[str, Statuses] = {
    TaskKey.SCREEN_LETTER: TASKS[TaskKey.SCREEN_LETTER],
    "Task_ClassifyLetter": EFFECTS[Topic.CLASSIFY_LETTER] - {S.JOINED},
    "Gateway_AwaitSupplement": frozenset({S.AWAITING_SUPPLEMENT}),
    TaskKey.ASSIGN_LETTER: TASKS[TaskKey.ASSIGN_LETTER],
    "Task_DispatchLetter": EFFECTS[Topic.DISPATCH_LETTER],
    UNIT_HANDLING: AT_WORK,
    TaskKey.RULE_ON_RETURN: TASKS[TaskKey.RULE_ON_RETURN],
    TaskKey.REVIEW_REPLY: TASKS[TaskKey.REVIEW_REPLY],
    "Task_DeliverReply": EFFECTS[Topic.DELIVER_REPLY],
    "Gateway_AwaitEvaluation": ACTS[Act.EVALUATE],
    TaskKey.DECIDE_REHANDLING: TASKS[TaskKey.DECIDE_REHANDLING],
    "Gateway_AwaitLeadingLetter": ACTIONS["release"],
}
"""Element → the statuses a letter may have there: those in which its task may be done (``standing``). A letter that was
joined meanwhile may still be classified, but does not stay there. Elements that a process owner added are not judged."""

USUAL: Mapping[LetterStatus, str] = {
    S.RECEIVED: TaskKey.SCREEN_LETTER,
    S.AWAITING_SUPPLEMENT: "Gateway_AwaitSupplement",
    S.SCREENED: TaskKey.ASSIGN_LETTER,
    S.ASSIGNED: "Task_DispatchLetter",
    S.REHANDLING: "Task_DispatchLetter",
    S.HANDLING: UNIT_HANDLING,
    S.IN_REDO: UNIT_HANDLING,
    S.RETURNED: TaskKey.RULE_ON_RETURN,
    S.IN_REVIEW: TaskKey.REVIEW_REPLY,
    S.ANSWERED: "Gateway_AwaitEvaluation",
    S.JOINED: "Gateway_AwaitLeadingLetter",
}

NEXT_STEP: Mapping[EventName, UnitStep] = {
    EventName.LETTER_DISPATCHED: UnitStep.RECEIVE,
    EventName.LETTER_REGISTERED: UnitStep.SUBMIT_TO_DEPUTY,
    EventName.LETTER_SUBMITTED_TO_DEPUTY: UnitStep.INSTRUCT,
    EventName.INSTRUCTION_ASKED: UnitStep.INSTRUCT,
    EventName.HANDLER_INSTRUCTED: UnitStep.DRAFT,
    EventName.REPLY_DRAFTED: UnitStep.SIGN_OFF,
    EventName.REPLY_SENT_BACK: UnitStep.DRAFT,
    EventName.REVIEW_FAILED: UnitStep.DRAFT,
}
"""What the unit does next after the last of these events; others leave it where it is."""


def fitting(status: str) -> tuple[str, ...]:
    """The elements where a letter of this status may be, the usual one first; empty if it has no process."""
    usual = USUAL.get(LetterStatus(status))
    others = [each for each, statuses in PLACES.items() if status in statuses and each != usual]
    return (str(usual), *others) if usual else ()


def place_of(status: str, open_limits: Collection[str]) -> str | None:
    """The element where the letter's process belongs, by its record; None if the letter is finished."""
    if status == LetterStatus.ANSWERED and LimitKind.REHANDLING_DECISION in open_limits:
        return TaskKey.DECIDE_REHANDLING
    return USUAL.get(LetterStatus(status))


def unit_step(events: Sequence[str]) -> UnitStep:
    """The step with which the unit's work goes on, from the names of the letter's events, oldest first."""
    steps = [NEXT_STEP[EventName(each)] for each in events if each in NEXT_STEP]
    return steps[-1] if steps else UnitStep.RECEIVE
