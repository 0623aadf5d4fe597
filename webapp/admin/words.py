"""Chinese words for what the record of changes holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.domain.words import label
from letterbox.services.audit.log import Subject
from letterbox.services.operations.stuck.items import OUTCOME_WORDS, RetryOutcome
from letterbox.services.tasks.unowned import Why
from webapp.shared.admin_actions import ACTIONS

__all__ = ["ACTIONS", "FIELDS", "SUBJECTS", "WHY", "changes", "role_at", "value"]

SUBJECTS: Mapping[str, str] = {
    Subject.UNIT: "单位",
    Subject.PERSON: "人员",
    Subject.TASK: "任务",
    Subject.TOKEN: "令牌",
    Subject.CALENDAR: "工作日历",
    Subject.BUNDLE: "流程",
    Subject.LETTER: "来信",
    Subject.PROCESS: "运行中的流程",
    Subject.NOTICE: "通知",
}
FIELDS: Mapping[str, str] = {
    "login": "登录名", "name": "名称", "short_name": "简称", "kind": "类别", "territory": "辖区", "matters": "事项",
    "position": "排序号", "phone": "电话", "email": "邮箱", "role": "角色", "unit": "单位", "from_on": "开始",
    "to_on": "结束", "substitute": "代办人", "claimed_by": "原领取人", "why": "原因", "roles": "角色",
    "days": "自定天数",
    "place": "停在", "outcome": "结果", "cause": "说明", "migrated": "已迁移", "refused": "不能迁移",
    "files": "变动的文件", "warnings": "已确认的提醒", "restores": "退回到",
}  # fmt: skip
WHY: Mapping[str, tuple[str, str]] = {
    Why.CLAIMED_BY_LEFT: ("领取人已停用", "bad"),
    Why.CLAIMED_WITHOUT_RIGHT: ("领取人已无此岗位", "bad"),
    Why.CLAIMED_BY_AWAY: ("领取人休假，无人代办", "warn"),
    Why.ALL_AWAY: ("岗位人员都在休假", "warn"),
    Why.NOBODY: ("岗位没有人", "bad"),
}
"""Reason → words and tone of its tag."""


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Field, old and new, as people read them; empty texts where there was or is nothing."""
    rows = [(FIELDS[key], value(key, before.get(key)), value(key, after.get(key))) for key in FIELDS]
    return [row for row in rows if row[1] or row[2]]


def value(key: str, raw: Any) -> str:
    if raw in (None, "", []):
        return ""
    if isinstance(raw, list):
        return "、".join(role_at(each) if key == "roles" else str(each) for each in raw)
    if key == "role":
        return label(str(raw), "Role")
    if key == "kind":
        return label(str(raw), "UnitKind")
    if key == "outcome":
        return OUTCOME_WORDS[RetryOutcome(raw)]
    return WHY[raw][0] if key == "why" and raw in WHY else str(raw)


def role_at(group: str) -> str:
    """``unit_handler@transport`` → 承办专人（transport）."""
    role, _, unit = group.partition("@")
    return label(role, "Role") + (f"（{unit}）" if unit else "")
