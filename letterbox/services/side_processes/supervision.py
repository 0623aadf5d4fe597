"""Supervision (S1, S3, S4): notice with a date → the unit's feedback → assessment → press again, or close and report."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from letterbox.bundle.vocabulary import MessageName, ProcessKey, Variable, due_variable
from letterbox.domain.errors import WrongState
from letterbox.domain.events.side_processes import (
    SupervisionAnswered,
    SupervisionClosed,
    SupervisionOpened,
    SupervisionPressed,
    SupervisionReported,
)
from letterbox.domain.forms.form import Values
from letterbox.domain.supervision import (
    CAUSE_WORDS,
    DEFAULT_OFFICE,
    IMPORTANT_REQUEST,
    OFFICE_UNITS,
    OFFICE_WORDS,
    OVERDUE_REQUEST,
)
from letterbox.domain.vocabulary import (
    UNIT_ROLES,
    EndCause,
    LimitKind,
    Role,
    SupervisionCause,
    SupervisionOffice,
)
from letterbox.services.case.case import Case
from letterbox.services.case.effects import NotOnRecord
from letterbox.services.case.secrecy import masked_for_others
from letterbox.services.case.standing import is_in_place
from letterbox.services.limits.person_dates import computed_until
from letterbox.services.notices.notices import Notices
from letterbox.services.notices.texts import day
from letterbox.services.side_processes.rows import start_variables
from letterbox.services.visibility.rule import excluded_in_family
from letterbox.store.limits import Limit
from letterbox.store.people import Unit
from letterbox.store.side_processes import Supervision, SupervisionRound

UNIT = tuple(sorted(UNIT_ROLES))


class Supervisions:
    """Opens supervisions, by hand or as the regime asks; each has a process that asks unit and office in turn."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def may_supervise(self, case: Case) -> str | None:
        if not is_in_place("supervise", case.letter.status) or case.letter.lead_unit is None:
            return "没有单位在办理这封来信，不能督办"
        return None

    def own_office(self, case: Case) -> Values:
        """The office with which the form opens: that of the supervisor."""
        units = {grant.unit for grant in case.actor.grants if grant.role is Role.SUPERVISOR}
        return {"office": next((str(office) for office, unit in OFFICE_UNITS.items() if unit in units), None)}

    def supervise(self, case: Case, values: Values) -> None:
        """The action: office, request, due_on?. Raises FieldErrors; WrongState while one of this office is open."""
        office = SupervisionOffice(values["office"])
        opened = self._open(
            case, SupervisionCause.BY_HAND, str(case.letter.lead_unit), str(values["request"]), office, _day(values)
        )
        if opened is None:
            raise WrongState(f"{office_name(case, office)}对这封来信的督办还没有结束")

    def overdue(self, case: Case, limit: Limit, limit_name: str) -> None:
        """Open one by the ladder (S4), of the unit that let this limit pass."""
        unit = limit.unit_code or case.letter.lead_unit
        if unit is not None:
            request = OVERDUE_REQUEST.format(limit=limit_name, due_at=day(limit.due_at))
            self._open(case, SupervisionCause.OVERDUE, unit, request)

    def failed_review(self, case: Case, handling_opinion: str) -> None:
        """Open one after the second failed review, with the e-gov office's handling opinion (S3)."""
        unit = str(case.letter.lead_unit)
        row = self._open(case, SupervisionCause.FAILED_REVIEW, unit, handling_opinion)
        if row is not None:
            row.handling_opinion = handling_opinion

    def important(self, case: Case, due_on: date) -> None:
        """Open one at the dispatch of an important letter (S1), once for a unit; the feedback is due with the reply
        [ours]."""
        unit = str(case.letter.lead_unit)
        query = select(Supervision.id).where(
            Supervision.letter_id == case.letter.id,
            Supervision.unit_code == unit,
            Supervision.cause == SupervisionCause.IMPORTANCE,
        )
        if case.session.scalars(query.limit(1)).first() is None:
            self._open(case, SupervisionCause.IMPORTANCE, unit, IMPORTANT_REQUEST, due_on=due_on)

    def instructed(self, case: Case, unit: str, instruction: str, due_on: date) -> None:
        """Open one because a leader asked for it with an instruction (R2); feedback and instruction are due together
        [ours]."""
        self._open(case, SupervisionCause.INSTRUCTION, unit, instruction, due_on=due_on)

    def answer(self, case: Case, values: Values) -> dict[str, Any]:
        """Task_AnswerSupervision: the unit's feedback."""
        row = _open_row(case)
        turn = last_round(case, row)
        turn.feedback, turn.answered_by, turn.answered_at = str(values["feedback"]), case.actor.name, case.now
        case.limits.end(case.session.get_one(Limit, row.limit_id))
        case.record(SupervisionAnswered(supervision_id=row.id, unit=row.unit_code))
        self._notices.notify_roles(
            case, "supervision_answered", [Role.SUPERVISOR], about_unit=_name(case, row.unit_code)
        )
        return {}

    def assess(self, case: Case, values: Values) -> dict[str, Any]:
        """Task_AssessFeedback: close, or press again with a new date. Raises FieldErrors."""
        row = _open_row(case)
        turn = last_round(case, row)
        comment = masked_for_others(case.letter, str(values.get("comment") or ""))
        turn.outcome, turn.comment = str(values["outcome"]), comment or None
        turn.assessed_by, turn.assessed_at = case.actor.name, case.now
        if values["outcome"] == "press_again":
            return self._press(case, row, turn.round + 1, comment, _day(values))
        row.closed_at = case.now
        case.record(SupervisionClosed(supervision_id=row.id, unit=row.unit_code, comment=comment or None))
        return {}

    def report(self, case: Case, supervision_id: int) -> dict[str, Any]:
        """The report to committee and government exists from now on; leaders and both offices are told (S1, S3).

        Raises NotOnRecord while nobody has closed the supervision.
        """
        row = case.session.get_one(Supervision, supervision_id)
        if row.end_cause is not None or row.reported_at is not None:
            return {}
        if row.closed_at is None:
            raise NotOnRecord("这次督办没有办结的记录：评定是绕过本系统在流程引擎里完成的，没有报告。请按记录核对修复")
        row.reported_at = case.now
        case.record(SupervisionReported(supervision_id=row.id, unit=row.unit_code))
        office = office_name(case, SupervisionOffice(row.office))
        self._notices.notify_roles(case, "supervision_reported", [Role.LEADER, Role.SUPERVISOR], office_name=office)
        return {}

    def _open(
        self,
        case: Case,
        cause: SupervisionCause,
        unit: str,
        request: str,
        office: SupervisionOffice = DEFAULT_OFFICE,
        due_on: date | None = None,
    ) -> Supervision | None:
        """None if one of the same cause is open for the unit (opened by hand: of the same office), or it is accused (A5)."""
        if unit in excluded_in_family(case.session, case.letter) or _is_open_already(case, cause, unit, office):
            return None
        request = masked_for_others(case.letter, request)
        limit = self._limit(case, unit, due_on)
        row = Supervision(
            letter_id=case.letter.id,
            unit_code=unit,
            office=office,
            cause=cause,
            limit_id=limit.id,
            opened_at=case.now,
            opened_by=case.actor.name,
        )
        case.session.add(row)
        case.session.flush()
        self._round(case, row, 1, request, limit)
        case.record(
            SupervisionOpened(
                supervision_id=row.id,
                office=office,
                cause=cause,
                unit=unit,
                due_on=due_on,
                due_at=limit.due_at,
                request=request,
            )
        )
        case.commands.start_process(ProcessKey.SUPERVISION, start_variables(ProcessKey.SUPERVISION, row, limit))
        self._notify_opened(case, row, request, limit.due_text)
        return row

    def _notify_opened(self, case: Case, row: Supervision, request: str, due: str) -> None:
        office = office_name(case, SupervisionOffice(row.office))
        self._notices.notify_roles(
            case, "supervision_opened", UNIT, row.unit_code, by_mail=True, office_name=office, request=request, due=due
        )
        self._notices.notify_roles(
            case,
            "supervision_started",
            [Role.SUPERVISOR],
            by_mail=True,
            office_name=office,
            cause=CAUSE_WORDS[SupervisionCause(row.cause)],
            about_unit=_name(case, row.unit_code),
        )

    def _press(self, case: Case, row: Supervision, number: int, comment: str, due_on: date | None) -> dict[str, Any]:
        limit = self._limit(case, row.unit_code, due_on)
        row.limit_id = limit.id
        self._round(case, row, number, comment, limit)
        case.record(
            SupervisionPressed(
                supervision_id=row.id,
                unit=row.unit_code,
                comment=comment,
                times=number - 1,
                due_on=due_on,
                due_at=limit.due_at,
            )
        )
        office = office_name(case, SupervisionOffice(row.office))
        self._notices.notify_roles(
            case,
            "supervision_pressed",
            UNIT,
            row.unit_code,
            by_mail=True,
            office_name=office,
            request=comment,
            due=limit.due_text,
        )
        return {due_variable(limit.kind): limit.due_text}

    def _limit(self, case: Case, unit: str, due_on: date | None) -> Limit:
        computed = computed_until(case, LimitKind.SUPERVISION, due_on)
        return case.limits.start(LimitKind.SUPERVISION, unit=unit, computed=computed)

    def _round(self, case: Case, row: Supervision, number: int, request: str, limit: Limit) -> None:
        case.session.add(
            SupervisionRound(
                supervision_id=row.id, round=number, request=request, asked_at=case.now, due_at=limit.due_at
            )
        )


def running(case: Case) -> list[Supervision]:
    query = select(Supervision).where(Supervision.letter_id == case.letter.id, Supervision.closed_at.is_(None))
    return list(case.session.scalars(query.order_by(Supervision.id)))


def last_round(case: Case, row: Supervision) -> SupervisionRound:
    query = select(SupervisionRound).where(SupervisionRound.supervision_id == row.id)
    return case.session.scalars(query.order_by(SupervisionRound.round.desc()).limit(1)).one()


def end_all(case: Case, because: EndCause, unit: str | None = None) -> None:
    """End supervisions: all of them if the writer withdrew, those of ``unit`` if it is accused."""
    for row in running(case):
        if unit not in {None, row.unit_code}:
            continue
        row.closed_at, row.end_cause = case.now, because
        case.limits.void(case.session.get_one(Limit, row.limit_id))
        case.record(SupervisionClosed(supervision_id=row.id, unit=row.unit_code, because=because))
        case.commands.correlate(MessageName.SUPERVISION_ENDED, keys={Variable.SUPERVISION_ID: row.id})


def office_name(case: Case, office: SupervisionOffice) -> str:
    unit = case.session.get(Unit, OFFICE_UNITS[office])
    return unit.name if unit else OFFICE_WORDS[office]


def _is_open_already(case: Case, cause: SupervisionCause, unit: str, office: SupervisionOffice) -> bool:
    """Whether one of the same cause is open for the unit; if opened by hand, of the same office."""
    known = [row for row in running(case) if (row.cause, row.unit_code) == (cause, unit)]
    return any(cause is not SupervisionCause.BY_HAND or row.office == office for row in known)


def _open_row(case: Case) -> Supervision:
    """The supervision that the task at hand is about. Raises WrongState if it was ended meanwhile."""
    row = case.session.get(Supervision, case.task_subject)
    if row is None or row.closed_at is not None:
        raise WrongState("这次督办已经结束")
    return row


def _day(values: Values) -> date | None:
    return date.fromisoformat(str(values["due_on"])) if values.get("due_on") else None


def _name(case: Case, code: str) -> str:
    return case.session.get_one(Unit, code).name
