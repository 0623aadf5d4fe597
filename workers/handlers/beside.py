"""Topics of what runs beside a letter."""

from __future__ import annotations

from letterbox.bundle.vocabulary import Variable
from letterbox.wiring import Services
from workers.runtime import Complete, ExternalTask, Fail, Outcome


def report_supervision(services: Services, task: ExternalTask) -> Outcome:
    supervision_id = task.variables.get(Variable.SUPERVISION_ID)
    if not isinstance(supervision_id, int):
        return Fail(f"变量 {Variable.SUPERVISION_ID} 应为督办的编号")
    report = services.procedure.supervisions.report
    return Complete(services.effect(task.id, task.topic, task.business_key, lambda case: report(case, supervision_id)))
