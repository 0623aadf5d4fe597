"""What a file is, by its bytes, and whether its name says the same."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from letterbox.domain.errors import LetterboxError

PDF, JPEG, PNG, GIF, WEBP = "application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OFD, OLE = "application/ofd", "application/vnd.ms-works"
SUFFIXES = {
    PDF: {".pdf"}, JPEG: {".jpg", ".jpeg"}, PNG: {".png"}, GIF: {".gif"}, WEBP: {".webp"},
    DOCX: {".docx"}, OFD: {".ofd"}, OLE: {".wps", ".doc"},
}  # fmt: skip
PICTURES = frozenset({JPEG, PNG, GIF, WEBP})
ACCEPTED = "PDF、图片（JPG、PNG、GIF、WEBP）、DOCX、DOC、WPS、OFD"
ZIP_START = b"PK\x03\x04"
SIGNATURES = (
    (b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"GIF8", GIF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
)  # fmt: skip


class Refused(LetterboxError):
    """Why a file is not taken; the message goes on after the file's name and says what to do."""


def kind_of(content: bytes, filename: str) -> str:
    """The media type found in the bytes, if it is accepted and agrees with the name. Raises Refused."""
    found = sniff(content)
    if found is None:
        raise Refused(f"不是可接受的类型，请上传 {ACCEPTED}")
    if Path(filename).suffix.lower() not in SUFFIXES[found]:
        raise Refused("的内容与扩展名不符，请上传原始文件")
    return found


def sniff(content: bytes) -> str | None:
    """What a file is by its first bytes, for the accepted types; None for anything else."""
    for start, media_type in SIGNATURES:
        if content.startswith(start):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return _sniff_zip(content) if content.startswith(ZIP_START) else None


def _sniff_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):  # broken, of a version not known, names not decodable
        return None
    if "OFD.xml" in names:
        return OFD
    return DOCX if "word/document.xml" in names else None
