"""Asks a malware scanner (clamd) about a file before it is kept."""

from __future__ import annotations

import socket
import struct
from contextlib import closing
from urllib.parse import urlsplit

from letterbox.domain.errors import Unavailable
from letterbox.files.kinds import Refused

PORT, TIMEOUT_S = 3310, 20.0
CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
AWAY = "附件暂时不能检查，所以没有收下；您写的内容还在，请过几分钟再上传，或者先不带附件寄出"


class Scanner:
    """``url``: ``clamd://host:port`` or ``clamd:///run/clamav/clamd.ctl`` (a socket of this machine)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = parts.path if not parts.hostname else None
        self._host, self._port = parts.hostname or "", parts.port or PORT

    def check(self, content: bytes) -> None:
        """Raises Refused if the scanner knows the file as malware, Unavailable if it cannot be asked."""
        answer = self._ask(b"zINSTREAM\0", content)
        if answer.endswith("FOUND"):
            raise Refused("被查出含有恶意程序，没有收下；请检查您的电脑，换一份干净的文件")
        if not answer.endswith("OK"):
            raise Unavailable(AWAY)

    def greet(self) -> str:
        """The scanner's name and the date of its signatures. Raises Unavailable."""
        return self._ask(b"zVERSION\0")

    def _ask(self, command: bytes, content: bytes | None = None) -> str:
        try:
            with closing(self._connected()) as connection:
                connection.sendall(command)
                if content is not None:
                    _stream(connection, content)
                return _answer(connection)
        except OSError as error:
            raise Unavailable(AWAY) from error

    def _connected(self) -> socket.socket:
        if self._path is None:
            return socket.create_connection((self._host, self._port), TIMEOUT_S)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(TIMEOUT_S)
        try:
            connection.connect(self._path)
        except OSError:
            connection.close()
            raise
        return connection


def _stream(connection: socket.socket, content: bytes) -> None:
    """Chunks with their length before them, an empty one at the end (clamd's INSTREAM)."""
    for start in range(0, len(content), CHUNK):
        chunk = content[start : start + CHUNK]
        connection.sendall(struct.pack("!L", len(chunk)) + chunk)
    connection.sendall(struct.pack("!L", 0))


def _answer(connection: socket.socket) -> str:
    """``stream: OK``, ``stream: NAME FOUND`` or an error."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (part := connection.recv(LONGEST_ANSWER)):
        answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
