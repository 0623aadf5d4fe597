"""The field's words as enumerations; every member has a row in docs/glossary.md."""

from __future__ import annotations

from enum import StrEnum

FINAL_AT = 2
"""The second return of a letter is ruled by the coordinator, finally (H1) [ours]."""


class Role(StrEnum):
    """Who may act (contract, "Machine interface")."""

    CHANNEL = "channel"
    SCREENER = "screener"
    REVIEWER = "reviewer"
    UNIT_HANDLER = "unit_handler"
    UNIT_DEPUTY = "unit_deputy"
    UNIT_PRINCIPAL = "unit_principal"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    LEADER = "leader"
    PROCESS_OWNER = "process_owner"
    OPERATOR = "operator"
    ADMIN = "admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"


UNIT_ROLES = frozenset({Role.UNIT_HANDLER, Role.UNIT_DEPUTY, Role.UNIT_PRINCIPAL})
"""Roles that count only together with a unit: their candidate group is ``role@unit``."""
ADMINISTRATORS = frozenset({Role.ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
"""System, security and audit: nobody holds two of them (GB/T 22239-2019, 8.1.4.2 d and 8.1.5)."""
OFFICE_ROLES = frozenset(Role) - UNIT_ROLES - {Role.CHANNEL}
"""Roles that a second person confirms when they are given, and that no leave lends."""
TOKEN_ROLES = tuple(role for role in Role if role not in {Role.SECURITY_ADMIN, Role.AUDITOR})
"""What a machine may be; rights over people and the trail are people's."""


class UnitKind(StrEnum):
    TOWNSHIP = "township"
    ZONE = "zone"
    DEPARTMENT = "department"
    PUBLIC_BODY = "public_body"
    OFFICE = "office"


class Channel(StrEnum):
    """Where a letter came from (A1)."""

    PORTAL = "portal"
    WENZHENG_HUNAN = "wenzheng_hunan"
    CITY_PORTAL = "city_portal"
    COUNTER = "counter"


class Category(StrEnum):
    """What a letter asks; decides the reply limit (H5, H6, A5)."""

    CONSULTATION = "consultation"
    COMPLAINT = "complaint"
    OPINION = "opinion"
    SUGGESTION = "suggestion"
    HELP = "help"
    REPORT = "report"
    OTHER = "other"


class Ground(StrEnum):
    """Grounds of non-acceptance (A4); ``out_of_scope`` is A3's."""

    STATUTORY_PROCEDURE = "1"
    ACCEPTED_ELSEWHERE = "2"
    PETITION_CONCLUDED = "3"
    REVIEW_NOT_SOUGHT = "4"
    UNVERIFIABLE = "5"
    SALES_OR_PRIVATE = "6"
    OUT_OF_SCOPE = "out_of_scope"


class LetterStatus(StrEnum):
    """Where a letter is, projected from its events (letterbox.domain.status)."""

    RECEIVED = "received"
    AWAITING_SUPPLEMENT = "awaiting_supplement"
    DECLINED = "declined"
    JOINED = "joined"
    SCREENED = "screened"
    ASSIGNED = "assigned"
    HANDLING = "handling"
    RETURNED = "returned"
    IN_REVIEW = "in_review"
    IN_REDO = "in_redo"
    ANSWERED = "answered"
    REHANDLING = "rehandling"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


FINAL_STATUSES = frozenset({LetterStatus.DECLINED, LetterStatus.CLOSED, LetterStatus.WITHDRAWN})


class LimitKind(StrEnum):
    """The regime's table D, one member a row."""

    SCREENING = "screening"
    SUPPLEMENT = "supplement"
    SIGN_FOR = "sign_for"
    RETURN = "return"
    RETURN_RULING = "return_ruling"
    REPLY = "reply"
    EXTENSION_DECISION = "extension_decision"
    CO_OPINION = "co_opinion"
    REVIEW = "review"
    REDO = "redo"
    SUPERVISION = "supervision"
    INSTRUCTION = "instruction"
    EVALUATION = "evaluation"
    REHANDLING_DECISION = "rehandling_decision"
    PROMISE = "promise"


WINDOW_KINDS = frozenset({LimitKind.RETURN, LimitKind.EVALUATION, LimitKind.SUPPLEMENT})
"""Passing these is nobody's lateness: a window that closes, or the writer's own time (regime, table D)."""


OUTLIVES_LETTER = frozenset({LimitKind.SUPERVISION, LimitKind.INSTRUCTION, LimitKind.PROMISE})
"""Limits that go on when the letter has ended."""
ENDS_WITH_LETTER = frozenset(LimitKind) - OUTLIVES_LETTER
OF_SIDE_PROCESS = OUTLIVES_LETTER | {LimitKind.CO_OPINION}
"""Work of a unit in a process beside the letter's: the unit need not be the lead, and sees the letter for it."""
OF_LETTER_PROCESS = frozenset(LimitKind) - OF_SIDE_PROCESS
"""Limits of the letter's own process: at most one of a kind runs at a time."""


class MoveCause(StrEnum):
    """Why an open limit's due moved (event LimitMoved)."""

    CALENDAR = "calendar"
    EXTENSION = "extension"
    RECATEGORISED = "recategorised"
    LEAD_MOVED = "lead_moved"
    FAULT = "fault"


class CoOutcome(StrEnum):
    """How a unit's co-handling of a letter ended (H10)."""

    GIVEN = "given"
    MISSING = "missing"
    RELEASED = "released"


class Criterion(StrEnum):
    """What a reply is reviewed by; one question failed, all failed (S2)."""

    EVERY_POINT = "every_point"
    FACTS_AND_BASIS = "facts_and_basis"
    UNMET_EXPLAINED = "unmet_explained"
    ACTION_AND_DATE = "action_and_date"
    WORDING_AND_PRIVACY = "wording_and_privacy"


class SupervisionOffice(StrEnum):
    """The two offices that supervise (S1)."""

    PARTY = "party"
    GOVERNMENT = "government"


class SupervisionCause(StrEnum):
    """Why a supervision was opened (S1, S3, S4)."""

    BY_HAND = "by_hand"
    OVERDUE = "overdue"
    FAILED_REVIEW = "failed_review"
    IMPORTANCE = "importance"
    INSTRUCTION = "instruction"


class EndCause(StrEnum):
    """Why what ran beside a letter ended early (events CoHandlerReleased, SupervisionClosed)."""

    RELEASED = "released"
    NEW_LEAD = "new_lead"
    RECALLED = "recalled"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"
    ACCUSED = "accused"
    UNDONE = "undone"


class EventName(StrEnum):
    """What happened to a letter, in the past tense; the letter's record consists of these."""

    LETTER_RECEIVED = "LetterReceived"
    LETTER_CLASSIFIED = "LetterClassified"
    LETTER_SCREENED = "LetterScreened"
    LETTER_DECLINED = "LetterDeclined"
    SUPPLEMENT_REQUESTED = "SupplementRequested"
    WRITER_SUPPLIED = "WriterSupplied"
    SUPPLEMENT_LAPSED = "SupplementLapsed"
    LETTER_JOINED = "LetterJoined"
    LETTER_RELEASED = "LetterReleased"
    LETTER_SPLIT = "LetterSplit"
    WRITER_ADDED = "WriterAdded"
    WRITER_UNMASKED = "WriterUnmasked"
    LETTER_ASSIGNED = "LetterAssigned"
    LETTER_DISPATCHED = "LetterDispatched"
    LETTER_REGISTERED = "LetterRegistered"
    LETTER_SUBMITTED_TO_DEPUTY = "LetterSubmittedToDeputy"
    HANDLER_INSTRUCTED = "HandlerInstructed"
    INSTRUCTION_ASKED = "InstructionAsked"
    TASK_HANDED_ON = "TaskHandedOn"
    UNIT_LIMIT_SET = "UnitLimitSet"
    CO_HANDLER_ADDED = "CoHandlerAdded"
    CO_HANDLER_RELEASED = "CoHandlerReleased"
    OPINION_GIVEN = "OpinionGiven"
    OPINION_MISSING = "OpinionMissing"
    REPLY_DRAFTED = "ReplyDrafted"
    REPLY_SENT_BACK = "ReplySentBack"
    REPLY_SUBMITTED = "ReplySubmitted"
    LETTER_RETURNED = "LetterReturned"
    RETURN_UPHELD = "ReturnUpheld"
    RETURN_DISMISSED = "ReturnDismissed"
    EXTENSION_REQUESTED = "ExtensionRequested"
    EXTENSION_GRANTED = "ExtensionGranted"
    EXTENSION_REFUSED = "ExtensionRefused"
    REVIEW_PASSED = "ReviewPassed"
    REVIEW_FAILED = "ReviewFailed"
    REPLY_DELIVERED = "ReplyDelivered"
    LETTER_PUBLISHED = "LetterPublished"
    PUBLICATION_CORRECTED = "PublicationCorrected"
    PUBLICATION_WITHDRAWN = "PublicationWithdrawn"
    ATTACHMENT_RELEASED = "AttachmentReleased"
    ATTACHMENT_KEPT_BACK = "AttachmentKeptBack"
    REPLY_HANDED_BACK = "ReplyHandedBack"
    LETTER_EVALUATED = "LetterEvaluated"
    EVALUATION_LAPSED = "EvaluationLapsed"
    REHANDLING_DECIDED = "RehandlingDecided"
    PROMISE_REPORTED = "PromiseReported"
    PROMISE_CONFIRMED = "PromiseConfirmed"
    DEADLINE_STEP_TAKEN = "DeadlineStepTaken"
    STEP_WITHDRAWN = "StepWithdrawn"
    LIMIT_MOVED = "LimitMoved"
    SUPERVISION_OPENED = "SupervisionOpened"
    SUPERVISION_ANSWERED = "SupervisionAnswered"
    SUPERVISION_PRESSED = "SupervisionPressed"
    SUPERVISION_CLOSED = "SupervisionClosed"
    SUPERVISION_REPORTED = "SupervisionReported"
    INSTRUCTION_GIVEN = "InstructionGiven"
    INSTRUCTION_ANSWERED = "InstructionAnswered"
    LETTER_RECALLED = "LetterRecalled"
    LETTER_RECATEGORISED = "LetterRecategorised"
    LETTER_MARKED_URGENT = "LetterMarkedUrgent"
    LETTER_REMINDED = "LetterReminded"
    LETTER_WITHDRAWN = "LetterWithdrawn"
    LETTER_CLOSED = "LetterClosed"
    TASK_COMPLETED = "TaskCompleted"
    COMMAND_SUPERSEDED = "CommandSuperseded"
    EFFECT_SKIPPED = "EffectSkipped"
    FAULT_BEGAN = "FaultBegan"
    FAULT_ENDED = "FaultEnded"
    EFFECTS_UNDONE = "EffectsUndone"
    NOTICE_SENT = "NoticeSent"
    NOTICE_FAILED = "NoticeFailed"
    QUERY_CODE_RENEWED = "QueryCodeRenewed"
    CONTACT_CONFIRMED = "ContactConfirmed"
    CONTACT_DENIED = "ContactDenied"
    CATEGORY_CHANGE_ASKED = "CategoryChangeAsked"
    CATEGORY_CHANGE_REFUSED = "CategoryChangeRefused"


LEADS = (LimitKind.REPLY, LimitKind.REDO)
"""What the lead must keep to; a co-handler's opinion is due by it."""
