"""Clauses of the regime as documentation and rows name them: ``S4``, ``H10``, ``D``."""

from __future__ import annotations

import re
from collections.abc import Iterable

CLAUSE = re.compile(r"(?<![A-Za-z0-9])(?:[PAHSR]\d{1,2}|D)(?![A-Za-z0-9])")
MOST = 5


def clauses_in(text: str) -> list[str]:
    return CLAUSE.findall(text)


def in_brackets(clauses: Iterable[str]) -> str:
    """``（规程 S2、S3）``, each once; "" where there is none."""
    found = list(dict.fromkeys(clauses))
    return f"（规程 {'、'.join(found[:MOST])}）" if found else ""
