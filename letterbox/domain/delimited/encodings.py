"""Bytes of a text file as lines: UTF-8, UTF-16 with and without its mark, GB18030, Big5."""

from __future__ import annotations

import re
from collections.abc import Sequence

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK = b"\xef\xbb\xbf"
LOOKED_AT = 200_000
"""Bytes from the beginning of a file by which its encoding is told."""
LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
TEXT_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
COMMON = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小心多天而能好都然没日于起还发成事"
    "只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长编号标题内容信姓名电话时间日期类别地址邮箱联系正留言问路村镇县请"
    "這來個國說們為時會過學對裡後還發當開經頭動長編號標題內話時間類別郵聯絡與電話關點問題請縣鎮業實現應該辦書"
)
"""What stands in every Chinese text, simplified or traditional: read in the wrong encoding hardly one of them is left."""


def decoded_lines(content: bytes) -> list[str]:
    """Lines with their ends. Bytes that the encoding does not know become lone surrogates, for ``is_readable``."""
    if wide := _utf16(content):
        return TEXT_LINE.findall(content.decode(wide, "replace").removeprefix("\ufeff"))
    lines = LINE.findall(content.removeprefix(UTF8_MARK))
    encoding = _encoding(lines)
    return [line.decode(encoding, "surrogateescape") for line in lines]


def is_readable(fields: Sequence[str]) -> bool:
    return not any("\ud800" <= character <= "\udfff" for field in fields for character in field)


def _utf16(content: bytes) -> str | None:
    """Without its mark: every other byte of the ASCII signs is zero, which no other text holds."""
    if content.startswith(UTF16_MARKS):
        return "utf-16"
    start = content[:LOOKED_AT]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 20 < len(start) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _encoding(lines: Sequence[bytes]) -> str:
    """By most of the lines that are not plain ASCII: a legacy text is hardly ever valid UTF-8, a damaged line is rare."""
    telling = [line for line in lines if not line.isascii()]
    valid = sum(_is_utf8(line) for line in telling)
    return "utf-8" if valid * 2 >= len(telling) else _legacy(b"".join(telling)[:LOOKED_AT])


def _legacy(start: bytes) -> str:
    """GB18030 unless the text has more of the common characters as Big5."""
    common = {encoding: sum(c in COMMON for c in start.decode(encoding, "ignore")) for encoding in ("gb18030", "big5")}
    return "big5hkscs" if common["big5"] > common["gb18030"] else "gb18030"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
