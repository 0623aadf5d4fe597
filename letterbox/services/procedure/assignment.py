"""Assigning and dispatching (交办): the limits of the unit start at the instant of dispatch (H9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.bundle.vocabulary import UnitStep, Variable, due_variable
from letterbox.domain.events.handling import LetterAssigned, LetterDispatched
from letterbox.domain.limits.time_limits import office_day
from letterbox.domain.vocabulary import LimitKind, Role
from letterbox.services.case.case import Case
from letterbox.services.case.custody import undertaking_unit
from letterbox.services.notices.notices import Notices
from letterbox.services.side_processes.co_handling import CoHandlers
from letterbox.services.side_processes.supervision import Supervisions

DISPATCH_LIMITS = (LimitKind.SIGN_FOR, LimitKind.RETURN, LimitKind.REPLY)


class Assignment:
    """What follows from Task_AssignLetter and the dispatch worker."""

    def __init__(self, notices: Notices, co_handlers: CoHandlers, supervisions: Supervisions) -> None:
        self._notices = notices
        self._co_handlers = co_handlers
        self._supervisions = supervisions

    def assign(self, case: Case, values: Mapping[str, Any]) -> dict[str, Any]:
        """Name the lead unit; the screening limit ends here (A2). Raises FieldErrors."""
        unit = undertaking_unit(case, values.get("lead_unit"))
        case.letter.lead_unit = unit.code
        self._co_handlers.choose(case, [str(code) for code in values.get("co_units") or []])
        case.limits.end_all(LimitKind.SCREENING)
        case.record(
            LetterAssigned(
                lead_unit=unit.code,
                lead_unit_name=unit.name,
                co_units=tuple(values.get("co_units") or []),
                note=values.get("note") or None,
            )
        )
        return {Variable.LEAD_UNIT: unit.code}

    def dispatch(self, case: Case) -> dict[str, Any]:
        """Give the letter to its unit; the sign-for, return and reply limits start now."""
        letter = case.letter
        unit = letter.lead_unit
        case.record(LetterDispatched(lead_unit=unit, urgent=letter.urgent))
        limits = {kind: case.limits.start(kind, unit=unit) for kind in DISPATCH_LIMITS}
        self._co_handlers.dispatch(case)
        if letter.important:
            self._supervisions.important(case, office_day(limits[LimitKind.REPLY].due_at))
        self._notices.notify_roles(case, "task_waiting", [Role.UNIT_HANDLER], unit, by_mail=letter.urgent)
        self._notices.notify_writer(case, "letter_dispatched", due=limits[LimitKind.REPLY].due_text)
        dues: dict[str, Any] = {due_variable(kind): limit.due_text for kind, limit in limits.items()}
        return dues | {
            Variable.UNIT_DUE_AT: limits[LimitKind.REPLY].due_text,
            Variable.UNIT_STEP: UnitStep.RECEIVE,
        }
