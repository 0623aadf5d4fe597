"""Attached files: checked by their content, not by their name; sealed, and stored under their digest."""

from __future__ import annotations

import hashlib
import logging
import math
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, NotFound, TooManyAttempts, Unavailable
from letterbox.files import contents, kinds, sniffing
from letterbox.files.folder import SealedFolder
from letterbox.files.kinds import Refused
from letterbox.files.scanner import Scanner
from letterbox.files.sealed import BrokenFile
from letterbox.store.database import Database
from letterbox.store.letters import Attachment, Letter

MAX_BYTES = 10 * 1024 * 1024
KEPT_FOR = timedelta(hours=24)
"""How long an upload waits for its letter."""
LEAST_FREE_BYTES = 1024 * 1024 * 1024
"""Files are taken only while the disk has this much left: letters, record and engine share it."""
FULL = "服务器存放附件的地方快满了，附件暂时收不下；您写的内容还在，请先不带附件寄出，或者明天再上传"
LOST = "这个附件的文件不在了或者被改动过，请联系管理员"
ATTACHMENT_LOCK = 41
"""First key of the advisory locks on files; the second is of the file's digest."""
TOO_MANY = "您在一天里上传了很多没有寄出的文件，请先把信寄出，或者明天再上传"


log = logging.getLogger(__name__)


class Quota(NamedTuple):
    """The most that uploads which belong to no letter yet may take: of one client in files and bytes, of all in bytes."""

    client_files: int = 40
    client_bytes: int = 150 * 1024 * 1024
    all_bytes: int = 4 * 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class UploadRef:
    """A stored file before it belongs to a letter; ``token`` is the key to it."""

    token: str
    filename: str
    size: int
    media_type: str


class Attachments:
    """Stores files in ``folder`` by digest; rows carry name, type and owner."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        folder: SealedFolder,
        scanner: Scanner | None = None,
        quota: Quota | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder
        self._scanner = scanner
        self._quota = quota or Quota()

    def store(
        self,
        content: bytes,
        filename: str,
        client: str | None = None,
        *,
        together_with: Collection[str] = (),
        number: str | None = None,
    ) -> UploadRef:
        """Check and keep a file, under a name with the extension of its kind, without what is behind its end.

        ``client``: from where it comes, for the quota; None: one of the staff. ``together_with``: tokens of uploads that it is to
        go along with; ``number``: the letter that it is for, if there is one: the same content is not kept twice.

        Raises FieldErrors (``attachments``) for an empty, large, unaccepted or repeated one and for malware, TooManyAttempts over the
        quota, Unavailable while the disk is nearly full or the scanner cannot be asked.
        """
        self._refuse_over_quota(client, len(content))
        content, name, media_type, digest = self._checked(content, filename)
        self._refuse_twice(digest, name, together_with, number)
        path = Path(digest[:2]) / digest
        token = secrets.token_urlsafe(24)
        with self._database.transaction() as session:
            lock_file(session, digest)
            self._folder.keep(path, content, digest)
            session.add(
                Attachment(
                    token=token,
                    filename=name,
                    media_type=media_type,
                    size=len(content),
                    sha256=digest,
                    path=str(path),
                    uploaded_at=self._clock.now(),
                    client=client,
                )
            )
        return UploadRef(token=token, filename=name, size=len(content), media_type=media_type)

    def _checked(self, content: bytes, filename: str) -> tuple[bytes, str, str, str]:
        """What is kept of the file, under which name, of which kind, and its digest. Raises FieldErrors, Unavailable."""
        media_type = checked_type(content, filename)
        self._scan(content, safe_name(filename))
        kept, name = contents.kept(content, media_type), kinds.name_of_kind(safe_name(filename), media_type)
        return kept, name, media_type, hashlib.sha256(kept).hexdigest()

    def _refuse_over_quota(self, client: str | None, size: int) -> None:
        if self._folder.free_bytes() - size < LEAST_FREE_BYTES:
            raise Unavailable(FULL)
        if client is None:
            return
        waiting = select(func.count(), func.coalesce(func.sum(Attachment.size), 0)).where(
            Attachment.letter_id.is_(None), Attachment.uploaded_at > self._clock.now() - KEPT_FOR
        )
        with self._database.reading() as session:
            files, taken = session.execute(waiting.where(Attachment.client == client)).one()
            _, taken_by_all = session.execute(waiting).one()
        if files >= self._quota.client_files or taken + size > self._quota.client_bytes:
            raise TooManyAttempts(TOO_MANY, int(KEPT_FOR.total_seconds()))
        if taken_by_all + size > self._quota.all_bytes:
            raise Unavailable(FULL)

    def _refuse_twice(self, digest: str, name: str, together_with: Collection[str], number: str | None) -> None:
        letter = select(Letter.id).where(Letter.number == number).scalar_subquery()
        same = select(Attachment.filename).where(
            Attachment.sha256 == digest, or_(Attachment.token.in_(together_with), Attachment.letter_id == letter)
        )
        with self._database.reading() as session:
            before = session.scalars(same.order_by(Attachment.id).limit(1)).first()
        if before is not None:
            raise FieldErrors({"attachments": f"“{name}”与前面的“{before}”是同一个文件，没有重复保存"})

    def _scan(self, content: bytes, name: str) -> None:
        if self._scanner is None:
            return
        try:
            self._scanner.check(content)
        except Refused as refusal:
            raise FieldErrors({"attachments": f"“{name}”{refusal.message}"}) from refusal

    def forget_orphans(self) -> int:
        """Delete uploads that got no letter within a day, and files to which nothing refers any more. Returns how many
        rows went."""
        with self._database.reading() as session:
            query = select(Attachment.id, Attachment.sha256).where(
                Attachment.letter_id.is_(None), Attachment.uploaded_at < self._clock.now() - KEPT_FOR
            )
            orphans = session.execute(query.order_by(Attachment.id).limit(500)).all()
        return sum(self._forget(attachment_id, digest) for attachment_id, digest in orphans)

    def _forget(self, attachment_id: int, digest: str) -> int:
        """Delete the row, and the file if this was the last row that refers to it. A lock keeps apart whoever stores
        the same file."""
        with self._database.transaction() as session:
            lock_file(session, digest)
            row = session.get(Attachment, attachment_id, with_for_update=True)
            if row is None or row.letter_id is not None:
                return 0
            path = Path(row.path)
            session.delete(row)
            session.flush()
            if session.scalars(select(Attachment.id).where(Attachment.sha256 == digest).limit(1)).first() is None:
                self._folder.remove(path)
        return 1

    def upload(self, token: str) -> UploadRef:
        """An upload that belongs to no letter yet. Raises NotFound."""
        with self._database.reading() as session:
            row = session.scalars(
                select(Attachment).where(Attachment.token == token, Attachment.letter_id.is_(None))
            ).first()
        if row is None:
            raise NotFound("附件已过期，请重新上传")
        return UploadRef(token=row.token, filename=row.filename, size=row.size, media_type=row.media_type)

    def content(self, letter_id: int, attachment_id: int) -> tuple[Attachment, bytes]:
        """A letter's attachment and its bytes. Raises NotFound."""
        with self._database.reading() as session:
            row = session.get(Attachment, attachment_id)
        if row is None or row.letter_id != letter_id:
            raise NotFound("没有这个附件")
        return row, self.read(row)

    def read(self, row: Attachment) -> bytes:
        """Raises Unavailable for a file that is gone or is not what was uploaded."""
        try:
            content = self._folder.read(Path(row.path), row.sha256)
        except (OSError, BrokenFile) as error:
            log.error("attachment %s cannot be read: %s", row.id, error)
            raise Unavailable(LOST) from error
        if hashlib.sha256(content).hexdigest() != row.sha256:
            log.error("attachment %s is not what was uploaded: its digest differs", row.id)
            raise Unavailable(LOST)
        return content


def attach(session: Session, letter_id: int, tokens: tuple[str, ...]) -> None:
    """Give uploads to a letter; raises FieldErrors if one is unknown or already belongs to another."""
    if not tokens:
        return
    rows = session.scalars(select(Attachment).where(Attachment.token.in_(tokens)).with_for_update()).all()
    if len(rows) != len(set(tokens)) or any(row.letter_id is not None for row in rows):
        raise FieldErrors({"uploads": "有附件已过期，请重新上传"})
    for row in rows:
        row.letter_id = letter_id


def checked_type(content: bytes, filename: str) -> str:
    """The media type found in the bytes, if it is accepted and carries nothing that runs; the name plays no part in it.

    Raises FieldErrors.
    """
    name = safe_name(filename)
    if not content:
        raise FieldErrors({"attachments": f"“{name}”是空文件，请检查后重新选择"})
    if len(content) > MAX_BYTES:
        size = math.ceil(len(content) / 1024 / 1024 * 10) / 10
        raise FieldErrors({"attachments": f"“{name}”有 {size:.1f} MB，每个附件最大 {MAX_BYTES // 1024 // 1024} MB"})
    try:
        found = sniffing.kind_of(content, name)
        contents.check(content, found)
    except Refused as refusal:
        raise FieldErrors({"attachments": f"“{name}”{refusal.message}"}) from refusal
    return found


def lock_file(session: Session, digest: str) -> None:
    """Lock the content of this digest: one at a time stores or removes a file of it."""
    session.execute(select(func.pg_advisory_xact_lock(ATTACHMENT_LOCK, int(digest[:7], 16))))


def safe_name(filename: str) -> str:
    """The file's own name without folders or control characters, at most 120 characters."""
    base = filename.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[:110]}{dot}{suffix[:9]}" if stem else kept[:120] or "附件"
