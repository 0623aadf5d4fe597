"""``letterbox token``: keys for machines that call ``/api/v1``."""

from __future__ import annotations

import click

from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option, note
from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import TOKEN_ROLES
from letterbox.services.tokens import TokenInfo

token = click.Group("token", help="机器接口的令牌：建立、列出、作废。")


@token.command("create", help="建立令牌。令牌只显示这一次。")
@click.option("--role", type=click.Choice([str(role) for role in TOKEN_ROLES]), required=True, help="角色")
@click.option("--unit", metavar="CODE", help="单位代码（承办单位的角色必须给出，见 letterbox units）")
@click.option("--name", required=True, help="名称，便于日后识别是谁在用")
@json_option
def create(role: str, unit: str | None, name: str, as_json: bool) -> None:
    with services() as opened:
        try:
            made = opened.core.tokens.create(role, name, unit)
        except FieldErrors as errors:
            told = "；".join(f"--{field}：{message}" for field, message in errors.errors.items())
            raise click.UsageError(told) from None
    answer({"token": made}, as_json, lambda: made)
    if not as_json:
        note("请立即保存：令牌不会再次显示。")


@token.command("revoke", help="作废令牌，立即生效。编号见 letterbox token list。")
@click.argument("token_id", type=click.IntRange(1), metavar="ID")
@json_option
def revoke(token_id: int, as_json: bool) -> None:
    with services() as opened:
        opened.core.tokens.revoke(token_id)
    answer({"revoked": token_id}, as_json, lambda: f"令牌 {token_id} 已作废")


@token.command("list", help="列出令牌（不显示令牌本身）。")
@json_option
def list_tokens(as_json: bool) -> None:
    with services() as opened:
        found = opened.core.tokens.all()
    answer([_document(each) for each in found], as_json, lambda: "\n".join(map(_words, found)) or "还没有令牌")


def _document(info: TokenInfo) -> dict[str, object]:
    return {
        "id": info.id, "name": info.name, "role": info.role, "unit": info.unit, "created_at": info.created_at,
        "revoked_at": info.revoked_at,
    }  # fmt: skip


def _words(info: TokenInfo) -> str:
    state = f"已于 {info.revoked_at.astimezone(OFFICE_ZONE):%Y-%m-%d} 作废" if info.revoked_at else "有效"
    return f"{info.id:>4}  {info.role + ('@' + info.unit if info.unit else ''):<32}{state:<12}{info.name}"
