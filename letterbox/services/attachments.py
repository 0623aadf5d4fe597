"""Attached files: checked by what they are, not by what they call themselves; stored under their digest."""

from __future__ import annotations

import hashlib
import io
import math
import secrets
import zipfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.store.database import Database
from letterbox.store.letters import Attachment

MAX_BYTES = 10 * 1024 * 1024
PDF, JPEG, PNG, GIF, WEBP = "application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OFD, OLE = "application/ofd", "application/vnd.ms-works"
SUFFIXES = {
    PDF: {".pdf"}, JPEG: {".jpg", ".jpeg"}, PNG: {".png"}, GIF: {".gif"}, WEBP: {".webp"},
    DOCX: {".docx"}, OFD: {".ofd"}, OLE: {".wps", ".doc"},
}  # fmt: skip
ACCEPTED = "PDF、图片（JPG、PNG、GIF、WEBP）、DOCX、DOC、WPS、OFD"


@dataclass(frozen=True, slots=True)
class UploadRef:
    """A stored file before it belongs to a letter; ``token`` is the key to it."""

    token: str
    filename: str
    size: int
    media_type: str


class Attachments:
    """Stores files below ``folder`` by digest; rows carry name, type and owner."""

    def __init__(self, database: Database, clock: Clock, folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._folder = folder

    def store(self, content: bytes, filename: str) -> UploadRef:
        """Check and keep a file. Raises FieldErrors (``attachments``) for an empty, large or unaccepted one."""
        media_type = checked_type(content, filename)
        digest = hashlib.sha256(content).hexdigest()
        path = Path(digest[:2]) / digest
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            part = target.with_suffix(f".{secrets.token_hex(4)}.part")
            part.write_bytes(content)
            part.replace(target)
        token = secrets.token_urlsafe(24)
        with self._database.transaction() as session:
            session.add(
                Attachment(
                    token=token, filename=safe_name(filename), media_type=media_type, size=len(content),
                    sha256=digest, path=str(path), uploaded_at=self._clock.now(),
                )
            )  # fmt: skip
        return UploadRef(token, safe_name(filename), len(content), media_type)

    def upload(self, token: str) -> UploadRef:
        """An upload that belongs to no letter yet. Raises NotFound."""
        with self._database.reading() as session:
            row = session.scalars(
                select(Attachment).where(Attachment.token == token, Attachment.letter_id.is_(None))
            ).first()
        if row is None:
            raise NotFound("附件已过期，请重新上传")
        return UploadRef(row.token, row.filename, row.size, row.media_type)

    def content(self, letter_id: int, attachment_id: int) -> tuple[Attachment, bytes]:
        """A letter's attachment and its bytes. Raises NotFound."""
        with self._database.reading() as session:
            row = session.get(Attachment, attachment_id)
        if row is None or row.letter_id != letter_id:
            raise NotFound("没有这个附件")
        return row, (self._folder / row.path).read_bytes()


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
    """The media type found in the bytes, if it is accepted and agrees with the name. Raises FieldErrors."""
    name = safe_name(filename)
    if not content:
        raise FieldErrors({"attachments": f"“{name}”是空文件，请检查后重新选择"})
    if len(content) > MAX_BYTES:
        size = math.ceil(len(content) / 1024 / 1024 * 10) / 10
        raise FieldErrors({"attachments": f"“{name}”有 {size:.1f} MB，每个附件最大 {MAX_BYTES // 1024 // 1024} MB"})
    found = sniff(content)
    if found is None:
        raise FieldErrors({"attachments": f"“{name}”不是可接受的类型，请上传 {ACCEPTED}"})
    if Path(name).suffix.lower() not in SUFFIXES[found]:
        raise FieldErrors({"attachments": f"“{name}”的内容与扩展名不符，请上传原始文件"})
    return found


def sniff(content: bytes) -> str | None:
    """What a file is by its first bytes, for the accepted types; None for anything else."""
    signatures = [(b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"GIF8", GIF),
                  (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE)]  # fmt: skip
    for start, media_type in signatures:
        if content.startswith(start):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return _sniff_zip(content) if content.startswith(b"PK\x03\x04") else None


def _sniff_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):  # broken, of a version not known, names not decodable
        return None
    if "OFD.xml" in names:
        return OFD
    has_macros = any(name.endswith("vbaProject.bin") for name in names)
    return DOCX if "word/document.xml" in names and not has_macros else None


def safe_name(filename: str) -> str:
    """The file's own name without folders or control characters, at most 120 characters."""
    base = filename.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in base if c.isprintable() and c not in '<>:"|?*').strip(" .")
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[:110]}{dot}{suffix[:9]}" if stem else kept[:120] or "附件"
