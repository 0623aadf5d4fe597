"""A leader's instruction on a letter (R2): an object with a date and an answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from letterbox.bundle.vocabulary import MessageName, ProcessKey, Variable
from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.events.side_processes import InstructionAnswered, InstructionGiven
from letterbox.domain.forms.form import Values
from letterbox.domain.limits.time_limits import office_day
from letterbox.domain.vocabulary import UNIT_ROLES, EndCause, LetterStatus, LimitKind, Role
from letterbox.services.case.case import Case
from letterbox.services.case.custody import undertaking_unit
from letterbox.services.case.secrecy import masked_for_others
from letterbox.services.case.standing import is_in_place
from letterbox.services.limits.person_dates import computed_until
from letterbox.services.notices.notices import Notices
from letterbox.services.side_processes.rows import start_variables
from letterbox.services.side_processes.supervision import Supervisions
from letterbox.store.limits import Limit
from letterbox.store.people import Person, Unit
from letterbox.store.side_processes import Instruction


class Instructions:
    def __init__(self, notices: Notices, supervisions: Supervisions) -> None:
        self._notices = notices
        self._supervisions = supervisions

    def may_instruct(self, case: Case) -> str | None:
        if case.letter.status == LetterStatus.JOINED:
            return "这封来信已并入主信，请在主信上批示"
        return None if is_in_place("instruct", case.letter.status) else "这封来信没有受理或者已经撤回，不能批示"

    def instruct(self, case: Case, values: Values) -> None:
        """The action: instruction, due_on?, unit? (the lead unit), supervise?. Raises FieldErrors."""
        code = values.get("unit") or case.letter.lead_unit
        if code is None:
            raise FieldErrors({"unit": "来信还没有交办，请选择由哪个单位落实"})
        unit = undertaking_unit(case, code, "unit").code
        due_on = date.fromisoformat(str(values["due_on"])) if values.get("due_on") else None
        computed = computed_until(case, LimitKind.INSTRUCTION, due_on)
        limit = case.limits.start(LimitKind.INSTRUCTION, unit=unit, computed=computed)
        row = Instruction(
            letter_id=case.letter.id,
            unit_code=unit,
            limit_id=limit.id,
            instruction=masked_for_others(case.letter, str(values["instruction"])),
            given_at=case.now,
            given_by=case.actor.name,
            person_id=int(case.actor.id) if case.actor.kind == "person" and case.actor.id else None,
        )
        case.session.add(row)
        case.session.flush()
        self._start(case, row, limit, due_on)
        if values.get("supervise"):
            self._supervisions.instructed(case, unit, row.instruction, office_day(limit.due_at))

    def _start(self, case: Case, row: Instruction, limit: Limit, due_on: date | None) -> None:
        due = limit.due_text
        case.record(
            InstructionGiven(
                instruction_id=row.id,
                unit=row.unit_code,
                instruction=row.instruction,
                due_on=due_on,
                due_at=limit.due_at,
            )
        )
        case.commands.start_process(ProcessKey.INSTRUCTION, start_variables(ProcessKey.INSTRUCTION, row, limit))
        self._notices.notify_roles(
            case,
            "leader_instruction",
            sorted(UNIT_ROLES),
            row.unit_code,
            by_mail=True,
            instruction=row.instruction,
            due=due,
        )

    def answer(self, case: Case, values: Values) -> dict[str, Any]:
        """Task_AnswerInstruction: the leader who gave it is told."""
        row = case.session.get(Instruction, case.task_subject)
        if row is None or row.answered_at is not None or row.end_cause is not None:
            raise WrongState("这次批示已经答复或者停止")
        row.answer, row.answered_by, row.answered_at = str(values["answer"]), case.actor.name, case.now
        case.limits.end(case.session.get_one(Limit, row.limit_id))
        case.record(InstructionAnswered(instruction_id=row.id, unit=row.unit_code))
        self._notify_leader(case, row)
        return {}

    def _notify_leader(self, case: Case, row: Instruction) -> None:
        """Whoever gave it; all leaders if it came from a program."""
        unit = case.session.get_one(Unit, row.unit_code).name
        leader = case.session.get(Person, row.person_id) if row.person_id else None
        if leader is not None:
            self._notices.notify_people(case, "instruction_answered", [leader], by_mail=True, about_unit=unit)
        else:
            self._notices.notify_roles(case, "instruction_answered", [Role.LEADER], by_mail=True, about_unit=unit)


def running(case: Case) -> list[Instruction]:
    query = select(Instruction).where(
        Instruction.letter_id == case.letter.id, Instruction.answered_at.is_(None), Instruction.end_cause.is_(None)
    )
    return list(case.session.scalars(query.order_by(Instruction.id)))


def end_all(case: Case, because: EndCause, unit: str | None = None) -> None:
    """End instructions: all of them if the writer withdrew, those of ``unit`` if it is accused."""
    for row in running(case):
        if unit not in {None, row.unit_code}:
            continue
        row.end_cause = because
        case.limits.void(case.session.get_one(Limit, row.limit_id))
        case.commands.correlate(MessageName.INSTRUCTION_ENDED, keys={Variable.INSTRUCTION_ID: row.id})
