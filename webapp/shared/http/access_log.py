"""One JSON line a request in ``<data folder>/logs/access.jsonl``, for all web processes of a machine together.

Lines hold no query values, no body and, on the public's pages, no value of the address: letter numbers, references of
uploads and the like stay out. The file is bounded: at ``LARGEST`` bytes it becomes ``access.jsonl.1`` and so on, the
oldest is dropped.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

LARGEST, KEPT = 20_000_000, 10
NAME = "access.jsonl"


class AccessLog:
    def __init__(self, folder: Path, largest: int = LARGEST, kept: int = KEPT) -> None:
        self._path = folder / NAME
        self._largest = largest
        self._kept = kept

    def write(self, entry: dict[str, Any]) -> None:
        """One whole line at once, whatever other processes write. Raises OSError."""
        line = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._turn_over(len(line))
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, line)
        finally:
            os.close(handle)

    def _turn_over(self, more: int) -> None:
        if self._size() + more <= self._largest:
            return
        with self._path.with_name(f".{NAME}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._size() + more <= self._largest:
                return  # another process has done it meanwhile
            for number in range(self._kept - 1, 0, -1):
                older = self._numbered(number)
                if older.exists():
                    older.replace(self._numbered(number + 1))
            self._path.replace(self._numbered(1))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{NAME}.{number}")

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0
