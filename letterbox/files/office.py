"""Office files: packages (DOCX, OFD) and the older compound files (DOC, WPS), without macros, packed files and far templates."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import olefile

from letterbox.files import fields
from letterbox.files.kinds import Refused

MOST_UNPACKED = 100 * 1024 * 1024
MOST_ENTRIES = 5_000
MOST_OF_TEXT = 20 * 1024 * 1024
"""Of one part with words; each is read whole."""
MOST_NESTED = 3
"""A table in a document in a document."""
DOCUMENTS = (".docx", ".xlsx", ".pptx")
READ_WHOLE = (*DOCUMENTS, ".xml", ".rels", ".bin")
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
MACROS = "里带有宏（程序），请另存为不带宏的文件再上传"
PACKED = "里嵌入了别的文件，请把它们分开上传"
FAR = "引用了别处的模板或者对象，打开时会去取，请断开链接后再上传"
BROKEN = "不是完整的文件，打不开，请重新保存后再上传"
OLE_START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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
RELATION = re.compile(rb"<[^<>]*?Relationship\b[^<>]{0,4000}>")
TEXT = "WordDocument"
MACRO_STREAMS = ("vba", "_vba_project", "_vba_project_cur", "macros", "vbaproject.bin", "projectwm")
MACRO_SIGNS = (b"macroenabled", b"vbaproject", b"vbadata", b"ms-word.attachedtoolbars", b"activex")


def check_package(content: bytes, nested: int = 0) -> None:
    """A ZIP that is read as a document. Raises Refused."""
    if nested > MOST_NESTED:
        raise Refused(PACKED)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _check_entries(package.infolist())
            for entry in package.infolist():
                _check_part(entry.filename.lower(), _read(package, entry), nested)
    except UNREADABLE as error:
        raise Refused(BROKEN) from error


def check_compound(content: bytes) -> None:
    """An OLE compound file (DOC, WPS). Raises Refused."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as compound:
            streams = [part.lower() for path in compound.listdir(streams=True, storages=True) for part in path]
            if compound.exists(TEXT):
                fields.check_stream(compound.openstream(TEXT).read())
    except (OSError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise Refused(BROKEN) from error
    if any(stream in MACRO_STREAMS for stream in streams):
        raise Refused(MACROS)
    if any("ole10native" in stream or stream == "package" for stream in streams):
        raise Refused(PACKED)
    if "encryptedpackage" in streams or "encryptioninfo" in streams:
        raise Refused("有打开密码，工作人员看不到，请去掉密码后再上传")
    if not {"worddocument", "mathtype", "contents", "textdocument"} & set(streams):
        raise Refused("不是文字文档，请上传 DOC 或 WPS 的原始文件，或者另存为 PDF")


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise Refused("展开以后太大，请另存为 PDF 再上传")
    if len({name.lower() for name in names}) != len(names) or any(_leads_out(name) for name in names):
        raise Refused(BROKEN)
    if any(entry.file_size > MOST_OF_TEXT for entry in entries if entry.filename.lower().endswith(".xml")):
        raise Refused("展开以后太大，请另存为 PDF 再上传")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused("有打开密码，工作人员看不到，请去掉密码后再上传")
    if any("vbaproject" in name.lower() or "vbadata" in name.lower() or "activex" in name.lower() for name in names):
        raise Refused(MACROS)
    if any(_extension(name) not in PARTS for name in names if not name.endswith("/")):
        raise Refused(PACKED)


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ":" in name or "\\" in name or ".." in name.split("/")


def _extension(name: str) -> str:
    """``[Content_Types].xml`` → ``xml``; a name without one (OFD seals have such) counts as data."""
    base = name.rpartition("/")[2]
    return base.rpartition(".")[2].lower() if "." in base else "dat"


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """As much of the part as is looked at."""
    if entry.is_dir():
        return b""
    with package.open(entry) as part:
        return part.read() if entry.filename.lower().endswith(READ_WHOLE) else part.read(LOOKED_AT)


def _check_part(lower: str, data: bytes, nested: int) -> None:
    if data.startswith((b"MZ", b"\x7fELF", b"#!")):
        raise Refused(PACKED)
    if lower == "[content_types].xml" and any(sign in data.lower() for sign in MACRO_SIGNS):
        raise Refused(MACROS)
    if lower.endswith(".rels"):
        _check_relations(data)
    elif lower.endswith(".xml"):
        fields.check_part(_as_text(data))
    elif data.startswith(OLE_START):
        _check_embedded(data)
    elif lower.endswith(DOCUMENTS):
        check_package(data, nested + 1)


def _check_embedded(data: bytes) -> None:
    """An object inside a document: a formula or a table is fine, a packed file and a macro are not."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as compound:
            streams = {part.lower() for path in compound.listdir(streams=True, storages=True) for part in path}
    except (OSError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise Refused(BROKEN) from error
    if streams & set(MACRO_STREAMS):
        raise Refused(MACROS)
    if any("ole10native" in stream for stream in streams):
        raise Refused(PACKED)


def _check_relations(data: bytes) -> None:
    """What lies outside the package may only be linked to by somebody's click."""
    plain = _as_text(data)
    for relation in RELATION.findall(plain):
        lower = relation.lower()
        if re.search(rb"targetmode\s*=\s*[\"']external[\"']", lower) and not re.search(rb"/hyperlink[\"']", lower):
            raise Refused(FAR)
        if b"vbaproject" in lower or b"attachedtoolbars" in lower:
            raise Refused(MACROS)


def _as_text(data: bytes) -> bytes:
    """UTF-8, whatever encoding the part has; an encoding of its own is no way around the check."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace").encode()
    return data.replace(b"\0", b"")
