"""Which unit may have a letter, what ends when the letter is taken from it, and what starts then (A5, A6, H8)."""

from __future__ import annotations

from typing import Any

from letterbox.bundle.vocabulary import due_variable
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import LetterStatus, LimitKind, UnitKind
from letterbox.services.case.case import Case
from letterbox.services.visibility.rule import excluded_in_family
from letterbox.store.people import Unit

UNIT_LIMITS = (
    LimitKind.SIGN_FOR,
    LimitKind.RETURN,
    LimitKind.REPLY,
    LimitKind.REDO,
    LimitKind.EXTENSION_DECISION,
)
"""What a unit, or somebody for it, is to do while it has the letter."""
SUBMITTED = frozenset({LetterStatus.IN_REVIEW, LetterStatus.IN_REDO, LetterStatus.ANSWERED})


def undertaking_unit(case: Case, code: object, field: str = "lead_unit") -> Unit:
    """The unit named in ``field``. Raises FieldErrors if it may not be given this letter."""
    unit = case.session.get(Unit, str(code or ""))
    if unit is None or not unit.is_active:
        raise FieldErrors({field: "请选择主办单位" if field == "lead_unit" else "没有这个单位，请重新选择"})
    if unit.kind == UnitKind.OFFICE:
        raise FieldErrors({field: f"{unit.name}不承办来信，请选择乡镇、部门或公共企事业单位"})
    if unit.code in excluded_in_family(case.session, case.letter):
        raise FieldErrors({field: "检举控告不能交给被检举的单位办理"})
    return unit


def take_from_unit(case: Case) -> None:
    """Take the letter from its unit: the unit's open limits are voided, and the next unit does not get its drafts."""
    case.limits.void_all(*UNIT_LIMITS)
    case.letter.lead_unit = None


def await_assignment(case: Case) -> dict[str, Any]:
    """A new screening limit from this instant, for assigning anew [ours]; its due as a process variable."""
    limit = case.limits.start(LimitKind.SCREENING)
    return {due_variable(limit.kind): limit.due_text}
