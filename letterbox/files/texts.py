"""Plain texts and lists (CSV): of which encoding they are, and whether a spreadsheet would start something from them."""

from __future__ import annotations

import re

from letterbox.files.kinds import Refused

MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
ENCODINGS = ("utf-8", "gb18030", "big5")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
RESAVE = "请用浏览器或者 WPS 打开，另存为 PDF、DOCX 或者 XLSX 再上传"
OTHER_LANGUAGES = (
    (
        re.compile(r"\s*(<!doctype\s+html|<html|<head|<body|<table|<meta\s|<script|<style)", re.I),
        f"其实是网页（HTML），{RESAVE}",
    ),
    (
        re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?(<!doctype\s+svg[^>]*>\s*)?<svg\b", re.I | re.S),
        "是 SVG 图，请截图后上传，或者另存为 PDF",
    ),
    (re.compile(r"\s*<\?xml\b", re.I), f"其实是 XML 文件，{RESAVE}"),
    (re.compile(r"\s*<\?php", re.I), "是程序，不是可接受的类型"),
    (
        re.compile(r"(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*?mime-version:", re.I),
        f"其实是网页或者邮件的存档（MHT、EML），{RESAVE}",
    ),
)
STARTING = re.compile(r"(?:^|[,;\t\r\n])[\s\"']*[=+\-@][^,;\t\r\n]*\|[^,;\t\r\n]*!")
"""A cell that a spreadsheet would hand to another program (dynamic data exchange)."""


def decoded(content: bytes) -> str | None:
    """The text, if the bytes are one; None for anything else."""
    encodings = next(((encoding,) for mark, encoding in MARKS if content.startswith(mark)), ENCODINGS)
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if text.strip() and not CONTROL.search(text.removesuffix("\x1a")) else None
    return None


def other_language(text: str) -> str | None:
    """What a text is that is meant for a program, and what to do; None for one that is meant for people."""
    start = text[:4000]
    return next((words for pattern, words in OTHER_LANGUAGES if pattern.match(start)), None)


def check(content: bytes) -> None:
    """Raises Refused."""
    if STARTING.search(decoded(content) or ""):
        raise Refused("里有会启动程序的公式（DDE），请删去后再上传")
