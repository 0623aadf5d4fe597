"""Making a backup beside a running stack, and reading it back.

The databases come from one point of their server's log. A file is written before the row that names it is committed, never
changes its content, and goes in the change that deletes the row; so what lies in a folder before that point or after it
holds the file of every row. Both are taken: all before, and afterwards what has come since.
"""

from __future__ import annotations

import dataclasses
import fcntl
import io
import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from letterbox.domain.clock import SystemClock, iso
from letterbox.domain.errors import ConfigError, LetterboxError
from letterbox.services.audit.trail import SPOOL
from letterbox.services.operations.doctor import backups
from letterbox.settings import STACK_FILE
from letterbox.stack import stack_file
from letterbox.stack.backup import archive, base
from letterbox.stack.parts import SECRETS_FILE, secrets_of
from letterbox.stack.postgres import EmbeddedPostgres

ELSEWHERE = (
    "数据库或流程引擎不在这个数据目录里（设置了 DATABASE_URL 或 ENGINE_URL）：letterbox backup 只备份 letterbox up 自带的数据库，"
    "外部的请用数据库自己的 pg_basebackup，再复制数据目录，步骤见 docs/how-to/production.md (an external database or engine)"
)
NOTHING = (
    "{folder} 里没有 letterbox up 启动过的系统：请用 LETTERBOX_DATA_DIR 指定它的数据目录 (nothing was started here)"
)
THERE = "{target} 已经有了，没有动它：请换一个文件名，或加 --replace 覆盖 (the file exists)"
WRITING = "另一次备份正在写 {target}：请等它完成，或换一个文件名 (another backup is writing it)"
UNWRITTEN = (
    "备份没有写成，{target} 没有变（{why}）：请看磁盘空间和权限，或换一个地方存放 (the backup could not be written)"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """What a file holds; ``members``: how many files and folders."""

    file: Path
    at: datetime
    size: int
    members: int
    is_sealed: bool


def make(data_dir: Path, target: Path, phrase: str | None, *, replace: bool) -> Made:
    """Write the backup, read it back, put it under its name at once and remember that it was made.

    Raises ConfigError, Unavailable, LetterboxError; ``target`` is then what it was before.
    """
    server, at = own_server(data_dir), SystemClock().now()
    _check_absent(target, replace=replace)
    try:
        with _partial(target) as (part, file):
            writer = archive.ArchiveWriter(file, phrase)
            _fill(writer, data_dir, server)
            writer.finish({"at": iso(at)})
            file.flush()
            os.fsync(file.fileno())
            made = verify(part, phrase)
            _check_absent(target, replace=replace)
            part.replace(target)
        _sync(target.parent)
        backups.remember(data_dir, at)
    except OSError as error:
        raise LetterboxError(UNWRITTEN.format(target=target, why=error.strerror or error)) from error
    return dataclasses.replace(made, file=target)


def verify(file: Path, phrase: str | None) -> Made:
    """Read all of a backup and compare it with its manifest. Raises BrokenBackup, ConfigError."""
    with opened(file) as source:
        said = archive.read(source, file, phrase, lambda _name, _content: None)
        size = os.fstat(source.fileno()).st_size
    at = datetime.fromisoformat(said["at"])
    return Made(file=file, at=at, size=size, members=len(said["members"]), is_sealed=phrase is not None)


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """Raises ConfigError for a file that cannot be opened."""
    try:
        source = file.open("rb")
    except OSError as error:
        raise ConfigError(f"打不开备份 {file}（{error.strerror}）：请核对文件名和权限 (cannot be opened)") from error
    with source:
        yield source


def own_server(data_dir: Path) -> EmbeddedPostgres:
    """The server that holds both databases of this folder. Raises ConfigError if that is another one's."""
    stored = stack_file.read(data_dir)
    if not stored or not (data_dir / SECRETS_FILE).exists():
        raise ConfigError(NOTHING.format(folder=data_dir))
    server = EmbeddedPostgres(data_dir / "postgres", int(stored["database_port"]), secrets_of(data_dir).database)
    own_engine = f"http://127.0.0.1:{stored['engine_port']}/engine-rest"
    if (stored["database_url"], stored["engine_url"]) != (server.url("letterbox"), own_engine):
        raise ConfigError(ELSEWHERE)
    return server


def _check_absent(target: Path, *, replace: bool) -> None:
    if target.is_dir():
        raise ConfigError(f"{target} 是文件夹：请写出备份的文件名 (a folder)")
    if os.path.lexists(target) and not replace:
        raise ConfigError(THERE.format(target=target))


@contextmanager
def _partial(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """``FILE.part``, ours alone while it is written; gone if what is done with it fails."""
    part = target.with_name(f"{target.name}.part")
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "wb") as file:
        _lock(part, file, target)
        try:
            os.fchmod(file.fileno(), 0o600)
            file.truncate(0)
            yield part, file
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _lock(part: Path, file: BinaryIO, target: Path) -> None:
    """Raises ConfigError while another backup writes the file, or if it has given it its name meanwhile."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(part.stat(), os.fstat(file.fileno())):
            return
    except (BlockingIOError, FileNotFoundError):
        pass
    raise ConfigError(WRITING.format(target=target))


def _fill(writer: archive.ArchiveWriter, data_dir: Path, server: EmbeddedPostgres) -> None:
    stored = stack_file.read(data_dir)
    secrets = json.loads((data_dir / SECRETS_FILE).read_text("utf-8"))
    _words(
        writer, SECRETS_FILE, {**secrets, "secret_key": stored["secret_key"]}
    )  # the environment may have given another
    _words(writer, STACK_FILE, stored)
    with suppress(FileNotFoundError):
        _file(writer, SPOOL, data_dir / SPOOL)
    folders = [data_dir / name for name in ("attachments", "mail")]
    _folders(writer, data_dir, folders)
    with closing(base.members(server)) as members:
        for entry, content in members:
            name = str(PurePosixPath("postgres", entry.name))  # the server writes some as ./pg_wal/…
            if content is None:
                writer.folder(name)
            else:
                writer.file(name, entry.size, content)
    _folders(writer, data_dir, folders)


def _folders(writer: archive.ArchiveWriter, data_dir: Path, folders: list[Path]) -> None:
    """Whatever is not in the backup yet; a file that goes meanwhile belongs to no row any more."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(data_dir))
            if name not in writer.members and path.is_file() and not path.is_symlink() and path.suffix != ".part":
                with suppress(FileNotFoundError):
                    _file(writer, name, path)


def _file(writer: archive.ArchiveWriter, name: str, path: Path) -> None:
    with path.open("rb") as source:
        writer.file(name, os.fstat(source.fileno()).st_size, source)


def _words(writer: archive.ArchiveWriter, name: str, document: object) -> None:
    content = json.dumps(document, ensure_ascii=False, indent=2).encode()
    writer.file(name, len(content), io.BytesIO(content))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
