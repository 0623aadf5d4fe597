"""What a file is, by its bytes; its name only gets the extension that says so."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from letterbox.domain.errors import LetterboxError

PDF, JPEG, PNG, GIF, WEBP = "application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp"
OPEN_XML = "application/vnd.openxmlformats-officedocument"
DOCX, XLSX, PPTX = (
    f"{OPEN_XML}.wordprocessingml.document",
    f"{OPEN_XML}.spreadsheetml.sheet",
    f"{OPEN_XML}.presentationml.presentation",
)
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
ODT, ODS, ODP = f"{OPEN_DOCUMENT}.text", f"{OPEN_DOCUMENT}.spreadsheet", f"{OPEN_DOCUMENT}.presentation"
OFD, CSV, TEXT = "application/ofd", "text/csv", "text/plain"
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    PDF: (".pdf",), JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"), PNG: (".png",), GIF: (".gif",), WEBP: (".webp",),
    DOCX: (".docx",), DOC: (".doc", ".wps"), ODT: (".odt",), XLSX: (".xlsx",), XLS: (".xls", ".et"), ODS: (".ods",),
    CSV: (".csv",), PPTX: (".pptx",), PPT: (".ppt", ".dps"), ODP: (".odp",), OFD: (".ofd",), TEXT: (".txt",),
}  # fmt: skip
"""Kind → the extensions that it may keep; the first is what a file with any other gets."""
PICTURES = frozenset({JPEG, PNG, GIF, WEBP})
ACCEPTED = (
    "PDF、OFD、图片（JPG、PNG、GIF、WEBP）、文字（DOCX、DOC、WPS、ODT、TXT）、"
    "表格（XLSX、XLS、ET、ODS、CSV）、演示（PPTX、PPT、DPS）"
)
PICKED = ",".join(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
"""For a file picker. Without HEIC: an iPhone then sends a JPEG of its own accord."""
MISTAKEN = frozenset({
    *(suffix for suffixes in SUFFIXES.values() for suffix in suffixes),
    ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp", ".rtf", ".htm", ".html", ".docm", ".dot", ".dotx", ".xlsm", ".xlt",
    ".xltx", ".pptm", ".pps", ".ppsx", ".wpt", ".ett", ".dpt", ".zip", ".rar", ".tmp", ".dat", ".bin",
})  # fmt: skip
"""Extensions that are replaced; any other stays as a part of the name, with the right one behind it."""


class Refused(LetterboxError):
    """Why a file is not taken; the message goes on after the file's name and says what to do."""


def name_of_kind(filename: str, media_type: str) -> str:
    """The file's name with an extension of its kind: ``合同.ＰＤＦ`` and ``合同`` become ``合同.pdf``."""
    stem, suffix = _parts(filename)
    allowed = SUFFIXES[media_type]
    if suffix in allowed:
        return f"{stem}{suffix}"
    return f"{stem}{allowed[0]}" if suffix in MISTAKEN else f"{stem}{suffix}{allowed[0]}"


def suffix_of(filename: str) -> str:
    """The extension in lower case, also one typed in full-width letters; empty if there is none."""
    return _parts(filename)[1]


def _parts(filename: str) -> tuple[str, str]:
    plain = filename.replace("．", ".").replace("。", ".")
    stem, dot, end = plain.rpartition(".")
    suffix = unicodedata.normalize("NFKC", end).strip().lower()
    is_suffix = bool(stem and dot) and 1 <= len(suffix) <= 5 and suffix.isascii() and suffix.isalnum()
    return (filename[: len(stem)], f".{suffix}") if is_suffix else (filename, "")
