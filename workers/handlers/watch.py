"""Topics of the deadline watch."""

from __future__ import annotations

from datetime import datetime

from letterbox.bundle.vocabulary import Variable
from letterbox.wiring import Services
from workers.runtime import Complete, ExternalTask, Outcome


def find_next_step(services: Services, task: ExternalTask) -> Outcome:
    return Complete(services.effect(task.id, task.topic, task.business_key, services.deadlines.find_next_step))


def escalate(services: Services, task: ExternalTask) -> Outcome:
    waited = task.variables.get(Variable.NEXT_STEP_AT)
    until = datetime.fromisoformat(str(waited)) if waited else None
    return Complete(
        services.effect(task.id, task.topic, task.business_key, lambda case: services.deadlines.escalate(case, until))
    )
