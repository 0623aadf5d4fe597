"""Packages that are documents (DOCX, XLSX, PPTX, OFD), without macros, packed files, far templates and data from elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from letterbox.files import compound, fields
from letterbox.files.compound import BROKEN, LOCKED, MACROS, PACKED
from letterbox.files.kinds import Refused

MOST_UNPACKED = 100 * 1024 * 1024
MOST_ENTRIES = 5_000
MOST_OF_TEXT = 20 * 1024 * 1024
"""Of one part with words; each is read whole."""
MOST_NESTED = 3
"""A table in a document in a document."""
DOCUMENTS = (".docx", ".xlsx", ".pptx")
READ_WHOLE = (*DOCUMENTS, ".xml", ".rels", ".bin")
FETCHED_CELL = re.compile(rb"<f\b[^<>]*>[^<]*WEBSERVICE\(", re.IGNORECASE)
"""A cell that fetches a page."""
LOOKED_AT = 64
"""Bytes of all other parts."""
PARTS = frozenset(
    [
        "xml",
        "rels",
        "png",
        "jpg",
        "jpeg",
        "jpe",
        "jfif",
        "gif",
        "bmp",
        "tif",
        "tiff",
        "emf",
        "wmf",
        "wdp",
        "svg",
        "webp",
        "bin",
        "rdf",
        "svm",
        "odttf",
        "fntdata",
        "ttf",
        "otf",
        "vml",
        "docx",
        "xlsx",
        "pptx",
        "esl",
        "dat",
        "sig",
        "cer",
        "gbig",
        "jb2",
        "key",
    ]
)
"""Extensions of what such a package is made of; a program has another."""
DATA = "里有外部数据连接，打开时会去取数据，请删去连接后再上传"
FAR = "引用了别处的模板或者对象，打开时会去取，请断开链接后再上传"
OLE_START = compound.START
PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!")
UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,
)
BOOK_LINK = re.compile(rb"/(externallinkpath|xlpathmissing|xlexternallinkpath/xlpathmissing)[\"']")
FAR_TARGET = re.compile(rb"\s*(https?:|ftp:|smb:|//|\\\\|file:/{2}[^/]|file:/{4,}|file:/*\\\\)")
RELATION = re.compile(rb"<[^<>]*?Relationship\b[^<>]{0,4000}>")
MACRO_NAMES = ("vbaproject", "vbadata", "activex", "macrosheets/")
MACRO_SIGNS = (b"macroenabled", b"vbaproject", b"vbadata", b"ms-word.attachedtoolbars", b"activex")


def check_package(content: bytes, nested: int = 0) -> None:
    """A ZIP that is read as a document. Raises Refused."""
    if nested > MOST_NESTED:
        raise Refused(PACKED)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            check_entries(package.infolist())
            for entry in package.infolist():
                _check_part(entry.filename.lower(), read(package, entry), nested)
    except UNREADABLE as error:
        raise Refused(BROKEN) from error


def check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused("展开以后太大，请另存为 PDF 再上传")
    if len({name.lower() for name in names}) != len(names) or any(_leads_out(name) for name in names):
        raise Refused(BROKEN)
    if any(entry.file_size > MOST_OF_TEXT for entry in entries if entry.filename.lower().endswith(".xml")):
        raise Refused("展开以后太大，请另存为 PDF 再上传")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(LOCKED)
    if any(sign in name.lower() for name in names for sign in MACRO_NAMES):
        raise Refused(MACROS)
    if any(name.lower().endswith("connections.xml") for name in names):
        raise Refused(DATA)
    if any(_extension(name) not in PARTS for name in names if not name.endswith("/")):
        raise Refused(PACKED)


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or "\\" in name or ".." in name.split("/")


def _extension(name: str) -> str:
    """``[Content_Types].xml`` → ``xml``; a name without one (OFD seals have such) counts as data."""
    base = name.rpartition("/")[2]
    return base.rpartition(".")[2].lower() if "." in base else "dat"


def read(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """As much of the part as is looked at."""
    if entry.is_dir():
        return b""
    with package.open(entry) as part:
        return part.read() if entry.filename.lower().endswith(READ_WHOLE) else part.read(LOOKED_AT)


def _check_part(lower: str, data: bytes, nested: int) -> None:
    if data.startswith(PROGRAM_STARTS):
        raise Refused(PACKED)
    if lower == "[content_types].xml" and any(sign in data.lower() for sign in MACRO_SIGNS):
        raise Refused(MACROS)
    if lower.endswith(".rels"):
        _check_relations(data)
    elif lower.endswith(".xml"):
        plain = _as_text(data)
        fields.check_part(plain)
        if FETCHED_CELL.search(plain):
            raise Refused(DATA)
    elif data.startswith(OLE_START):
        compound.check_embedded(data)
    elif lower.endswith(DOCUMENTS):
        check_package(data, nested + 1)


def _check_relations(data: bytes) -> None:
    """What lies outside the package may only be linked to by somebody's click."""
    plain = _as_text(data)
    for relation in RELATION.findall(plain):
        lower = relation.lower()
        if _is_near_book(lower):
            continue
        if re.search(rb"targetmode\s*=\s*[\"']external[\"']", lower) and not re.search(rb"/hyperlink[\"']", lower):
            raise Refused(FAR)
        if b"vbaproject" in lower or b"attachedtoolbars" in lower:
            raise Refused(MACROS)


def _is_near_book(relation: bytes) -> bool:
    """Another workbook that a table looks something up in: its values are kept here, and it is asked for by a click."""
    if not BOOK_LINK.search(relation):
        return False
    target = re.search(rb"\btarget\s*=\s*[\"']([^\"']*)", relation)
    return target is not None and not FAR_TARGET.match(target[1])


def _as_text(data: bytes) -> bytes:
    """UTF-8, whatever encoding the part has; an encoding of its own is no way around the check."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode()
    return data.replace(b"\0", b"")
