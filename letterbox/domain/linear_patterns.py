"""Patterns that people write, run by an engine whose time grows with the text and with nothing else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2  # type: ignore[import-untyped]  # google-re2 comes without stubs

LONGEST_PATTERN = 200
MOST_MEMORY = 4 * 1024 * 1024
"""Bytes that one compiled pattern may take: ``(a{999}){999}`` would take all there is."""
_LACKING = (
    (re.compile(r"(?<!\\)\(\?<?[=!]"), "前后查找（如 (?=…)）"),
    (re.compile(r"\\[1-9]|\(\?P=|\\k<"), "反向引用（如 \\1）"),
)


class PatternRefused(ValueError):
    """The message says in Chinese what is wrong with the pattern."""


def compiled(pattern: str) -> Any:
    """Raises PatternRefused."""
    if len(pattern) > LONGEST_PATTERN:
        raise PatternRefused(f"不超过 {LONGEST_PATTERN} 个字符")
    return _compiled(pattern)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MOST_MEMORY
    try:
        return re2.compile(pattern, options=options)
    except re2.error as problem:
        for lacking, words in _LACKING:
            if lacking.search(pattern):
                raise PatternRefused(f"不能使用{words}，请换一种写法") from problem
        if "too large" in str(problem) or "repetition" in str(problem):
            raise PatternRefused("重复的次数太多，请改小") from problem
        raise PatternRefused("不是有效的正则表达式") from problem


def found_in(pattern: str, text: str) -> bool:
    """Whether the pattern fits somewhere in ``text``. Raises PatternRefused."""
    return compiled(pattern).search(text) is not None
