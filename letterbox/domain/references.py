"""A foreign mailbox's reference number: what is none, and what lost digits on its way through a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import count

from letterbox.domain.clean_text import clean_text

SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?E\+\d{1,3}", re.IGNORECASE)
NO_VALUE = frozenset(
    {"无", "没有", "暂无", "空", "未知", "不详", "不明", "未留", "未填", "未填写", "未提供", "未登记", "未编号", "待定", "待编", "匿名",
     "保密", "缺", "na", "n/a", "none", "null", "nil", "nan", "undefined"}
)  # fmt: skip
EXACT_DIGITS = 15
"""Digits that a spreadsheet keeps of a number; those behind become zeros."""
LEAST_ZEROS = 4
"""Zeros behind the fifteenth digit, in all references together, that are no chance."""
LONGEST_COUNTER = 5
DAMAGED = "编号被表格软件改成了科学计数或丢了末尾的数字，认不出是哪一封：请在来源系统重新导出，把编号一列设为文本格式"


def is_placeholder(text: str) -> bool:
    """Signs alone, zeros alone, or a word that says there is nothing: 无, -, /, 未留, N/A."""
    narrow = "".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("()[]。.·")
    return not any(c.isalnum() for c in narrow) or not narrow.strip("0") or narrow in NO_VALUE


def plain_reference(text: str | None) -> str | None:
    """Cleaned; None for a placeholder. Raises ValueError with what to do for one in scientific notation."""
    kept = clean_text(text or "", lines=False)
    if is_placeholder(kept):
        return None
    if SCIENTIFIC.fullmatch(kept):
        raise ValueError(DAMAGED)
    return kept


def are_rounded(references: Sequence[str]) -> set[str]:
    """Of a file's references those with more digits than a spreadsheet keeps, if all of those end in zeros behind them."""
    long = {each for each in references if each.isascii() and each.isdigit() and len(each) > EXACT_DIGITS}
    zeros = sum(len(each) - EXACT_DIGITS for each in long)
    is_chance = zeros < LEAST_ZEROS and len([each for each in references if each in long]) == len(long)
    return set() if is_chance or any(each[EXACT_DIGITS:].strip("0") for each in long) else long


def is_counter(references: Sequence[str], begun_at: int = 1) -> bool:
    """Whether they only count the rows, 1, 2, 3 …, and so begin anew with the next file."""
    wanted = (str(number) for number in count(begun_at))
    return bool(references) and all(
        len(each) <= LONGEST_COUNTER and (each.lstrip("0") or "0") == expected
        for each, expected in zip(references, wanted, strict=False)
    )
