"""The audit trail in an auditor's words: ways of signing in, conditions of a search, addresses of pages."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app

from letterbox.domain.audit import ACT_WORDS, DETAILS, RESULT_WORDS
from letterbox.domain.words import label
from webapp.shared.admin_actions import ACTIONS

THINGS = {
    "letter": "来信", "person": "人员", "login": "用户名", "token": "令牌", "leave": "休假", "request": "申请", "task": "任务",
    "unit": "单位", "bundle": "流程", "file": "文件", "page": "页面", "audit": "审计记录", "stuck": "停滞事项",
    "calendar": "工作日历", "process": "运行中的流程", "letters": "来信（一批）", "replies": "答复（一批）", "people": "人员（全部）",
    "units": "单位（全部）", "notice": "通知", "backup": "备份",
}  # fmt: skip
FACTORS = {
    "password": "密码",
    "code": "动态码",
    "recovery_code": "备用码",
    "single_sign_on": "统一登录",
    "token": "接口令牌",
    "proof": "再次确认",
    "query_code": "查询码",
}
CAUSES = {
    "wrong": "不正确",
    "unknown": "没有这个账号",
    "too_many": "试的次数太多",
    "one_time_over": "一次性密码已过期",
    "form_token": "页面已过期，或者不是从本站发出的",
}
CONDITIONS = {
    "q": "关键词", "who": "谁", "act": "行为", "result": "结果", "about": "对象编号", "words": "查询过的词", "from": "从", "to": "到",
    "status": "状态", "category": "类别", "unit": "单位", "role": "角色", "kind": "种类", "sort": "排序", "overdue": "已超期",
    "urgent": "急件", "lateness": "超期情况", "stage": "阶段", "office": "督查室", "cause": "原因", "mine": "我领取的", "year": "年份",
    "again": "是否还会重试", "broken_promise": "承诺没有兑现", "day": "日期", "element": "环节", "flagged": "需要留意的", "key": "任务种类",
    "letter": "来信编号", "number": "来信编号", "past": "过去的", "person": "人员", "process": "流程", "state": "状态", "why": "原因",
    "since": "收到从", "until": "收到至",
}  # fmt: skip
"""Names of search fields, as pages call them; others stand as they are."""
PART_OF_ADDRESS = re.compile("<[^>]+>")
WELL = 200
"""A status that says nothing beside a result of success."""


def detail_words(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """What stands beside an act, as people read it."""
    return [(DETAILS[key], _value(key, detail[key])) for key in DETAILS if key in detail and not _is_idle(key, detail)]


def _is_idle(key: str, detail: dict[str, Any]) -> bool:
    return key == "status" and detail[key] == WELL


def _value(key: str, raw: Any) -> str:
    text = str(raw)
    if key == "role":
        return label(text, "Role")
    if key == "page":
        return page_address(text)
    if key == "filters":
        return "、".join(CONDITIONS.get(each, each) for each in text.split(","))
    words = {"factor": FACTORS, "why": CAUSES, "action": ACTION_WORDS}.get(key, {})
    return "是" if raw is True else words.get(text, text)


def object_words(kind: str, about: str, names: dict[str, str]) -> str:
    """What an act was about: a person by ``names`` (number → name), a page by its address, else the number."""
    if kind == "person" and about in names:
        return f"{names[about]}（{about}）"
    return page_address(about) if kind == "page" else about


def page_address(endpoint: str) -> str:
    """``desk.letter`` → ``/desk/letters/…``; what is no page of ours stays as it is."""
    rule = next(current_app.url_map.iter_rules(endpoint), None) if endpoint in current_app.view_functions else None
    if rule is None:
        return endpoint
    return PART_OF_ADDRESS.sub("…", rule.rule)


def roles_words(roles: str) -> str:
    """``screener,unit_handler@water`` → 甄别员、承办专人（water）."""
    parts = [each.partition("@") for each in roles.split(",") if each]
    return "、".join(label(role, "Role") + (f"（{unit}）" if unit else "") for role, _, unit in parts)


ACTION_WORDS = {str(key): value for key, value in ACTIONS.items()}
WORDS = {
    "acts": {str(key): value for key, value in ACT_WORDS.items()},
    "results": {str(key): value for key, value in RESULT_WORDS.items()},
    "things": THINGS, "detail": detail_words, "roles": roles_words, "object": object_words,
    "kinds": {"person": "", "token": "令牌", "system": "系统", "worker": "系统", "writer": "来信人", "nobody": "未知"},
}  # fmt: skip
