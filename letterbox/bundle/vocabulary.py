"""The process ids, user tasks, topics, messages and variables of the shipped diagrams. Few modules name other elements
too (a gateway, a service task: ``services.case.places``)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from letterbox.domain.vocabulary import Category, LimitKind

Variables: TypeAlias = dict[str, Any]
"""Process variables by name, as a step writes them."""
LIMIT_PROPERTIES = ("limit", "redoLimit")
"""A user task's ``camunda:property`` that names the limit it is due by."""


class ProcessKey(StrEnum):
    LETTER_HANDLING = "LetterHandlingProcess"
    UNIT_HANDLING = "UnitHandlingProcess"
    CO_HANDLING = "CoHandlingProcess"
    SUPERVISION = "SupervisionProcess"
    INSTRUCTION = "InstructionProcess"
    PROMISE = "PromiseProcess"
    DEADLINE_WATCH = "DeadlineWatchProcess"
    NOTICE_DELIVERY = "NoticeDeliveryProcess"


class TaskKey(StrEnum):
    """User tasks whose completion means something to the services (contract, "Tasks")."""

    SCREEN_LETTER = "Task_ScreenLetter"
    ASSIGN_LETTER = "Task_AssignLetter"
    RECEIVE_LETTER = "Task_ReceiveLetter"
    SUBMIT_TO_DEPUTY = "Task_SubmitToDeputy"
    INSTRUCT_HANDLER = "Task_InstructHandler"
    DRAFT_REPLY = "Task_DraftReply"
    SIGN_OFF_REPLY = "Task_SignOffReply"
    RULE_ON_RETURN = "Task_RuleOnReturn"
    DECIDE_EXTENSION = "Task_DecideExtension"
    REVIEW_REPLY = "Task_ReviewReply"
    DECIDE_REHANDLING = "Task_DecideRehandling"
    GIVE_OPINION = "Task_GiveOpinion"
    ANSWER_SUPERVISION = "Task_AnswerSupervision"
    ASSESS_FEEDBACK = "Task_AssessFeedback"
    ANSWER_INSTRUCTION = "Task_AnswerInstruction"
    REPORT_PROMISE = "Task_ReportPromise"


class Topic(StrEnum):
    CLASSIFY_LETTER = "classify-letter"
    DISPATCH_LETTER = "dispatch-letter"
    DELIVER_REPLY = "deliver-reply"
    REPORT_SUPERVISION = "report-supervision"
    SEND_NOTICE = "send-notice"
    FIND_NEXT_STEP = "find-next-step"
    ESCALATE_DEADLINE = "escalate-deadline"


class MessageName(StrEnum):
    """Message names as correlated; the diagram's element ids are ``Message_<name>``."""

    WRITER_SUPPLIED = "WriterSupplied"
    SUPPLEMENT_LAPSED = "SupplementLapsed"
    LETTER_EVALUATED = "LetterEvaluated"
    EVALUATION_LAPSED = "EvaluationLapsed"
    LETTER_WITHDRAWN = "LetterWithdrawn"
    LETTER_JOINED = "LetterJoined"
    LETTER_RELEASED = "LetterReleased"
    LEADING_LETTER_ANSWERED = "LeadingLetterAnswered"
    LETTER_RETURNED = "LetterReturned"
    LETTER_RECALLED = "LetterRecalled"
    EXTENSION_REQUESTED = "ExtensionRequested"
    CO_HANDLING_ENDED = "CoHandlingEnded"
    SUPERVISION_ENDED = "SupervisionEnded"
    INSTRUCTION_ENDED = "InstructionEnded"
    LIMITS_CHANGED = "LimitsChanged"
    LETTER_CLOSED = "LetterClosed"


class Variable(StrEnum):
    """Process variables that services and workers write. Scalars only; instants are ISO-8601 with offset."""

    LETTER_ID = "letterId"
    COMMAND_ID = "commandId"
    CATEGORY = "category"
    URGENT = "urgent"
    LEAD_UNIT = "leadUnit"
    SCREENING_OUTCOME = "screeningOutcome"
    SIGN_OFF_OUTCOME = "signOffOutcome"
    REVIEW_OUTCOME = "reviewOutcome"
    REHANDLING_OUTCOME = "rehandlingOutcome"
    UNIT_STEP = "unitStep"
    UNIT_OUTCOME = "unitOutcome"
    UNIT_DUE_AT = "unitDueAt"
    DRAFT_OUTCOME = "draftOutcome"
    IS_FINAL_RETURN = "isFinalReturn"
    RETURN_RULING = "returnRuling"
    CO_UNIT = "coUnit"
    SUPERVISION_ID = "supervisionId"
    SUPERVISED_UNIT = "supervisedUnit"
    SUPERVISION_OUTCOME = "supervisionOutcome"
    INSTRUCTION_ID = "instructionId"
    INSTRUCTED_UNIT = "instructedUnit"
    PROMISE_ID = "promiseId"
    PROMISE_UNIT = "promiseUnit"
    PUBLISH = "publish"
    IS_SATISFIED = "isSatisfied"
    REHANDLING_ASKED = "rehandlingAsked"
    NEXT_STEP_AT = "nextStepAt"
    NOTICE_ID = "noticeId"
    WAITS_FOR_MORNING = "waitsForMorning"
    SEND_AT = "sendAt"


class UnitStep(StrEnum):
    """The step at which the unit begins or goes on (``unitStep``); whoever finishes one step writes the next."""

    RECEIVE = "receive"
    SUBMIT_TO_DEPUTY = "submit_to_deputy"
    INSTRUCT = "instruct"
    DRAFT = "draft"
    SIGN_OFF = "sign_off"


class UnitOutcome(StrEnum):
    """How the unit's handling ended (``unitOutcome``)."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    RECALLED = "recalled"
    JOINED = "joined"


class DraftOutcome(StrEnum):
    """What the handler does with his draft (``draftOutcome``)."""

    SUBMIT = "submit"
    ASK_INSTRUCTION = "ask_instruction"


class ReturnRuling(StrEnum):
    """What became of a return (``returnRuling``, H8)."""

    DISMISS = "dismiss"
    UPHOLD_REASSIGN = "uphold_reassign"
    UPHOLD_OPEN = "uphold_open"


VALUES: Mapping[Variable, type[StrEnum]] = {
    Variable.UNIT_STEP: UnitStep,
    Variable.UNIT_OUTCOME: UnitOutcome,
    Variable.DRAFT_OUTCOME: DraftOutcome,
    Variable.RETURN_RULING: ReturnRuling,
    Variable.CATEGORY: Category,
}
"""Every value that services give these variables: what a gateway that asks for them must provide for."""

YES_OR_NO = frozenset({Variable.REHANDLING_ASKED, Variable.WAITS_FOR_MORNING, Variable.IS_FINAL_RETURN})
"""What services always write as true or false."""

UNIT_OF: Mapping[ProcessKey, Variable] = {
    ProcessKey.UNIT_HANDLING: Variable.LEAD_UNIT,
    ProcessKey.CO_HANDLING: Variable.CO_UNIT,
    ProcessKey.SUPERVISION: Variable.SUPERVISED_UNIT,
    ProcessKey.INSTRUCTION: Variable.INSTRUCTED_UNIT,
    ProcessKey.PROMISE: Variable.PROMISE_UNIT,
}
"""The variable that holds the code of the unit whom a process asks."""

ROW_OF: Mapping[ProcessKey, Variable] = {
    ProcessKey.CO_HANDLING: Variable.CO_UNIT,
    ProcessKey.SUPERVISION: Variable.SUPERVISION_ID,
    ProcessKey.INSTRUCTION: Variable.INSTRUCTION_ID,
    ProcessKey.PROMISE: Variable.PROMISE_ID,
}
"""Processes of which a letter may have several at a time: the variable that tells them apart."""


def due_variable(limit_kind: str) -> str:
    """The variable that carries a limit's due instant to ``camunda:dueDate``: ``sign_for`` → ``signForDueAt``."""
    head, *tail = limit_kind.split("_")
    return head + "".join(part.capitalize() for part in tail) + "DueAt"


OWN_VARIABLES = frozenset({*map(str, Variable), *(due_variable(kind) for kind in LimitKind)})
"""What services and workers write, whatever the forms say."""
