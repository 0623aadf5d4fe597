"""The trail: what the auditor asks for, and what he finds. Looking at it is recorded, too."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, current_app, render_template, request
from flask_babel import lazy_gettext

from letterbox.domain.audit import ACT_WORDS, DETAILS, RESULT_WORDS, Act, Result, Thing
from letterbox.domain.vocabulary import Role
from letterbox.domain.words import label
from letterbox.services.audit_reading import Asked
from webapp.shared import access
from webapp.shared.context import EXTENSION
from webapp.shared.navigation import Entry
from webapp.shared.paging import page_number
from webapp.shared.trail import note

if TYPE_CHECKING:
    from letterbox.wiring import Services

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
AUDITORS = frozenset({Role.AUDITOR})
ENTRY = Entry(lazy_gettext("审计记录"), "audit.trail", AUDITORS, order=80)
CHANGES = Entry(lazy_gettext("变更记录"), "admin.changes", AUDITORS, order=81, prefix="admin.changes")
LONGEST_SEARCH = 100
THINGS = {
    "letter": "来信", "person": "人员", "login": "用户名", "token": "令牌", "leave": "休假", "request": "申请", "task": "任务",
    "unit": "单位", "bundle": "流程", "file": "文件", "page": "页面", "audit": "审计记录", "stuck": "停滞事项",
    "calendar": "工作日历", "process": "运行中的流程", "letters": "来信（一批）", "replies": "答复（一批）", "people": "人员（全部）",
    "units": "单位（全部）",
}  # fmt: skip


@blueprint.get("/")
@access.needs(Role.AUDITOR)
def trail() -> str:
    services = cast("Services", current_app.extensions[EXTENSION])
    given = {name: _asked(name) for name in ("who", "act", "result", "about", "words", "from", "to")}
    prints = services.trail.print_of(given["words"]) if given["words"] else ""
    asked = Asked(
        who=given["who"], act=given["act"], result=given["result"], about=given["about"], print=prints,
        first=_day(given["from"]), last=_day(given["to"]),
    )  # fmt: skip
    found = services.audit_reading.page(access.actor(), asked, page_number(request.args.get("page")))
    filters = ",".join(sorted(name for name, value in given.items() if value))
    note(Act.TRAIL_READ, object=Thing("audit", ""), filters=filters, hits=found.total)
    return render_template(
        "audit/trail.html", page=found, asked=given, acts=[(str(each), ACT_WORDS[each]) for each in Act],
        results=[(str(each), RESULT_WORDS[each]) for each in Result], words=WORDS,
    )  # fmt: skip


def _asked(name: str) -> str:
    text = request.args.get(name, "")
    return "".join(each for each in text if each.isprintable()).strip()[:LONGEST_SEARCH]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def detail_words(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """What stands beside an act, as people read it."""
    return [(DETAILS[key], _value(key, detail[key])) for key in DETAILS if key in detail]


def _value(key: str, held: Any) -> str:
    if key == "role":
        return label(str(held), "Role")
    return "是" if held is True else str(held)


def roles_words(roles: str) -> str:
    """``screener,unit_handler@water`` → 甄别员、承办专人（water）."""
    parts = [each.partition("@") for each in roles.split(",") if each]
    return "、".join(label(role, "Role") + (f"（{unit}）" if unit else "") for role, _, unit in parts)


WORDS = {
    "acts": {str(key): value for key, value in ACT_WORDS.items()},
    "results": {str(key): value for key, value in RESULT_WORDS.items()},
    "things": THINGS, "detail": detail_words, "roles": roles_words,
    "kinds": {"person": "", "token": "令牌", "system": "系统", "worker": "系统", "writer": "来信人", "nobody": "未知"},
}  # fmt: skip
