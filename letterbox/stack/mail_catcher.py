"""``python -m letterbox.stack.mail_catcher PORT FOLDER``: takes mail on loopback and keeps it in sealed files.

Stands in for a mail server where none is set (SMTP_URL); nothing leaves the machine. ``letterbox mail`` reads them.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from letterbox import settings
from letterbox.domain.keys import Keys
from letterbox.files.folder import SealedFolder
from letterbox.files.sealed import FileSeal

KEPT = 5000
"""The oldest messages beyond this number are removed."""


class Keeper:
    """aiosmtpd handler: one file a message, written before the sender hears 250."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._folder = folder
        self._sealed = SealedFolder(folder, FileSeal(keys))
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{uuid4().hex[:6]}.eml"
        self._sealed.keep(Path(name), data, name)
        message = message_from_bytes(data, policy=default)
        print(f"收到邮件 {name}（{len(envelope.rcpt_tos)} 位收件人，Message-ID {message['Message-ID']}）", flush=True)
        self._remove_oldest()
        return "250 kept"

    def _remove_oldest(self) -> None:
        for path in sorted(self._folder.glob("*.eml"))[:-KEPT]:
            path.unlink(missing_ok=True)


async def serve(port: int, folder: Path, keys: Keys) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    keeper = Keeper(folder, keys)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="localhost", enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port
    )
    async with server:
        await stop.wait()


def main(arguments: Sequence[str]) -> int:
    asyncio.run(serve(int(arguments[0]), Path(arguments[1]), settings.load().keys))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
