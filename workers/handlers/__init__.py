"""One thin handler a topic: read the variables, call a service, return an outcome."""

from __future__ import annotations

from letterbox.bundle.vocabulary import Topic, Variable
from letterbox.wiring import Services
from workers.handlers import beside, letters, notices, watch
from workers.runtime import Duty

HANDLERS: tuple[Duty[Services], ...] = (
    Duty(Topic.CLASSIFY_LETTER, letters.classify, variables=()),
    Duty(Topic.DISPATCH_LETTER, letters.dispatch, variables=()),
    Duty(Topic.DELIVER_REPLY, letters.deliver, variables=("publish",)),
    Duty(Topic.REPORT_SUPERVISION, beside.report_supervision, variables=(Variable.SUPERVISION_ID,)),
    Duty(Topic.FIND_NEXT_STEP, watch.find_next_step, variables=()),
    Duty(Topic.ESCALATE_DEADLINE, watch.escalate, variables=(Variable.NEXT_STEP_AT,)),
    Duty(Topic.SEND_NOTICE, notices.send, lock_ms=60_000, variables=(Variable.NOTICE_ID,), max_running=2),
)
