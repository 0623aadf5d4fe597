"""Every process id, task id, topic, message and variable of the shipped diagrams, spelled once."""

from __future__ import annotations

from enum import StrEnum


class ProcessKey(StrEnum):
    LETTER_HANDLING = "LetterHandlingProcess"
    UNIT_HANDLING = "UnitHandlingProcess"
    CO_HANDLING = "CoHandlingProcess"
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
    REVIEW_REPLY = "Task_ReviewReply"


class Topic(StrEnum):
    CLASSIFY_LETTER = "classify-letter"
    DISPATCH_LETTER = "dispatch-letter"
    DELIVER_REPLY = "deliver-reply"
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
    IS_REDO = "isRedo"
    PUBLISH = "publish"
    IS_SATISFIED = "isSatisfied"
    NEXT_STEP_AT = "nextStepAt"
    NOTICE_ID = "noticeId"


def due_variable(limit_kind: str) -> str:
    """The variable that carries a limit's due instant to ``camunda:dueDate``: ``sign_for`` → ``signForDueAt``."""
    head, *tail = limit_kind.split("_")
    return head + "".join(part.capitalize() for part in tail) + "DueAt"
