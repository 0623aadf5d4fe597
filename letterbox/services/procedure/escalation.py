"""The two workers of the deadline watch (S4): one finds the next step, one takes the steps that are due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from letterbox.bundle.vocabulary import MessageName
from letterbox.domain.dates import instant
from letterbox.domain.events.event import Event
from letterbox.domain.events.limits import DeadlineStepTaken
from letterbox.domain.events.receipt import EvaluationLapsed
from letterbox.domain.events.screening import SupplementLapsed
from letterbox.domain.limits.escalation import Step, StepAction
from letterbox.domain.vocabulary import LimitKind
from letterbox.domain.words import label
from letterbox.services.case.case import Case
from letterbox.services.case.fault_limits import pressing
from letterbox.services.limits.supplement_pause import reschedule_screening
from letterbox.services.notices.notices import Notices
from letterbox.services.side_processes.supervision import Supervisions
from letterbox.store.limits import Limit, StepTaken

LAPSES: Mapping[LimitKind, tuple[Event, MessageName]] = {
    LimitKind.SUPPLEMENT: (SupplementLapsed(), MessageName.SUPPLEMENT_LAPSED),
    LimitKind.EVALUATION: (EvaluationLapsed(), MessageName.EVALUATION_LAPSED),
}


class Deadlines:
    """What the topics find-next-step and escalate-deadline do."""

    def __init__(self, notices: Notices, supervisions: Supervisions) -> None:
        self._notices = notices
        self._supervisions = supervisions

    def find_next_step(self, case: Case) -> dict[str, str]:
        """The instant of the next step of the ladder, as the variable for which the watch waits."""
        return case.watch.note_step()

    def escalate(self, case: Case, waited_for: datetime | None) -> dict[str, str]:
        """Take every step that is due now or was due at the instant for which the timer waited (the engine's clock may
        be ahead)."""
        until = max(case.now, waited_for or datetime.min.replace(tzinfo=UTC))
        while (step := self._due_step(case, until)) is not None:
            self._take(case, step)
        return {}

    def _due_step(self, case: Case, until: datetime) -> Step | None:
        case.session.flush()
        limits = pressing(case.session, case.letter, case.limits.running())
        step = case.rulebook.next_step(
            limits, case.letter.urgent, case.limits.taken_steps(limit.id for limit in limits)
        )
        return step if step is not None and step.at <= until else None

    def _take(self, case: Case, step: Step) -> None:
        limit = case.session.get_one(Limit, step.limit_id)
        case.session.add(StepTaken(limit_id=limit.id, step=step.step, planned_at=step.at, taken_at=case.now))
        kind = LimitKind(limit.kind)
        case.record(
            DeadlineStepTaken(
                limit=kind,
                step=step.step,
                recipients=tuple(step.recipients),
                unit=limit.unit_code,
                due_at=limit.due_at,
                rule=step.rule_id,
            )
        )
        self._notify(case, limit, step)
        if step.action is StepAction.LAPSE:
            self._lapse(case, limit)
        elif step.action is StepAction.SUPERVISE:
            self._supervisions.overdue(case, limit, label(LimitKind(limit.kind)))

    def _notify(self, case: Case, limit: Limit, step: Step) -> None:
        if not step.recipients:
            return
        self._notices.notify_roles(
            case,
            _text_for(step),
            step.recipients,
            limit.unit_code,
            by_mail=True,
            can_wait=not case.letter.urgent,
            limit=limit,
            limit_name=label(LimitKind(limit.kind)),
            due_at=instant(limit.due_at),
            urgent=case.letter.urgent,
        )

    def _lapse(self, case: Case, limit: Limit) -> None:
        """End the limit unmet, since its end is the event, and send the process its message."""
        event, message = LAPSES[LimitKind(limit.kind)]
        limit.voided_at = case.now
        case.record(event)
        is_supplement = limit.kind == LimitKind.SUPPLEMENT
        case.commands.correlate(message, reschedule_screening(case) if is_supplement else {})
        if is_supplement:
            self._notices.notify_writer(case, "supplement_lapsed")
        else:
            case.close(outcome="not_evaluated")


def _text_for(step: Step) -> str:
    """The notice's text by what the step does: a reminder before the due instant, a warning after it."""
    if step.action is StepAction.SUPERVISE:
        return "supervision"
    if step.action is StepAction.PRESS:
        return "reminder"
    if step.is_overdue:
        return "overdue"
    return "due_today" if step.step == "due_today" else "near_due"
