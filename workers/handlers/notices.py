"""The topic that delivers notices."""

from __future__ import annotations

from letterbox.bundle.vocabulary import Variable
from letterbox.wiring import Services
from workers.runtime import Complete, ExternalTask, Fail, Outcome


def send(services: Services, task: ExternalTask) -> Outcome:
    notice_id = task.variables.get(Variable.NOTICE_ID)
    if not isinstance(notice_id, int):
        return Fail(f"变量 {Variable.NOTICE_ID} 应为通知的编号")
    services.delivery.send(notice_id)
    return Complete()
