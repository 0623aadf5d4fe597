"""``letterbox keys``: what personal data are sealed with, and sealing them anew after the secret was replaced."""

from __future__ import annotations

from dataclasses import asdict

import click

from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option, refused

command = click.Group("keys", help="加密密钥：查看、更换后重新加密。")


@command.command("status", help="个人信息和附件是不是都用现行密钥加密；还有没完成的，退出码为 1。")
@json_option
def status(as_json: bool) -> None:
    with services() as opened:
        found = opened.operator.key_renewal.state()
    lines = [
        f"现行密钥 {found.current}",
        f"{found.rows} 行个人信息、{found.files} 个附件不是用它加密的，{found.lost} 个附件的文件不在了",
    ]
    if found.older:
        lines.append(f"还要保留旧密钥 {'、'.join(found.older)}：请运行 letterbox keys renew")
    answer({**asdict(found), "ok": found.is_done}, as_json, lambda: "\n".join(lines))
    if not found.is_done:
        refused()


@command.command("renew", help="把没有加密的和用旧密钥加密的，都用现行密钥重新加密；可以中断后再来。")
@json_option
def renew(as_json: bool) -> None:
    with services() as opened:
        done = opened.operator.key_renewal.renew()
    details = f"重新加密了 {done.rows} 行个人信息、{done.files} 个附件，{done.broken} 处打不开或者不在了"
    answer(asdict(done), as_json, lambda: f"{details}。旧密钥可以去掉了，旧查询码还要用它的除外")
