"""What Excel and WPS leave in the text of a cell, and values that are none."""

from __future__ import annotations

import re

CONTROL = re.compile(r"_x(00[01][0-9A-Fa-f])_")
AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"')
ERRORS = frozenset(
    {
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#UNKNOWN!",
        "#BUSY!",
        "#GETTING_DATA",
    }
)
PICTURE = re.compile(r"=(?:_xlfn\.)?(?:DISPIMG|IMAGE)\(", re.IGNORECASE)


def plain_cell(text: str) -> str:
    """Without the tricks that keep a number text (``="0138"``, a leading apostrophe) and with control characters as such."""
    text = CONTROL.sub(lambda found: chr(int(found[1], 16)), text)
    if quoted := AS_FORMULA.fullmatch(text.strip()):
        text = quoted[1].replace('""', '"')
    return re.sub(r"^\s*'(?=[\d=+@-][^']*$)", "", text)


def fault_of(text: str) -> str | None:
    """Why this is no value that a person typed: an error of a formula, a picture; None if it may be one."""
    bare = text.strip().upper()
    if bare in ERRORS or (len(bare) > 2 and not bare.strip("#")):
        return f"是公式的错误值“{bare[:20]}”"
    return "是嵌入的图片，读不出文字" if PICTURE.match(bare) else None
