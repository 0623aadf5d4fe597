"""``letterbox mail``: what ``letterbox up`` kept instead of sending, where no mail server is set."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import click

from letterbox.cli._services import services
from letterbox.cli.output import answer, json_option
from letterbox.domain.errors import NotFound

command = click.Group("mail", help="没有设置邮件服务器时留下的邮件：列出、阅读。")


@command.command("list", help="列出最近的邮件，新的在后。")
@click.option("--last", type=click.IntRange(1), default=20, show_default=True, help="最多几封")
@json_option
def list_(last: int, as_json: bool) -> None:
    with services() as opened:
        folder = opened.core.caught_mail
        found = [(name, _message(folder.read(Path(name), name))) for name in folder.names()[-last:]]
    rows = [{"name": name, "to": str(mail["To"]), "subject": str(mail["Subject"])} for name, mail in found]
    answer({"mails": rows}, as_json, lambda: "\n".join("  ".join(row.values()) for row in rows) or "没有邮件")


@command.command("show", help="显示一封邮件；名称见 letterbox mail list。")
@click.argument("name", metavar="NAME")
def show(name: str) -> None:
    with services() as opened:
        folder = opened.core.caught_mail
        if name not in folder.names():
            raise NotFound("没有这封邮件，名称见 letterbox mail list (no such mail)")
        click.echo(folder.read(Path(name), name).decode(errors="replace"))


def _message(content: bytes) -> EmailMessage:
    found = message_from_bytes(content, policy=default)
    assert isinstance(found, EmailMessage)  # noqa: S101  # the policy's own class
    return found
