"""Stopping the handling for good because the writer asks for it (A6): by himself or through the office."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.domain.vocabulary import FINAL_STATUSES, EndCause, EventName, LetterStatus
from letterbox.engine.vocabulary import MessageName
from letterbox.services.case import Case
from letterbox.services.co_handling import end_all


def may_withdraw(case: Case) -> str | None:
    if case.letter.status in FINAL_STATUSES | {LetterStatus.ANSWERED}:
        return "这封来信已经办结或已经回复，不能再撤回"
    return None


def withdraw(case: Case, values: Mapping[str, Any]) -> None:
    """``values``: reason."""
    case.record(EventName.LETTER_WITHDRAWN, reason=values["reason"])
    end_all(case, EndCause.WITHDRAWN)
    case.correlate(MessageName.LETTER_WITHDRAWN)
    case.close(outcome="withdrawn")
