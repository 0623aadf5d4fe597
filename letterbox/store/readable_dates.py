"""Instants and days are read whatever is stored: one row that no calendar has must not take every list down.

PostgreSQL knows dates before year 1, beyond 9999 and infinite ones, Python does not and gives up with the whole result. Such
a value is read as the nearest that can still be brought into another zone; the doors let none in (``domain.dates``).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from psycopg import Connection, DataError, adapters
from psycopg.abc import Buffer, Loader
from psycopg.pq import Format

KINDS = ("timestamptz", "timestamp", "date")
EARLIEST = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
LATEST = datetime.max.replace(tzinfo=UTC, microsecond=0) - timedelta(days=2)


class ReadableLoader:
    """psycopg's own loader of the type, asked first."""

    format = Format.TEXT

    def __init__(self, oid: int, context: Any = None) -> None:
        self._oid = oid
        own: Any = adapters.get_loader(oid, self.format)
        self._own: Loader = own(oid, context)

    def load(self, data: Buffer) -> date | datetime | None:
        try:
            return self._within(self._own.load(data))
        except DataError:
            text = bytes(data)
            return self._nearest(EARLIEST if text.endswith(b"BC") or text.startswith((b"-", b"0001")) else LATEST)

    def _within(self, value: date | datetime | None) -> date | datetime | None:
        if not isinstance(value, datetime) or value.tzinfo is None:
            return value
        return min(max(value, EARLIEST), LATEST)

    def _nearest(self, bound: datetime) -> date | datetime:
        if self._oid == adapters.types["date"].oid:
            return bound.date()
        return bound if self._oid == adapters.types["timestamptz"].oid else bound.replace(tzinfo=None)


class ReadableBinaryLoader(ReadableLoader):
    format = Format.BINARY

    def load(self, data: Buffer) -> date | datetime | None:
        """Bytes are a signed number of days or microseconds from 2000."""
        try:
            return self._within(self._own.load(data))
        except DataError:
            return self._nearest(EARLIEST if bytes(data)[0] >= 0x80 else LATEST)


def read_all_dates(connection: Connection[Any]) -> None:
    """Of this connection."""
    for kind in KINDS:
        connection.adapters.register_loader(kind, ReadableLoader)
        connection.adapters.register_loader(kind, ReadableBinaryLoader)
