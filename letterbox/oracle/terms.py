"""What limits and steps are called in the oracle's sentences."""

from __future__ import annotations

LIMITS = {
    "screening": "甄别", "supplement": "补充材料", "sign_for": "签收", "return": "退回", "return_ruling": "退回裁定",
    "reply": "回复", "extension_decision": "延期审批", "co_opinion": "协办意见", "review": "审核", "redo": "重办",
    "supervision": "督办反馈", "instruction": "领导批示", "evaluation": "评价", "rehandling_decision": "再办决定",
    "promise": "承诺事项",
}  # fmt: skip
STEPS = {
    "near_due": "临期提醒",
    "due_today": "到期日提醒",
    "overdue": "超期提醒",
    "overdue_1": "催办",
    "overdue_3": "转督办",
    "lapse": "期满",
}


def limit_name(kind: object) -> str:
    """An unknown one is called by its own name."""
    return f"“{LIMITS.get(str(kind), str(kind))}”"


def step_name(step: object) -> str:
    return f"“{STEPS.get(str(step), str(step))}”"
