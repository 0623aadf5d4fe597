"""One letter's processes by the database: status, open limits, side processes, commands that are not done yet."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.vocabulary import LetterStatus
from letterbox.services.case.case import Case
from letterbox.services.operations.processes.views import (
    LetterOnRecord,
    LimitOnRecord,
    RunningSideProcess,
    WaitingCommand,
)
from letterbox.services.operations.reconcile.sides import WAITING
from letterbox.services.operations.stuck.rows import command_words
from letterbox.services.side_processes import co_handling, instructions, supervision
from letterbox.store.commands import CommandStatus, OutboxCommand, OutboxLane
from letterbox.store.letters import Letter
from letterbox.store.people import unit_names


def read_record(case: Case) -> tuple[LetterOnRecord, Mapping[str, str]]:
    """The letter by the database, and the names of all units by code."""
    letter = case.letter
    names = unit_names(case.session)
    limits = tuple(
        LimitOnRecord(
            kind=each.kind, unit=names.get(each.unit_code or ""), due_at=each.due_at, provisional=each.provisional
        )
        for each in case.limits.running()
    )
    lead = names.get(letter.lead_unit or "")
    record = LetterOnRecord(
        number=letter.number,
        status=letter.status,
        lead_unit=lead,
        received_at=letter.received_at,
        closed_at=letter.closed_at,
        limits=limits,
        next_step_at=case.watch.next_step_at(),
        side_processes=_side_processes(case, names),
        followers=_followers(case),
        commands=_commands(case),
    )
    return record, names


def _side_processes(case: Case, names: Mapping[str, str]) -> tuple[RunningSideProcess, ...]:
    units = {
        ProcessKey.CO_HANDLING: [row.unit_code for row in co_handling.running(case)],
        ProcessKey.SUPERVISION: [row.unit_code for row in supervision.running(case)],
        ProcessKey.INSTRUCTION: [row.unit_code for row in instructions.running(case)],
    }
    return tuple(
        RunningSideProcess(process, names.get(each, each)) for process, found in units.items() for each in found
    )


def _followers(case: Case) -> tuple[str, ...]:
    joined = (Letter.leading_id == case.letter.id, Letter.status == LetterStatus.JOINED)
    return tuple(case.session.scalars(select(Letter.number).where(*joined).order_by(Letter.id)))


def _commands(case: Case) -> tuple[WaitingCommand, ...]:
    query = select(OutboxCommand).where(OutboxCommand.letter_id == case.letter.id, OutboxCommand.status.in_(WAITING))
    return tuple(_command(row) for row in case.session.scalars(query.order_by(OutboxCommand.id)))


def _command(row: OutboxCommand) -> WaitingCommand:
    is_own_way, is_stopped = row.lane == OutboxLane.LETTER, row.status == CommandStatus.STOPPED
    return WaitingCommand(
        id=row.id,
        is_own_way=is_own_way,
        words=command_words(row),
        is_stopped=is_stopped,
        attempts=row.attempts,
        created_at=row.created_at,
    )
