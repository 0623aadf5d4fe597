"""Co-handling (H10): units that help the lead unit, each with an opinion and a limit of its own; they never block the
lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from letterbox.bundle.vocabulary import MessageName, ProcessKey, Variable
from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.events.side_processes import CoHandlerAdded, CoHandlerReleased, OpinionGiven, OpinionMissing
from letterbox.domain.forms.form import Values
from letterbox.domain.limits.answerers import UNIT_ANSWERING
from letterbox.domain.vocabulary import (
    LEADS,
    CoOutcome,
    EndCause,
    LimitKind,
    Role,
)
from letterbox.services.case.case import Case
from letterbox.services.case.custody import undertaking_unit
from letterbox.services.case.standing import is_in_place
from letterbox.services.limits.recompute import follow_lead
from letterbox.services.notices.notices import Notices
from letterbox.services.side_processes.rows import start_variables
from letterbox.store.limits import Limit
from letterbox.store.people import Unit
from letterbox.store.side_processes import CoHandling


class CoHandlers:
    """Who co-handles a letter, from assignment to the reply."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def choose(self, case: Case, codes: Sequence[str]) -> None:
        """At assignment: choose exactly these units, to be dispatched with the lead. Raises FieldErrors on
        ``co_units``."""
        wanted = list(dict.fromkeys(codes))
        for code in wanted:
            _check(case, code, "co_units")
        known = {each.unit_code: each for each in running(case)}
        for code, row in known.items():
            if code not in wanted:
                end(case, row, EndCause.RELEASED)
        for code in wanted:
            if code not in known:
                self._row(case, code)

    def dispatch(self, case: Case) -> None:
        """With the lead's dispatch: give the letter to the chosen units; those that have it already follow the new
        lead."""
        for row in running(case):
            if row.unit_code == case.letter.lead_unit:
                end(case, row, EndCause.NEW_LEAD)
            elif row.dispatched_at is None:
                self._dispatch(case, row)
        follow_lead(case)

    def may_add(self, case: Case) -> str | None:
        if is_in_place("add-co-handler", case.letter.status) and case.limits.running(*LEADS):
            return None
        return "协办单位在来信交单位办理期间增加：这封来信还没有派发，或者回复已经提交"

    def add(self, case: Case, values: Values) -> None:
        """``values``: unit. Raises FieldErrors, WrongState if the unit co-handles the letter already."""
        code = str(values["unit"])
        _check(case, code, "unit")
        if _running_one(case, code) is not None:
            raise WrongState("这个单位已经在协办")
        self._dispatch(case, self._row(case, code))

    def may_release(self, case: Case) -> str | None:
        return None if running(case) else "现在没有单位在协办，或者都已经提出意见"

    def release(self, case: Case, values: Values) -> None:
        """``values``: unit, which need not give its opinion any more. Raises WrongState."""
        code = str(values["unit"])
        row = _running_one(case, code)
        if row is None:
            raise WrongState("这个单位现在没有在协办：没有交它协办，或者它已经提出意见")
        end(case, row, EndCause.RELEASED)
        self._notices.notify_roles(case, "co_handler_released", [Role.UNIT_HANDLER], code)

    def give_opinion(self, case: Case, values: Values) -> dict[str, Any]:
        """Task_GiveOpinion by the co-handler's handler. Raises WrongState if it was released meanwhile."""
        row = _running_one(case, case.acting_unit or "")
        if row is None:
            raise WrongState("协办已经结束，不用再提意见")
        row.opinion, row.given_by = str(values.get("opinion") or ""), case.actor.name
        case.limits.end(_limit(case, row))
        _finish(case, row, CoOutcome.GIVEN)
        case.record(OpinionGiven(unit=row.unit_code))
        self._notices.notify_roles(
            case, "opinion_given", [Role.UNIT_HANDLER], case.letter.lead_unit, co_unit=_name(case, row.unit_code)
        )
        return {}

    def note_missing(self, case: Case) -> None:
        """At a submission: an opinion that was not given is recorded as missing, and as late if it was due."""
        for row in running(case):
            limit = _limit(case, row)
            is_late = case.now > limit.due_at
            end_or_void = case.limits.end if is_late else case.limits.void
            end_or_void(limit)
            _finish(case, row, CoOutcome.MISSING)
            case.record(OpinionMissing(unit=row.unit_code, late=is_late))
            case.commands.correlate(MessageName.CO_HANDLING_ENDED, keys={Variable.CO_UNIT: row.unit_code})
            self._notices.notify_roles(case, "opinion_missing", UNIT_ANSWERING, row.unit_code)

    def _row(self, case: Case, code: str) -> CoHandling:
        row = CoHandling(letter_id=case.letter.id, unit_code=code, added_at=case.now)
        case.session.add(row)
        case.session.flush()
        return row

    def _dispatch(self, case: Case, row: CoHandling) -> None:
        """The opinion's limit starts at this instant (H10)."""
        lead = case.limits.running(*LEADS)[0]
        computed = case.rulebook.co_opinion(case.now, lead.due_at)
        limit = case.limits.start(LimitKind.CO_OPINION, unit=row.unit_code, computed=computed)
        row.limit_id, row.dispatched_at = limit.id, case.now
        due = limit.due_text
        case.record(CoHandlerAdded(unit=row.unit_code, due_at=limit.due_at))
        case.commands.start_process(ProcessKey.CO_HANDLING, start_variables(ProcessKey.CO_HANDLING, row, limit))
        self._notices.notify_roles(
            case, "co_handling_asked", [Role.UNIT_HANDLER], row.unit_code, by_mail=case.letter.urgent, due=due
        )


def running(case: Case) -> list[CoHandling]:
    """Rows of units that were chosen or dispatched and have not ended, in the order in which they were added."""
    query = select(CoHandling).where(CoHandling.letter_id == case.letter.id, CoHandling.outcome.is_(None))
    return list(case.session.scalars(query.order_by(CoHandling.id)))


def end_all(case: Case, because: EndCause) -> None:
    """End every co-handling, since nobody needs the opinions any more (recalled, joined, withdrawn)."""
    for row in running(case):
        end(case, row, because)


def end(case: Case, row: CoHandling, because: EndCause) -> None:
    _finish(case, row, CoOutcome.RELEASED)
    if row.limit_id is None:
        return
    case.limits.void(_limit(case, row))
    case.record(CoHandlerReleased(unit=row.unit_code, because=because))
    case.commands.correlate(MessageName.CO_HANDLING_ENDED, keys={Variable.CO_UNIT: row.unit_code})


def _check(case: Case, code: str, field: str) -> None:
    unit = undertaking_unit(case, code, field)
    if unit.code == case.letter.lead_unit:
        raise FieldErrors({field: f"{unit.name}是主办单位，不用再协办"})


def _running_one(case: Case, code: str) -> CoHandling | None:
    return next((row for row in running(case) if row.unit_code == code), None)


def _finish(case: Case, row: CoHandling, outcome: CoOutcome) -> None:
    row.outcome, row.ended_at = outcome, case.now


def _limit(case: Case, row: CoHandling) -> Limit:
    return case.session.get_one(Limit, row.limit_id)


def _name(case: Case, code: str) -> str:
    return case.session.get_one(Unit, code).name
