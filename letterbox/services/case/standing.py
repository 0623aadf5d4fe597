"""In which statuses a letter may be for everything that is done to it: one table, asked under the letter's lock.

A person's request, a worker's task or a command may arrive later than it was meant. If the letter's status by then does
not allow it, a person gets a refusal; of a worker's effect it is only recorded that it came too late (``effects``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from letterbox.bundle.vocabulary import ProcessKey, TaskKey, Topic
from letterbox.domain.errors import WrongState
from letterbox.domain.vocabulary import FINAL_STATUSES, LetterStatus, LimitKind
from letterbox.domain.words import label

Statuses = frozenset[LetterStatus]
S, L = LetterStatus, LimitKind
ALL: Statuses = frozenset(LetterStatus)
OPEN: Statuses = ALL - FINAL_STATUSES
UNANSWERED: Statuses = OPEN - {S.ANSWERED}
AT_WORK: Statuses = frozenset({S.HANDLING, S.IN_REDO})
OWN_PROCESSES = frozenset({ProcessKey.LETTER_HANDLING, ProcessKey.UNIT_HANDLING})


class Act(StrEnum):
    """Whatever is done to a letter apart from tasks, actions and workers' effects."""

    SUPPLEMENT = "writer-supplement"
    WITHDRAW = "writer-withdraw"
    EVALUATE = "writer-evaluate"
    CONFIRM_PROMISE = "writer-confirm-promise"
    ANSWER_CATEGORY = "writer-answer-category"
    RENEW_CODE = "writer-renew-code"
    CONFIRM_CONTACT = "writer-confirm-contact"
    REASSIGN = "reassign"
    RELEASE_CLAIM = "release-claim"
    NOTIFY_STAND_IN = "notify-stand-in"
    RELEASE_FILES = "release-files"
    PREPARE_PUBLIC_COPY = "prepare-public-copy"
    CORRECT_PUBLICATION = "correct-publication"
    WITHDRAW_PUBLICATION = "withdraw-publication"
    MARK_CHANNEL_REPLY = "mark-channel-reply"
    MOVE_LIMITS = "move-limits"
    CANCEL = "cancel"
    REPOSITION = "reposition"
    REPAIR = "repair"
    FAULT = "fault"
    SEND_AGAIN = "send-again"


EFFECTS: Mapping[str, Statuses] = {
    Topic.CLASSIFY_LETTER: frozenset({S.RECEIVED, S.JOINED}),
    Topic.DISPATCH_LETTER: frozenset({S.ASSIGNED, S.SCREENED, S.REHANDLING}),
    Topic.DELIVER_REPLY: frozenset({S.IN_REVIEW}),
    Topic.REPORT_SUPERVISION: ALL,
    Topic.FIND_NEXT_STEP: ALL,
    Topic.ESCALATE_DEADLINE: ALL,
    Topic.SEND_NOTICE: ALL,
}
"""What workers do. The watch and what runs beside a letter go on after its end: there the open limit and the row decide,
and for a notice that presses somebody its limit (``delivery``)."""

TASKS: Mapping[str, Statuses] = {
    TaskKey.SCREEN_LETTER: frozenset({S.RECEIVED}),
    TaskKey.ASSIGN_LETTER: frozenset({S.SCREENED}),
    TaskKey.RECEIVE_LETTER: AT_WORK,
    TaskKey.SUBMIT_TO_DEPUTY: AT_WORK,
    TaskKey.INSTRUCT_HANDLER: AT_WORK,
    TaskKey.DRAFT_REPLY: AT_WORK,
    TaskKey.SIGN_OFF_REPLY: AT_WORK,
    TaskKey.RULE_ON_RETURN: frozenset({S.RETURNED}),
    TaskKey.DECIDE_EXTENSION: AT_WORK,
    TaskKey.REVIEW_REPLY: frozenset({S.IN_REVIEW}),
    TaskKey.DECIDE_REHANDLING: frozenset({S.ANSWERED}),
    TaskKey.GIVE_OPINION: ALL,
    TaskKey.ANSWER_SUPERVISION: ALL,
    TaskKey.ASSESS_FEEDBACK: ALL,
    TaskKey.ANSWER_INSTRUCTION: ALL,
    TaskKey.REPORT_PROMISE: ALL,
}
"""User tasks; beside the letter's own way the row of the thing decides. A task that an owner added: ``of_task``."""

ACTIONS: Mapping[str, Statuses] = {
    "return": frozenset({S.HANDLING}),
    "apply-for-extension": frozenset({S.HANDLING}),
    "recategorise": frozenset({S.SCREENED, S.ASSIGNED, S.HANDLING, S.RETURNED}),
    "confirm-category": frozenset({S.SCREENED, S.ASSIGNED, S.HANDLING, S.RETURNED}),
    "recall": AT_WORK,
    "urgent": OPEN,
    "remind": ALL,
    "add-co-handler": AT_WORK | {S.RETURNED},
    "release-co-handler": OPEN,
    "supervise": ALL - {S.DECLINED, S.WITHDRAWN, S.JOINED},
    "instruct": ALL - {S.DECLINED, S.WITHDRAWN, S.JOINED},
    "join": frozenset({S.RECEIVED, S.SCREENED}) | AT_WORK,
    "release": frozenset({S.JOINED}),
    "split": UNANSWERED,
    "unmask": ALL,
    "withdraw": UNANSWERED,
}
"""What staff do beside tasks, by the action's name; each action's own ``may`` says more, and says it in words."""

ACTS: Mapping[str, Statuses] = {
    Act.SUPPLEMENT: UNANSWERED,
    Act.WITHDRAW: UNANSWERED,
    Act.EVALUATE: frozenset({S.ANSWERED}),
    Act.CONFIRM_PROMISE: ALL,
    Act.ANSWER_CATEGORY: frozenset({S.SCREENED, S.ASSIGNED, S.HANDLING, S.RETURNED}),
    Act.RENEW_CODE: ALL,
    Act.CONFIRM_CONTACT: ALL,
    Act.REASSIGN: ALL,
    Act.RELEASE_CLAIM: ALL,
    Act.NOTIFY_STAND_IN: ALL,
    Act.RELEASE_FILES: ALL,
    Act.PREPARE_PUBLIC_COPY: frozenset({S.IN_REVIEW}),
    Act.CORRECT_PUBLICATION: ALL,
    Act.WITHDRAW_PUBLICATION: ALL,
    Act.MARK_CHANNEL_REPLY: ALL - {S.RECEIVED, S.AWAITING_SUPPLEMENT, S.DECLINED, S.JOINED},
    Act.MOVE_LIMITS: ALL,
    Act.CANCEL: UNANSWERED,
    Act.REPOSITION: ALL,
    Act.REPAIR: ALL,
    Act.FAULT: ALL,
    Act.SEND_AGAIN: ALL,
}
STANDING: Mapping[str, Statuses] = {**EFFECTS, **TASKS, **ACTIONS, **ACTS}

LIMITS: Mapping[str, Statuses] = {
    L.SCREENING: frozenset({S.RECEIVED, S.AWAITING_SUPPLEMENT, S.SCREENED}),
    L.SUPPLEMENT: frozenset({S.AWAITING_SUPPLEMENT}),
    L.SIGN_FOR: frozenset({S.HANDLING, S.RETURNED}),
    L.RETURN: frozenset({S.HANDLING}),
    L.RETURN_RULING: frozenset({S.RETURNED}),
    L.REPLY: frozenset({S.HANDLING, S.RETURNED}),
    L.EXTENSION_DECISION: frozenset({S.HANDLING}),
    L.CO_OPINION: frozenset({S.HANDLING, S.RETURNED, S.SCREENED, S.ASSIGNED, S.IN_REDO}),
    L.REVIEW: frozenset({S.IN_REVIEW}),
    L.REDO: frozenset({S.IN_REDO}),
    L.SUPERVISION: ALL,
    L.INSTRUCTION: ALL,
    L.EVALUATION: frozenset({S.ANSWERED}),
    L.REHANDLING_DECISION: frozenset({S.ANSWERED}),
    L.PROMISE: ALL,
}
"""Limit kind → where a letter may stand while one of it is open: elsewhere its steps of the ladder are not taken."""


def of_task(key: str, definition_id: str) -> Statuses:
    """The statuses in which a task may be done: by the table or, for a task that an owner added, by whether it lies in
    the letter's own process (``definition_id``: ``process:version:id``)."""
    if key in TASKS:
        return TASKS[key]
    return OPEN if definition_id.partition(":")[0] in OWN_PROCESSES else ALL


def act_of_task(key: str) -> str | None:
    """The task's name in the table; None for a task that an owner added (``of_task``)."""
    return key if key in TASKS else None


def is_in_place(act: str, status: str) -> bool:
    """Whether ``act`` may be done to a letter of this status."""
    return LetterStatus(status) in STANDING[act]


def refusal(act: str, status: str) -> str | None:
    """Why ``act`` cannot be done to a letter of this status; None if it can."""
    if is_in_place(act, status):
        return None
    return f"来信现在的状态是“{label(status, 'LetterStatus')}”，不能再这样做"


def check(act: str, status: str) -> None:
    """Raises WrongState if ``act`` cannot be done to a letter of this status."""
    if words := refusal(act, status):
        raise WrongState(words)


class _HasKind(Protocol):
    @property
    def kind(self) -> str: ...


Limit = TypeVar("Limit", bound=_HasKind)


def belonging(limits: Iterable[Limit], status: str) -> list[Limit]:
    """Those of these open limits that a letter of this status can have. Of others no step is taken."""
    return [limit for limit in limits if LetterStatus(status) in LIMITS[limit.kind]]
