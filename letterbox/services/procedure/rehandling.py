"""Re-handling [ours, D]: if its writer is not satisfied, a letter may be taken up once more, by decision within two
working days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.bundle.vocabulary import Variable, due_variable
from letterbox.domain.errors import FieldErrors
from letterbox.domain.events.reply import RehandlingDecided
from letterbox.domain.status import REHANDLE
from letterbox.domain.vocabulary import LimitKind, Role
from letterbox.services.case.case import Case
from letterbox.services.notices.notices import Notices

CLOSE = "close"


class Rehandling:
    """What follows from an evaluation and from Task_DecideRehandling."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def evaluated(self, case: Case, *, satisfied: bool) -> dict[str, Any]:
        """Close the letter, or ask for a decision, at most once for a letter. Returns variables of the evaluation."""
        asked = not satisfied and not case.letter.rehandled
        variables: dict[str, Any] = {Variable.IS_SATISFIED: satisfied, Variable.REHANDLING_ASKED: asked}
        if not asked:
            case.close(outcome="evaluated")
            return variables
        limit = case.limits.start(LimitKind.REHANDLING_DECISION)
        self._notices.notify_roles(case, "task_waiting", [Role.SCREENER])
        return {**variables, due_variable(limit.kind): limit.due_text}

    def decide(self, case: Case, values: Mapping[str, Any]) -> dict[str, Any]:
        """Dispatch the letter once more to the same unit, or close it; the writer is told why. Raises FieldErrors."""
        outcome, reason = values.get("outcome"), str(values.get("reason") or "").strip()
        errors = {} if outcome in {REHANDLE, CLOSE} else {"outcome": "请选择再办一次还是办结"}
        if not reason:
            errors["reason"] = "请向来信人说明理由"
        if errors:
            raise FieldErrors(errors)
        case.limits.end_all(LimitKind.REHANDLING_DECISION)
        case.record(RehandlingDecided(outcome=str(outcome), reason=reason))
        self._notices.notify_writer(case, "rehandling_decided", taken_up=outcome == REHANDLE, reason=reason)
        if outcome == CLOSE:
            case.close(outcome="not_rehandled")
            return {}
        case.letter.rehandled = True
        return {Variable.LEAD_UNIT: case.letter.lead_unit}
