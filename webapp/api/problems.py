"""Problem details (RFC 9457) for every refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from webapp.shared.http.errors import Problem
from webapp.shared.http.logs import request_id

MEDIA_TYPE = "application/problem+json"


def as_response(problem: Problem) -> Response:
    return Response(json.dumps(_document(problem), ensure_ascii=False), problem.status, content_type=MEDIA_TYPE)


def _document(problem: Problem) -> dict[str, Any]:
    slug, title, advice = _words().get(problem.status, ("refused", _("请求未被接受"), ""))
    document: dict[str, Any] = {
        "type": f"urn:letterbox:problem:{slug}",
        "title": title,
        "status": problem.status,
        "detail": _by_name(problem.fields) or problem.message or advice,
        "instance": request.path,
        "request_id": request_id(),
    }
    extra = {"errors": problem.fields, "done_by": problem.done_by, "done_at": problem.done_at}
    return document | {name: value for name, value in extra.items() if value}


def _by_name(fields: Mapping[str, str]) -> str:
    """Whoever reads only the detail learns which field it is about, too."""
    return "；".join(f"{name}：{message}" for name, message in fields.items())


def _words() -> Mapping[int, tuple[str, str, str]]:
    """Status → slug, title, and what to do when the refusal itself says nothing."""
    return {
        400: ("bad-request", _("请求有误"), _("请求体应为完整的 JSON 对象（UTF-8）。")),
        401: (
            "no-token",
            _("需要令牌"),
            _("请在 Authorization 头中以 Bearer 方式给出有效的令牌（letterbox token create）。"),
        ),
        403: ("not-allowed", _("没有权限"), _("令牌的角色不能进行这个操作。")),
        404: ("not-found", _("没有找到"), _("没有这个地址，或者它不归您查看。")),
        405: ("wrong-method", _("方法不对"), _("这个地址不接受该方法，可用的方法见 Allow 头。")),
        409: ("wrong-state", _("现在不能这样做"), _("来信或任务的状态已经改变，请重新读取。")),
        413: ("too-large", _("请求太大"), _("请求体最大 1 MB。")),
        415: ("not-json", _("类型不对"), _("请以 Content-Type: application/json 发送。")),
        422: ("wrong-fields", _("有字段需要修改"), _("请按 errors 中的说明修改。")),
        429: ("too-many", _("次数过多"), _("请等待 Retry-After 给出的秒数。")),
        500: ("failure", _("系统出错"), _("请稍后再试；仍不行时请把 request_id 告诉管理员。")),
        503: ("unavailable", _("暂时不可用"), _("数据库或流程引擎暂时连不上，请稍后再试。")),
    }
