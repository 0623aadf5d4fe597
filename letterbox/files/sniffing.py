"""A file's kind by its bytes; of what is not taken the true reason, and what to do instead."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import NoReturn

from letterbox.files import compound, kinds, texts
from letterbox.files.kinds import ACCEPTED, Refused, suffix_of

PDF_START, PDF_WITHIN = b"%PDF-", 1024
"""Some programs put a few bytes before the start; readers look for it in the first 1024."""
SIGNATURES = (
    (PDF_START, kinds.PDF),
    (b"\xff\xd8\xff", kinds.JPEG),
    (b"\x89PNG\r\n\x1a\n", kinds.PNG),
    (b"GIF87a", kinds.GIF),
    (b"GIF89a", kinds.GIF),
)
BROKEN = "不是完整的文件，打不开，请重新保存后再上传"
RESAVE_TEXT = "请用 Word 或者 WPS 打开，另存为 DOCX 或者 PDF 再上传"
RESAVE_PICTURE = "请另存为 JPG 或者 PNG，或者截图后上传"
UNPACK = "是压缩包，请先解压，把里面的文件分开上传"
SOUND = "是录音，这里不收录音：请把要点写进正文，办理人员需要时会向您要"
FILM = "是视频，这里不收视频：请上传其中几张截图，在正文里写明，办理人员需要时会向您要"
PROGRAM = "是程序，不是可接受的类型"
HEIC = "是 HEIC 照片，这里打不开：请在手机的相机设置里选“兼容性最佳”（最兼容）格式再拍，或者截图后上传"
NOT_TAKEN: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", f"其实是 RTF 文档，{RESAVE_TEXT}"), (b"II*\0", f"是 TIFF 图片，{RESAVE_PICTURE}；扫描件请另存为 PDF"),
    (b"MM\0*", f"是 TIFF 图片，{RESAVE_PICTURE}；扫描件请另存为 PDF"), (b"BM", f"是 BMP 图片，{RESAVE_PICTURE}"),
    (b"8BPS", f"是 Photoshop 图片，{RESAVE_PICTURE}"), (b"\0\0\0\x0cjP  ", f"是 JPEG 2000 图片，{RESAVE_PICTURE}"),
    (b"Rar!\x1a\x07", UNPACK), (b"7z\xbc\xaf\x27\x1c", UNPACK), (b"\x1f\x8b", UNPACK), (b"BZh", UNPACK), (b"\xfd7zXZ\0", UNPACK),
    (b"#!AMR", SOUND), (b"ID3", SOUND), (b"OggS", SOUND), (b"fLaC", SOUND), (b"\xff\xfb", SOUND), (b"\xff\xf3", SOUND),
    (b"\xff\xf1", SOUND), (b"\xff\xf9", SOUND), (b"FLV\x01", FILM), (b"\x1aE\xdf\xa3", FILM),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FILM), (b"\0\0\x01\xba", FILM), (b"MZ", PROGRAM), (b"\x7fELF", PROGRAM),
    (b"#!", PROGRAM), (b"\xca\xfe\xba\xbe", PROGRAM), (b"L\0\0\0\x01\x14\x02\0", "是快捷方式，不是文件本身：请选它指向的文件"),
    (b"%!PS", f"是 PostScript 文件，{RESAVE_TEXT}"), (b"CAJ", "是 CAJ 文献，请用知网的阅读器另存为 PDF 再上传"),
    (b"HN\0\0", "是 CAJ 文献，请用知网的阅读器另存为 PDF 再上传"), (b"AC10", "是 CAD 图纸，请另存为 PDF 再上传"),
    (b"\0\x01\0\0Standard", "是 Access 数据库，请把需要的内容导出为 XLSX 再上传"),
)  # fmt: skip
"""First bytes → what such a file is, and what to do."""
NOT_TAKEN_TEXTS = tuple(each for each in NOT_TAKEN if each[0] in {b"{\\rtf", b"#!", b"%!PS"})
"""Where everything can be read as text, two letters at the start may be its first word."""
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
AVIF_BRANDS = frozenset({b"avif", b"avis"})
SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"F4A "})
OFFICE_PARTS = (
    ("word/", b"wordprocessingml.", kinds.DOCX),
    ("xl/", b"spreadsheetml.", kinds.XLSX),
    ("ppt/", b"presentationml.", kinds.PPTX),
)
ODF_KINDS = {each.encode(): each for each in (kinds.ODT, kinds.ODS, kinds.ODP)}
OTHER_PACKAGES = (
    ("xl/workbook.bin", "是 Excel 二进制工作簿（XLSB），请另存为 XLSX 再上传"),
    ("AndroidManifest.xml", PROGRAM),
    ("META-INF/container.xml", "是电子书（EPUB），请另存为 PDF 再上传"),
    ("visio/document.xml", "是 Visio 图，请另存为 PDF 再上传"),
    ("Index/Document.iwa", "是苹果的文稿，请导出为 PDF 或者 DOCX、XLSX 再上传"),
)


def kind_of(content: bytes, filename: str) -> str:
    """The media type found in the bytes. Raises Refused with what the file is if it is not taken."""
    for start, media_type in SIGNATURES:
        if content.startswith(start):
            return media_type
    for at, start, look in FAMILIES:
        if content.startswith(start, at):
            return look(content)
    text = texts.decoded(content)
    for start, words in NOT_TAKEN_TEXTS if text is not None else NOT_TAKEN:
        if content.startswith(start):
            raise Refused(words)
    if PDF_START in content[: PDF_WITHIN + len(PDF_START)]:
        return kinds.PDF
    if text is None:
        raise Refused(f"不是可接受的类型，请上传 {ACCEPTED}")
    return _text(text, filename)


def _text(text: str, filename: str) -> str:
    """Lists and plain texts; pages and programs' sources are texts as well, and are not taken."""
    if words := texts.other_language(text):
        raise Refused(words)
    suffix = suffix_of(filename)
    if suffix == ".csv":
        return kinds.CSV
    if suffix in {"", ".txt", ".text", ".log"}:
        return kinds.TEXT
    raise Refused(f"里面是纯文本，不是 {suffix[1:].upper()} 文件：请把扩展名改为 TXT，或者另存为 DOCX 再上传")


def _riff(content: bytes) -> str:
    form = content[8:12]
    if form == b"WEBP":
        return kinds.WEBP
    raise Refused({b"WAVE": SOUND, b"AVI ": FILM}.get(form, f"不是可接受的类型，请上传 {ACCEPTED}"))


def _media(content: bytes) -> NoReturn:
    raise Refused(_media_words(content))


def _media_words(content: bytes) -> str:
    """What a file of the ISO media family is: a telephone's photo, a film, a recording."""
    length = min(int.from_bytes(content[:4]), 256)
    brands = {content[8:12], *(content[at : at + 4] for at in range(16, length, 4))}
    if content[8:12] in AVIF_BRANDS or (brands & AVIF_BRANDS and not brands & (HEIC_BRANDS - {b"mif1", b"msf1"})):
        return f"是 AVIF 图片，{RESAVE_PICTURE}"
    if brands & HEIC_BRANDS:
        return HEIC
    return SOUND if brands & SOUND_BRANDS else FILM


def _package(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            types = _start(archive, "[Content_Types].xml").lower()
            declared = _start(archive, "mimetype").strip()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, OSError, EOFError) as error:
        raise Refused(BROKEN) from error  # broken, of a version not known, names not decodable
    if "OFD.xml" in names:
        return kinds.OFD
    for part, words in OTHER_PACKAGES:
        if part in names:
            raise Refused(words)
    for folder, mark, media_type in OFFICE_PARTS:
        if types and any(name.startswith(folder) for name in names) and (mark in types or b"ms-" in types):
            return media_type
        if f"{folder}document.xml" in names or f"{folder}workbook.xml" in names or f"{folder}presentation.xml" in names:
            return media_type
    if declared in ODF_KINDS:
        return ODF_KINDS[declared]
    raise Refused(UNPACK)


def _start(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(200_000)
    except (KeyError, zipfile.BadZipFile):
        return b""


FAMILIES: tuple[tuple[int, bytes, Callable[[bytes], str]], ...] = (
    (0, b"RIFF", _riff),
    (4, b"ftyp", _media),
    (0, b"PK\x03\x04", _package),
    (0, b"PK\x05\x06", _package),
    (0, b"PK\x07\x08", _package),
    (0, compound.START, compound.kind_of),
)
"""Where its first bytes are, what they are, and who looks further."""
