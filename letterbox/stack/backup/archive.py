"""A backup's file: a gzipped tar whose last member is the manifest of all others, under a pass phrase if one is given."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO, Any, BinaryIO

from letterbox.domain.errors import ConfigError, LetterboxError
from letterbox.files.passphrase import MAGIC, OpeningStream, SealingStream, Writable, WrongPassPhrase
from letterbox.files.sealed import BrokenFile, Readable

FORMAT = 1
MANIFEST = "manifest.json"
GZIP = b"\x1f\x8b"
LEVEL = 3
"""Attachments and mail are sealed and do not shrink; for the rest a high level costs more time than it saves room."""
FOLDERS = ("postgres", "attachments", "mail")
FILES = ("secrets.json", "stack.json", "audit-spool.jsonl")
PIECE = 1024 * 1024
BROKEN = "{where}：备份文件已损坏或不完整（{why}）。请改用另一份备份；还没有别的备份时，请马上重新备份 (broken backup)"

Keep = Callable[[str, IO[bytes] | None], None]
"""Takes a member's name and content; None: a folder."""


class BrokenBackup(LetterboxError):
    """The file is not whole, or not what was written."""


class Hashed:
    """Reads from ``source`` and knows the digest of what was read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        content = self._source.read(size)
        self._hash.update(content)
        return content

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


class ArchiveWriter:
    """Adds members in any order, each file once; ``finish`` adds the manifest."""

    def __init__(self, target: Writable, phrase: str | None) -> None:
        self._sealing = None if phrase is None else SealingStream(target, phrase)
        self._gzip = gzip.GzipFile(fileobj=self._sealing or target, mode="wb", compresslevel=LEVEL, mtime=0)
        self._tar = tarfile.open(fileobj=self._gzip, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115  # finished below
        self.members: dict[str, str] = {}

    def folder(self, name: str) -> None:
        if name in self.members:
            return
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode = tarfile.DIRTYPE, 0o700
        self._tar.addfile(entry)
        self.members[name] = ""

    def file(self, name: str, size: int, source: IO[bytes]) -> None:
        """Raises OSError if there is less than ``size``."""
        entry, hashed = tarfile.TarInfo(name), Hashed(source)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, hashed)
        self.members[name] = hashed.digest

    def finish(self, facts: dict[str, Any]) -> None:
        manifest = json.dumps({**facts, "format": FORMAT, "members": self.members}, ensure_ascii=False).encode()
        self.file(MANIFEST, len(manifest), io.BytesIO(manifest))
        self._tar.close()
        self._gzip.close()
        if self._sealing is not None:
            self._sealing.finish()


def read(source: BinaryIO, where: object, phrase: str | None, keep: Keep) -> dict[str, Any]:
    """Hand every member to ``keep`` and return the manifest, when all of it was found to be what was written.

    Raises BrokenBackup, ConfigError for a wrong or missing pass phrase; what was kept until then must be thrown away.
    """
    try:
        return _read(_opened(source, where, phrase), keep)
    except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError, BrokenFile, ValueError, KeyError) as error:
        raise BrokenBackup(BROKEN.format(where=where, why=str(error) or type(error).__name__)) from error


def _opened(source: BinaryIO, where: object, phrase: str | None) -> Readable:
    begins = source.read(len(MAGIC))
    if begins == MAGIC:
        if phrase is None:
            raise ConfigError(
                f"{where} 是加密的备份：请用 --passphrase-file 或 LETTERBOX_BACKUP_PASSPHRASE 给出口令 (a pass phrase is needed)"
            )
        try:
            return OpeningStream(source, phrase)
        except WrongPassPhrase:
            raise ConfigError(
                f"{where} 打不开：口令不对。请核对口令（包括大小写和空格）；口令确实没错时，是文件开头损坏了 (wrong pass phrase)"
            ) from None
    if not begins.startswith(GZIP):
        raise BrokenBackup(f"{where} 不是 letterbox backup 写的文件，或者开头已损坏 (not a backup)")
    if phrase is not None:
        raise ConfigError(
            f"{where} 没有加密，却给出了口令：如果原来是加密备份的，文件已被人换掉；"
            "确认是没有加密的备份，就去掉口令再来 (not sealed, though a pass phrase was given)"
        )
    source.seek(0)
    return source


def _read(opened: Readable, keep: Keep) -> dict[str, Any]:
    found: dict[str, str] = {}
    manifest = b""
    with gzip.GzipFile(fileobj=opened, mode="rb") as unpacked:  # type: ignore[call-overload]  # it only reads
        with tarfile.open(fileobj=unpacked, mode="r|") as tar:
            for entry in tar:
                if manifest:
                    raise ValueError("something stands behind the manifest")
                hashed = _content(tar, entry)
                if entry.name == MANIFEST and hashed is not None:
                    manifest = hashed.read()
                    continue
                if entry.name in found or not _is_ours(entry.name):
                    raise ValueError(f"a member that does not belong there: {entry.name}")
                keep(entry.name, hashed)  # type: ignore[arg-type]  # it only reads
                found[entry.name] = "" if hashed is None else _digest(hashed)
        while unpacked.read(PIECE):  # to the end, so that its checksum is compared
            pass
    return _checked(manifest, found)


def _content(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Hashed | None:
    content = tar.extractfile(entry) if entry.isreg() else None
    if content is None and not entry.isdir():
        raise ValueError(f"neither a file nor a folder: {entry.name}")
    return None if content is None else Hashed(content)


def _digest(hashed: Hashed) -> str:
    while hashed.read(PIECE):  # what nobody kept counts too
        pass
    return hashed.digest


def _is_ours(name: str) -> bool:
    """A name that stays below the data folder, and one that a backup holds."""
    path = PurePosixPath(name)
    top, *below = path.parts or ("",)
    return str(path) == name and ".." not in below and (top in FOLDERS or (top in FILES and not below))


def _checked(manifest: bytes, found: dict[str, str]) -> dict[str, Any]:
    if not manifest:
        raise ValueError("the manifest is missing")
    said: dict[str, Any] = json.loads(manifest)
    if said["format"] != FORMAT:
        raise ConfigError(f"备份的格式是 {said['format']}，本程序只认 {FORMAT}：请用写它的版本来恢复 (another format)")
    differing = sorted(
        name for name in found.keys() | said["members"].keys() if found.get(name) != said["members"].get(name)
    )
    if differing:
        raise ValueError(f"differs from the manifest: {differing[0]}")
    return said
