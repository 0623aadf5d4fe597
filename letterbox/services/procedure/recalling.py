"""Recall (A6): a letter sent to the wrong unit is taken back and assigned anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.bundle.vocabulary import MessageName, UnitOutcome, Variable
from letterbox.domain.events.handling import LetterRecalled
from letterbox.domain.limits.answerers import UNIT_ANSWERING
from letterbox.domain.vocabulary import EndCause
from letterbox.services.case.case import Case
from letterbox.services.case.custody import await_assignment, take_from_unit
from letterbox.services.case.standing import is_in_place
from letterbox.services.notices.notices import Notices
from letterbox.services.side_processes.co_handling import end_all


class Recalling:
    """What follows from the action ``recall``."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def may_recall(self, case: Case) -> str | None:
        return None if is_in_place("recall", case.letter.status) else "来信现在不在承办单位手里，不能收回"

    def recall(self, case: Case, values: Mapping[str, Any]) -> None:
        """``values``: reason."""
        unit, reason = case.letter.lead_unit, values["reason"]
        self._notices.notify_roles(case, "letter_recalled", UNIT_ANSWERING, unit, reason=reason)
        case.record(LetterRecalled(unit=unit, reason=reason))
        end_all(case, EndCause.RECALLED)
        take_from_unit(case)
        variables = {Variable.UNIT_OUTCOME: UnitOutcome.RECALLED, **await_assignment(case)}
        case.commands.correlate(MessageName.LETTER_RECALLED, variables)
