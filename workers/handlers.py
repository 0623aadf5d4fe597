"""One thin handler a topic: read the variables, call a service, return an outcome."""

from __future__ import annotations

from datetime import datetime

from letterbox.bundle.vocabulary import Topic, Variable
from letterbox.wiring import Services
from workers.runtime import Complete, ExternalTask, Fail, Outcome, TopicHandler


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


def report_supervision(services: Services, task: ExternalTask) -> Outcome:
    supervision_id = task.variables.get(Variable.SUPERVISION_ID)
    if not isinstance(supervision_id, int):
        return Fail(f"变量 {Variable.SUPERVISION_ID} 应为督办的编号")
    report = services.procedure.supervisions.report
    return Complete(services.effect(task.id, task.topic, task.business_key, lambda case: report(case, supervision_id)))


def find_next_step(services: Services, task: ExternalTask) -> Outcome:
    return Complete(services.effect(task.id, task.topic, task.business_key, services.deadlines.find_next_step))


def escalate(services: Services, task: ExternalTask) -> Outcome:
    waited = task.variables.get(Variable.NEXT_STEP_AT)
    until = datetime.fromisoformat(str(waited)) if waited else None
    return Complete(
        services.effect(task.id, task.topic, task.business_key, lambda case: services.deadlines.escalate(case, until))
    )


def send_notice(services: Services, task: ExternalTask) -> Outcome:
    notice_id = task.variables.get(Variable.NOTICE_ID)
    if not isinstance(notice_id, int):
        return Fail(f"变量 {Variable.NOTICE_ID} 应为通知的编号")
    services.delivery.send(notice_id)
    return Complete()


HANDLERS: tuple[TopicHandler[Services], ...] = (
    TopicHandler(Topic.CLASSIFY_LETTER, classify, variables=()),
    TopicHandler(Topic.DISPATCH_LETTER, dispatch, variables=()),
    TopicHandler(Topic.DELIVER_REPLY, deliver, variables=("publish",)),
    TopicHandler(Topic.REPORT_SUPERVISION, report_supervision, variables=(Variable.SUPERVISION_ID,)),
    TopicHandler(Topic.FIND_NEXT_STEP, find_next_step, variables=()),
    TopicHandler(Topic.ESCALATE_DEADLINE, escalate, variables=(Variable.NEXT_STEP_AT,)),
    TopicHandler(Topic.SEND_NOTICE, send_notice, lock_ms=60_000, variables=(Variable.NOTICE_ID,), max_running=2),
)
