"""What staff do beside a task (contract, "action"); each capability brings its own actions (``wiring_procedure``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from letterbox.domain.letter import clean_text, is_blank
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import FINAL_STATUSES, EventName, LetterStatus, Role
from letterbox.engine.vocabulary import MessageName
from letterbox.services.case import Case
from letterbox.services.casebook import Casebook

REASON_MAX = 2000
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """``fields`` are the keys that ``values`` may have; ``act`` raises FieldErrors or WrongState."""

    roles: frozenset[Role]
    fields: frozenset[str]
    act: Callable[[Case, Values], None]


def mark_urgent(case: Case, values: Values) -> None:
    """Urgent letters have a ladder of their own, so the watch may have to wake earlier (or later)."""
    urgent = values.get("urgent")
    if not isinstance(urgent, bool):
        raise FieldErrors({"urgent": "请说明是否急件：true 或 false"})
    reason = _reason(values)
    if case.letter.status in FINAL_STATUSES:
        raise WrongState("来信已经办结，不能再更改急件标记")
    if case.letter.urgent == urgent:
        raise WrongState("来信已经是急件" if urgent else "来信本来就不是急件")
    case.letter.urgent = urgent
    case.record(EventName.LETTER_MARKED_URGENT, urgent=urgent, reason=reason)
    case.limits_moved()


def withdraw(case: Case, values: Values) -> None:
    """Stop the handling for good because the writer asks for it (A6)."""
    reason = _reason(values)
    if case.letter.status in FINAL_STATUSES | {LetterStatus.ANSWERED}:
        raise WrongState("这封来信已经办结或已经回复，不能再撤回")
    case.record(EventName.LETTER_WITHDRAWN, reason=reason)
    case.correlate(MessageName.LETTER_WITHDRAWN)
    case.close(outcome="withdrawn")


BASIC_ACTIONS: Mapping[str, Action] = {
    "urgent": Action(frozenset({Role.SCREENER, Role.SUPERVISOR}), frozenset({"urgent", "reason"}), mark_urgent),
    "withdraw": Action(frozenset({Role.SCREENER}), frozenset({"reason"}), withdraw),
}


class Actions:
    """Finds the action, checks the right to it and does it as one change of the letter."""

    def __init__(self, casebook: Casebook, actions: Mapping[str, Action]) -> None:
        self._casebook = casebook
        self._actions = actions

    def perform(self, number: str, action: str, values: Values, actor: Actor) -> dict[str, Any]:
        """Returns the letter's number and new status. Raises NotFound, NotAllowed, FieldErrors, WrongState."""
        known = self._actions.get(action)
        if known is None:
            raise NotFound(f"没有“{action}”这个操作，或者它还没有开放；现有：{'、'.join(self._actions)}")
        if not actor.has(*known.roles):
            raise NotAllowed(f"“{action}”由 {'、'.join(sorted(known.roles))} 使用")
        unknown = sorted(set(values) - known.fields)
        if unknown:
            raise FieldErrors(
                {key: f"没有“{key}”这个字段，可填的是：{'、'.join(sorted(known.fields))}" for key in unknown}
            )
        with self._casebook.open(number, actor) as case:
            if not actor.may_see_letter(case.letter.lead_unit, case.letter.accused_unit):
                raise NotFound(f"没有编号为 {number} 的来信，或者它不归您查看")
            self._act_as(case, known, values)
            return {"number": case.letter.number, "status": str(case.letter.status)}

    def _act_as(self, case: Case, action: Action, values: Values) -> None:
        """Under the grant that carries the right; one's own before one held for somebody on leave."""
        grants = [grant for grant in case.actor.grants if grant.role in action.roles]
        case.acting_as(min(grants, key=lambda each: each.for_whom or ""))
        action.act(case, values)


def _reason(values: Values) -> str:
    text = clean_text(str(values.get("reason") or ""))
    if is_blank(text):
        raise FieldErrors({"reason": "请写明理由"})
    if len(text) > REASON_MAX:
        raise FieldErrors({"reason": f"最多 {REASON_MAX} 字，现有 {len(text)} 字"})
    return text
