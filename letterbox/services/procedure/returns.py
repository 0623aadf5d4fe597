"""Return (H8, H9): the unit says that the letter is not its duty; the ruling on it; precedents from the coordinator's
rulings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from letterbox.bundle.vocabulary import MessageName, ReturnRuling, UnitOutcome, Variable, due_variable
from letterbox.domain.errors import FieldErrors
from letterbox.domain.events.handling import LetterReturned, ReturnDismissed, ReturnUpheld
from letterbox.domain.forms.form import Values
from letterbox.domain.vocabulary import FINAL_AT, LetterStatus, LimitKind, Role
from letterbox.services.case.case import Case
from letterbox.services.case.custody import SUBMITTED, await_assignment, take_from_unit, undertaking_unit
from letterbox.services.notices.notices import Notices
from letterbox.store.limits import Limit
from letterbox.store.precedents import Precedent

UPHOLD, DISMISS = "uphold", "dismiss"


class Returns:
    """What follows from the action ``return`` and from Task_RuleOnReturn."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def may_give_back(self, case: Case) -> str | None:
        letter = case.letter
        if letter.status == LetterStatus.RETURNED:
            return "已经退回，正在等候裁定"
        if letter.status in SUBMITTED:
            return "回复已经提交，不能再退回"
        if letter.status != LetterStatus.HANDLING:
            return "来信现在不在承办单位手里，不能退回"
        if letter.returns >= FINAL_AT:
            return "统筹协调部门已经作出最终裁定，不能再退回"
        return None

    def give_back(self, case: Case, values: Values) -> None:
        """``values``: reason, proposed_unit?. A late return is possible; it is marked and counted. Other limits run on
        (H9)."""
        letter, unit = case.letter, case.letter.lead_unit
        proposed = values.get("proposed_unit") or None
        if proposed:
            undertaking_unit(case, proposed, "proposed_unit")
        is_late = case.now > _window(case).due_at
        letter.returns += 1
        is_final = letter.returns >= FINAL_AT
        case.limits.end_all(LimitKind.RETURN)
        case.limits.void_all(LimitKind.EXTENSION_DECISION)
        ruling = case.limits.start(LimitKind.RETURN_RULING)
        case.record(
            LetterReturned(
                unit=unit,
                reason=values["reason"],
                proposed_unit=proposed,
                late=is_late,
                times=letter.returns,
            )
        )
        ruler = Role.COORDINATOR if is_final else Role.SCREENER
        self._notices.notify_roles(case, "letter_returned", [ruler], by_mail=letter.urgent, reason=values["reason"])
        variables = {
            Variable.UNIT_OUTCOME: UnitOutcome.RETURNED,
            Variable.IS_FINAL_RETURN: is_final,
            due_variable(ruling.kind): ruling.due_text,
        }
        case.commands.correlate(MessageName.LETTER_RETURNED, variables)

    def rule(self, case: Case, values: Values) -> dict[str, Any]:
        """``values``: outcome, lead_unit?, reason. Raises FieldErrors."""
        outcome, reason = values.get("outcome"), str(values.get("reason") or "").strip()
        if outcome not in {UPHOLD, DISMISS}:
            raise FieldErrors({"outcome": "请选择同意退回还是不同意退回"})
        if not reason:
            raise FieldErrors({"reason": "请写明裁定的理由"})
        unit = case.letter.lead_unit
        to_unit = _new_lead(case, values.get("lead_unit")) if outcome == UPHOLD else None
        case.limits.end_all(LimitKind.RETURN_RULING)
        if case.letter.returns >= FINAL_AT:
            case.session.add(
                Precedent(
                    letter_id=case.letter.id,
                    ruled_at=case.now,
                    ruled_by=case.actor.name,
                    outcome=outcome,
                    from_unit=unit,
                    to_unit=to_unit,
                    reason=reason,
                )
            )
        if outcome == DISMISS:
            return self._dismiss(case, unit, reason)
        return self._uphold(case, unit, to_unit, reason)

    def _dismiss(self, case: Case, unit: str | None, reason: str) -> dict[str, Any]:
        """Let the unit go on where it was interrupted; no limit moves."""
        case.record(ReturnDismissed(unit=unit, reason=reason))
        self._notices.notify_roles(case, "return_dismissed", [Role.UNIT_HANDLER], unit, reason=reason)
        return {Variable.RETURN_RULING: ReturnRuling.DISMISS}

    def _uphold(self, case: Case, unit: str | None, to_unit: str | None, reason: str) -> dict[str, Any]:
        """Give the letter to the new lead unit at once (its limits start at dispatch), or back to assignment."""
        self._notices.notify_roles(case, "return_upheld", [Role.UNIT_HANDLER], unit, reason=reason)
        case.record(ReturnUpheld(unit=unit, lead_unit=to_unit, reason=reason))
        take_from_unit(case)
        if to_unit is None:
            return {Variable.RETURN_RULING: ReturnRuling.UPHOLD_OPEN, **await_assignment(case)}
        case.letter.lead_unit = to_unit
        return {Variable.RETURN_RULING: ReturnRuling.UPHOLD_REASSIGN, Variable.LEAD_UNIT: to_unit}


def _new_lead(case: Case, code: object) -> str | None:
    if not code:
        return None
    unit = undertaking_unit(case, code)
    if unit.code == case.letter.lead_unit:
        raise FieldErrors({"lead_unit": f"{unit.name}正是退回的单位：要它接着办，请选“不同意退回”"})
    return unit.code


def _window(case: Case) -> Limit:
    """The return limit of the present dispatch (H8)."""
    query = select(Limit).where(Limit.letter_id == case.letter.id, Limit.kind == LimitKind.RETURN)
    return case.session.scalars(query.order_by(Limit.id.desc()).limit(1)).one()
