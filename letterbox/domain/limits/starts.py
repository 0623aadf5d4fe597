"""The events at whose instant each kind of limit starts (regime, table D)."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.domain.vocabulary import EventName, LimitKind

DISPATCHED = (EventName.LETTER_DISPATCHED,)
ASSIGNED_ANEW = (EventName.LETTER_RECALLED, EventName.RETURN_UPHELD, EventName.LETTER_RELEASED)
STARTS: Mapping[LimitKind, tuple[EventName, ...]] = {
    LimitKind.SCREENING: (EventName.LETTER_RECEIVED, *ASSIGNED_ANEW),
    LimitKind.SUPPLEMENT: (EventName.SUPPLEMENT_REQUESTED,), LimitKind.SIGN_FOR: DISPATCHED,
    LimitKind.RETURN: DISPATCHED, LimitKind.RETURN_RULING: (EventName.LETTER_RETURNED,),
    LimitKind.REPLY: DISPATCHED, LimitKind.EXTENSION_DECISION: (EventName.EXTENSION_REQUESTED,),
    LimitKind.CO_OPINION: (EventName.CO_HANDLER_ADDED,), LimitKind.REVIEW: (EventName.REPLY_SUBMITTED,),
    LimitKind.REDO: (EventName.REVIEW_FAILED,), LimitKind.EVALUATION: (EventName.REPLY_DELIVERED,),
    LimitKind.SUPERVISION: (EventName.SUPERVISION_OPENED, EventName.SUPERVISION_PRESSED),
    LimitKind.INSTRUCTION: (EventName.INSTRUCTION_GIVEN,), LimitKind.PROMISE: (EventName.REPLY_DELIVERED,),
    LimitKind.REHANDLING_DECISION: (EventName.LETTER_EVALUATED,),
}  # fmt: skip
"""The first is the usual one."""
