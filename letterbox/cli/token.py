"""``letterbox token``: keys for machines that call ``/api/v1``."""

from __future__ import annotations

from datetime import datetime

import click

from letterbox.cli._operator import operator
from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option, note
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import TOKEN_ROLES
from letterbox.services.access.token_rules import TokenInfo

token = click.Group("token", help="机器接口的令牌：建立、列出、作废。")

OPTIONS = {"networks": "network"}


@token.command("create", help="建立令牌。令牌只显示这一次。")
@click.option("--role", type=click.Choice([str(role) for role in TOKEN_ROLES]), required=True, help="角色")
@click.option("--unit", metavar="CODE", help="单位代码（承办单位的角色必须给出，见 letterbox units）")
@click.option("--name", required=True, help="名称，便于日后识别是谁在用")
@click.option("--days", type=int, help="多少天后到期（默认见 LETTERBOX_TOKEN_DAYS，最多 1095）")
@click.option("--network", "networks", multiple=True, metavar="CIDR", help="只能从这个地址或网段使用，可给出多次")
@click.option(
    "--person", metavar="LOGIN", default="", help="由谁负责（用户名）；需要两人分别办理的事，令牌和他算同一个人"
)
@json_option
def create(
    role: str, unit: str | None, name: str, days: int | None, networks: tuple[str, ...], person: str, as_json: bool
) -> None:
    with services() as opened:
        try:
            made = opened.core.tokens.create(role, name, unit, operator(), days=days, networks=networks, person=person)
        except FieldErrors as errors:
            details = "；".join(f"--{OPTIONS.get(field, field)}：{message}" for field, message in errors.errors.items())
            raise click.UsageError(details) from None
    answer({"token": made}, as_json, lambda: made)
    if not as_json:
        note("请立即保存：令牌不会再次显示。")


@token.command("revoke", help="作废令牌，立即生效。编号见 letterbox token list。")
@click.argument("token_id", type=click.IntRange(1), metavar="ID")
@json_option
def revoke(token_id: int, as_json: bool) -> None:
    with services() as opened:
        opened.core.tokens.revoke(token_id, operator())
    answer({"revoked": token_id}, as_json, lambda: f"令牌 {token_id} 已作废")


@token.command("list", help="列出令牌（不显示令牌本身）：到期、最近一次使用、地址限制。")
@json_option
def list_tokens(as_json: bool) -> None:
    with services() as opened:
        found, now = opened.core.tokens.all(), opened.core.tokens.now()
    lines = [_words(each, now) for each in found]
    answer([_document(each, now) for each in found], as_json, lambda: "\n".join(lines) or "还没有令牌")


def _document(info: TokenInfo, now: datetime) -> dict[str, object]:
    return {
        "id": info.id,
        "name": info.name,
        "role": info.role,
        "unit": info.unit,
        "created_at": info.created_at,
        "expires_at": info.expires_at,
        "is_valid": info.is_valid(now),
        "last_used_at": info.last_used_at,
        "last_used_from": info.last_used_from,
        "networks": list(info.networks),
        "person": info.person,
        "revoked_at": info.revoked_at,
    }


def _words(info: TokenInfo, now: datetime) -> str:
    whose = info.role + ("@" + info.unit if info.unit else "")
    used = f"{_day(info.last_used_at)} 从 {info.last_used_from or '-'}" if info.last_used_at else "没有用过"
    within = "、".join(info.networks) or "不限"
    by = info.person or "没有登记"
    return (
        f"{info.id:>4}  {whose:<32}{_state(info, now)}  {info.name}（负责人：{by}；最近使用：{used}；地址：{within}）"
    )


def _state(info: TokenInfo, now: datetime) -> str:
    if info.revoked_at:
        return f"已于 {_day(info.revoked_at)} 作废"
    return f"{_day(info.expires_at)} {'到期' if info.is_valid(now) else '已到期'}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(OFFICE_ZONE):%Y-%m-%d}"
