"""A real SMTP server for tests: keeps what it accepts, refuses or defers what it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from letterbox.stack.programs import free_port


class Box:
    """``answer`` is the server's word on every recipient: ``250 OK``, ``550 no such user``, ``451 later``; ``answers`` on one."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.passwords: list[str] = []
        self.answer = "250 OK"
        self.answers: dict[str, str] = {}
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_AUTH(self, server: Any, args: list[str]) -> str:  # noqa: N802  # aiosmtpd's name
        self.passwords.append(" ".join(args))
        return "535 no"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        answer = self.answers.get(address, self.answer)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@contextmanager
def mail_server(*, takes_utf8: bool = True) -> Iterator[Box]:
    box = Box()
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, enable_SMTPUTF8=takes_utf8, auth_require_tls=False
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
