"""A folder of sealed files: written whole or not at all, never in clear, and the folder's owner's."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from letterbox import unprivileged
from letterbox.files.sealed import FileSeal


class SealedFolder:
    """Files below ``folder`` by their paths in it; each is sealed under a name, which is asked for again to read it."""

    def __init__(self, folder: Path, seal: FileSeal) -> None:
        self._folder = folder
        self._seal = seal

    def free_bytes(self) -> int:
        existing = next(each for each in (self._folder, *self._folder.parents) if each.exists())
        return shutil.disk_usage(existing).free

    def names(self) -> list[str]:
        """Of the files that lie in the folder itself, the oldest name first."""
        found = self._folder.iterdir() if self._folder.is_dir() else ()
        return sorted(each.name for each in found if each.is_file() and each.suffix != ".part")

    def keep(self, path: Path, content: bytes, name: str) -> None:
        """Write the file unless there is one."""
        if not (self._folder / path).exists():
            self._write(path, content, name)

    def read(self, path: Path, name: str) -> bytes:
        """Raises OSError for a file that is not there, BrokenFile for one that is not what was kept."""
        with (self._folder / path).open("rb") as source:
            return self._seal.read(source, name)

    def is_current(self, path: Path) -> bool:
        """Whether the file lies under the current key. Raises OSError."""
        with (self._folder / path).open("rb") as source:
            return self._seal.is_current(source)

    def renew(self, path: Path, name: str) -> bool:
        """Seal the file under the current key; whether that was still to do. Raises OSError, BrokenFile."""
        if self.is_current(path):
            return False
        self._write(path, self.read(path, name), name)
        return True

    def remove(self, path: Path) -> None:
        (self._folder / path).unlink(missing_ok=True)

    def _write(self, path: Path, content: bytes, name: str) -> None:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{secrets.token_hex(4)}.part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            self._seal.write(content, name, file)
        unprivileged.give_to_owner_of(self._folder, target.parent, part)
        part.replace(target)
