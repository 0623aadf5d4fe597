"""Topics of the letter's own process."""

from __future__ import annotations

from letterbox.wiring import Services
from workers.runtime import Complete, ExternalTask, Outcome


def classify(services: Services, task: ExternalTask) -> Outcome:
    return Complete(services.effect(task.id, task.topic, task.business_key, services.classification.classify))


def dispatch(services: Services, task: ExternalTask) -> Outcome:
    return Complete(services.effect(task.id, task.topic, task.business_key, services.procedure.assignment.dispatch))


def deliver(services: Services, task: ExternalTask) -> Outcome:
    """Deliver to the writer and, if the reviewer so decided, publish."""
    publish = bool(task.variables.get("publish"))
    return Complete(
        services.effect(
            task.id, task.topic, task.business_key, lambda case: services.procedure.reviewing.deliver(case, publish)
        )
    )
