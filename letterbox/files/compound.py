"""Compound files (DOC, XLS, PPT and what WPS saves as WPS, ET, DPS): which of them one is, without macros and packed files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import olefile

from letterbox.files import fields, kinds, workbook_records
from letterbox.files.kinds import Refused

START = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEXT, BOOKS, SLIDES = "WordDocument", ("Workbook", "Book"), "PowerPoint Document"
MACRO_STREAMS = frozenset({"vba", "_vba_project", "_vba_project_cur", "macros", "vbaproject.bin", "projectwm"})
MACROS = "里带有宏（程序），请另存为不带宏的文件再上传"
PACKED = "里嵌入了别的文件，请把它们分开上传"
LOCKED = "有打开密码，工作人员看不到，请去掉密码后再上传"
BROKEN = "不是完整的文件，打不开，请重新保存后再上传"
OTHERS = (
    ("__properties_version1.0", "是 Outlook 邮件，请把正文和附件分开另存后上传"),
    ("visiodocument", "是 Visio 图，请另存为 PDF 再上传"),
    ("contents", "是旧版 Works 或者 Publisher 文件，请另存为 PDF 再上传"),
)
SLIDE_MACROS = bytes.fromhex("1f00ff0314000000020000040c000000")
"""VbaInfoContainer and the head of its atom ([MS-PPT] 2.4.10); four bytes on it is said whether there are macros."""
PACKAGE = b"\xba\x0f\x0e\x00\x00\x00" + "Package".encode("utf-16-le")
"""The program of an embedded object that is just a file."""


def kind_of(content: bytes) -> str:
    """DOC, XLS or PPT. Raises Refused for any other."""
    with _opened(content) as book:
        if book.exists(TEXT):
            return kinds.DOC
        if any(book.exists(each) for each in BOOKS):
            return kinds.XLS
        if book.exists(SLIDES):
            return kinds.PPT
        streams = _streams(book)
    if {"encryptedpackage", "encryptioninfo"} & streams:
        raise Refused(LOCKED)
    words = (words for mark, words in OTHERS if mark in streams)
    raise Refused(next(words, f"不是可接受的类型，请上传 {kinds.ACCEPTED}"))


def check(content: bytes) -> None:
    """Raises Refused."""
    with _opened(content) as book:
        streams = _streams(book)
        if streams & MACRO_STREAMS:
            raise Refused(MACROS)
        if any("ole10native" in stream or stream == "package" for stream in streams):
            raise Refused(PACKED)
        if {"encryptedpackage", "encryptioninfo", "encryptedsummary"} & streams:
            raise Refused(LOCKED)
        if book.exists(TEXT):
            fields.check_stream(book.openstream(TEXT).read())
        for name in BOOKS:
            if book.exists(name):
                workbook_records.check(book.openstream(name).read())
        if book.exists(SLIDES):
            _check_slides(book.openstream(SLIDES).read())


def check_embedded(content: bytes) -> None:
    """An object inside a document: a formula or a table is fine, a packed file and a macro are not. Raises Refused."""
    with _opened(content) as book:
        streams = _streams(book)
    if streams & MACRO_STREAMS:
        raise Refused(MACROS)
    if any("ole10native" in stream for stream in streams):
        raise Refused(PACKED)


def _check_slides(stream: bytes) -> None:
    at = stream.find(SLIDE_MACROS)
    while at >= 0:
        if any(stream[at + len(SLIDE_MACROS) + 4 : at + len(SLIDE_MACROS) + 8]):
            raise Refused(MACROS)
        at = stream.find(SLIDE_MACROS, at + 1)
    if PACKAGE in stream:
        raise Refused(PACKED)


def _streams(book: olefile.OleFileIO) -> set[str]:
    return {part.lower() for path in book.listdir(streams=True, storages=True) for part in path}


@contextmanager
def _opened(content: bytes) -> Iterator[olefile.OleFileIO]:
    """Raises Refused for a file that cannot be read, here or while somebody reads it."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as book:
            yield book
    except (OSError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise Refused(BROKEN) from error
