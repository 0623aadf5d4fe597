"""Handing the audit trail to a log server by syslog (RFC 5424), each row once it is in the chain, in order.

What was handed on last is kept in the database, so nothing is lost while the server is away; after a crash rows may come
twice, with the same position.
"""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import urlsplit

from letterbox.domain.errors import ConfigError
from letterbox.services.audit.reading import AuditReading, as_document
from letterbox.store.audit import AuditEvent
from letterbox.store.database import Database
from letterbox.store.state import State

SENT = "audit_syslog"
"""State: the last position that was handed on."""
BATCH, TIMEOUT_S = 500, 5
FACILITY_AUDIT, NOTICE, WARNING = 13, 5, 4
PORT = 514
ENTERPRISE = "32473"
"""The private enterprise number that RFC 5612 keeps for examples; it names our structured data."""


@dataclass(frozen=True, slots=True)
class Target:
    kind: str
    host: str
    port: int


def target_of(url: str) -> Target:
    """``udp://host:514`` or ``tcp://host:601``. Raises ConfigError."""
    parts = urlsplit(url)
    if parts.scheme not in {"udp", "tcp"} or not parts.hostname:
        raise ConfigError(
            f"LETTERBOX_SYSLOG_URL 应写成 udp://主机:514 或 tcp://主机:601，现为 {url!r} (not a syslog address)"
        )
    return Target(parts.scheme, parts.hostname, parts.port or PORT)


class AuditSyslog:
    def __init__(self, database: Database, reading: AuditReading, target: Target) -> None:
        self._database = database
        self._reading = reading
        self._target = target

    def send(self) -> bool:
        """Hand on what is new; true if there may be more. Raises OSError while the server is away."""
        with self._database.reading() as session:
            kept = session.get(State, SENT)
            position = int(kept.value["position"]) if kept else 0
        rows = self._reading.after(position, BATCH)
        if not rows:
            return False
        self._transmit([message(row, socket.gethostname()) for row in rows])
        with self._database.transaction() as session:
            session.merge(State(key=SENT, value={"position": rows[-1].position}))
        return len(rows) == BATCH

    def _transmit(self, messages: list[bytes]) -> None:
        address = (self._target.host, self._target.port)
        if self._target.kind == "tcp":
            with socket.create_connection(address, TIMEOUT_S) as connection:
                connection.sendall(
                    b"".join(b"%d %b" % (len(each), each) for each in messages)
                )  # octet counting, RFC 6587
            return
        family, kind, protocol, _name, found = socket.getaddrinfo(*address, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as connection:
            for each in messages:
                connection.sendto(each, found)


def message(row: AuditEvent, host: str) -> bytes:
    """``<109>1 2026-11-30T01:00:00.000000Z host letterbox - sign_in [audit@… position="1" hash="…"] {…}``."""
    severity = NOTICE if row.result == "done" else WARNING
    data = f'[audit@{ENTERPRISE} position="{row.position}" hash="{row.hash}"]'
    at = f"{row.recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
    head = f"<{FACILITY_AUDIT * 8 + severity}>1 {at} {host} letterbox - {row.act} {data} \ufeff"
    return (head + json.dumps(as_document(row), ensure_ascii=False)).encode()
