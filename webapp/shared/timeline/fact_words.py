"""An event's facts in words: steps, outcomes, verdicts, means of contact, units, instants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.vocabulary import Category, LimitKind
from letterbox.domain.words import label

Names = Mapping[str, str]
"""Units' codes → their names."""
STEPS = {
    "first_notice": "提前提醒",
    "near_due": "即将到期",
    "due_today": "今天到期",
    "overdue": "已经超期",
    "overdue_1": "超期后第 1 个工作日",
    "overdue_3": "超期后第 3 个工作日",
    "lapse": "期限已过",
}
OUTCOMES = {
    "evaluated": "来信人已评价",
    "not_evaluated": "来信人没有评价",
    "declined": "不予受理",
    "withdrawn": "来信人撤回",
    "rehandle": "再次办理",
    "close": "不再办理",
    "not_rehandled": "不满意，决定不再办理",
}
VERDICTS = {"pass": "合格", "fail": "不合格", "not_applicable": "不涉及"}
SYSTEM_STEPS = {
    "classify-letter": "分类建议",
    "dispatch-letter": "派发来信",
    "deliver-reply": "送达答复",
    "report-supervision": "督办报告",
}
MEANS = {"phone": "电话", "visit": "上门", "message": "短信或网络留言", "meeting": "面谈"}


def named(member: StrEnum | None) -> str:
    return label(member) if member else ""


def unit_name(code: str | None, names: Names) -> str:
    """The code itself for a unit that is gone; empty for none."""
    return names.get(code, code) if code else ""


def said(words: str, *values: object) -> str:
    """``words`` with the values in its braces; nothing if one is missing."""
    return words.format(*values) if all(values) else ""


def instant(at: datetime) -> str:
    local = at.astimezone(OFFICE_ZONE)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def due(at: datetime | None) -> str:
    return f"期限 {instant(at)}" if at else ""


def step_words(limit: LimitKind, step: str) -> str:
    """A step of the ladder; one that a process owner added by its id."""
    return f"{named(limit)}：{STEPS.get(step, step)}"


def accused_words(category: Category | None, unit: str | None, is_stated: bool | None, names: Names) -> str:
    """Whom an accusation is against; events of before the question was asked say nothing of it."""
    if unit:
        return f"被检举控告单位：{unit_name(unit, names)}"
    if category is not Category.REPORT or is_stated is None:
        return ""
    return "不针对单位" if is_stated else "没有写明检举控告的是谁"
