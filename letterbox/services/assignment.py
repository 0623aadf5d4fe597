"""Assigning and dispatching (交办): the limits of the unit start at the instant of dispatch (H9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Category, EventName, LimitKind, Role, UnitKind
from letterbox.engine.vocabulary import UnitStep, Variable, due_variable
from letterbox.services.case import Case
from letterbox.services.notices import Notices
from letterbox.store.people import Unit

DISPATCH_LIMITS = (LimitKind.SIGN_FOR, LimitKind.RETURN, LimitKind.REPLY)


class Assignment:
    """What follows from Task_AssignLetter and the dispatch worker."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def assign(self, case: Case, values: Mapping[str, Any]) -> dict[str, Any]:
        """Name the lead unit; the screening limit ends here (A2). Raises FieldErrors."""
        code = str(values.get("lead_unit") or "")
        unit = case.session.get(Unit, code)
        error = self._unit_error(case, unit)
        if unit is None or error:
            raise FieldErrors({"lead_unit": error or "请选择主办单位"})
        case.letter.lead_unit = unit.code
        case.end_limits(LimitKind.SCREENING)
        case.record(
            EventName.LETTER_ASSIGNED,
            lead_unit=unit.code,
            lead_unit_name=unit.name,
            co_units=list(values.get("co_units") or []),
            note=values.get("note") or None,
        )
        return {Variable.LEAD_UNIT: unit.code}

    def _unit_error(self, case: Case, unit: Unit | None) -> str | None:
        if unit is None or not unit.is_active:
            return "请选择主办单位"
        if unit.kind == UnitKind.OFFICE:
            return f"{unit.name}不承办来信，请选择乡镇、部门或公共企事业单位"
        if case.letter.category == Category.REPORT and unit.code == case.letter.accused_unit:
            return "检举控告不能交给被检举的单位办理"
        return None

    def dispatch(self, case: Case) -> dict[str, Any]:
        """Hand the letter to its unit: sign-for, return and reply limits start now."""
        letter = case.letter
        unit = letter.lead_unit
        case.record(EventName.LETTER_DISPATCHED, lead_unit=unit, urgent=letter.urgent)
        limits = {kind: case.start_limit(kind, unit=unit) for kind in DISPATCH_LIMITS}
        self._notices.tell_roles(case, "task_waiting", [Role.UNIT_HANDLER], unit, by_mail=letter.urgent)
        self._notices.tell_writer(case, "letter_dispatched", due=case.due_text(limits[LimitKind.REPLY]))
        dues: dict[str, Any] = {due_variable(kind): case.due_text(limit) for kind, limit in limits.items()}
        return dues | {
            Variable.UNIT_DUE_AT: case.due_text(limits[LimitKind.REPLY]),
            Variable.UNIT_STEP: UnitStep.RECEIVE,
        }
