"""The screening limit while the writer is asked to supplement (A2): the working days that the writer takes are added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import due_variable
from letterbox.domain.limits.time_limits import RESUMES, Pause, paired_pauses, paused_working_days
from letterbox.domain.vocabulary import EventName, LimitKind
from letterbox.services.case.case import Case
from letterbox.services.case.fault_limits import with_fault_days
from letterbox.store.letters import LetterEvent
from letterbox.store.limits import Limit


def reschedule_screening(case: Case) -> dict[str, str]:
    """Recompute the open screening limit from its start and its pauses; returns its due as a process variable, which the
    caller's command takes to the engine."""
    case.session.flush()
    awaited = case.limits.running(LimitKind.SUPPLEMENT)
    variables = {}
    for limit in case.limits.running(LimitKind.SCREENING):
        pauses = pauses_of(case.session, limit, awaited[0].due_at if awaited else None)
        added = paused_working_days(pauses, case.rulebook.calendar())
        computed = case.rulebook.limit(LimitKind.SCREENING, case.letter.category, limit.started_at, added=added)
        computed = with_fault_days(computed, limit.fault_days, case.rulebook.calendar())
        case.limits.move(limit, computed, engine_knows=True)
        limit.paused_days = added
        variables[due_variable(limit.kind)] = limit.due_text
    return variables


def pauses_of(session: Session, screening: Limit, awaited_until: datetime | None) -> list[Pause]:
    """The spans since the screening began in which the writer was asked. ``awaited_until``: the due instant of the open
    supplement limit, None if none is open."""
    names = (EventName.SUPPLEMENT_REQUESTED, *RESUMES)
    query = select(LetterEvent.name, LetterEvent.at).where(
        LetterEvent.letter_id == screening.letter_id,
        LetterEvent.name.in_(names),
        LetterEvent.at >= screening.started_at,
    )
    events = [(name, at) for name, at in session.execute(query.order_by(LetterEvent.id))]
    return paired_pauses(events, awaited_until)
