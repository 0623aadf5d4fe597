"""The screening limit while the writer is asked to supplement (A2): the working days he takes are added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from letterbox.domain.time_limits import Pause, paused_working_days
from letterbox.domain.vocabulary import EventName, LimitKind
from letterbox.engine.vocabulary import due_variable
from letterbox.services.case import Case
from letterbox.store.letters import LetterEvent
from letterbox.store.limits import Limit

RESUMES = (EventName.WRITER_SUPPLIED, EventName.SUPPLEMENT_LAPSED)


def reschedule_screening(case: Case) -> dict[str, str]:
    """Recompute the open screening limit from its start and its pauses; returns its due as a process variable, which the
    caller's command takes to the engine."""
    case.session.flush()
    awaited = case.open_limits(LimitKind.SUPPLEMENT)
    pauses = _pauses(case, awaited[0] if awaited else None)
    variables = {}
    for limit in case.open_limits(LimitKind.SCREENING):
        added = paused_working_days(pauses, case.rulebook.calendar())
        case.move_limit(
            limit,
            case.rulebook.limit(LimitKind.SCREENING, case.letter.category, limit.started_at, added=added),
            engine_told=True,
        )
        limit.paused_days = added
        variables[due_variable(limit.kind)] = case.due_text(limit)
    return variables


def _pauses(case: Case, awaited: Limit | None) -> list[Pause]:
    """Every request paired with the event that ended its wait, the open one with the supplement limit's due."""
    names = (EventName.SUPPLEMENT_REQUESTED, *RESUMES)
    query = select(LetterEvent).where(LetterEvent.letter_id == case.letter.id, LetterEvent.name.in_(names))
    pauses: list[Pause] = []
    asked: datetime | None = None
    for event in case.session.scalars(query.order_by(LetterEvent.id)):
        if event.name == EventName.SUPPLEMENT_REQUESTED:
            asked = event.at
        elif asked is not None:
            pauses.append(Pause(asked, event.at))
            asked = None
    if asked is not None and awaited is not None:
        pauses.append(Pause(asked, awaited.due_at))
    return pauses
