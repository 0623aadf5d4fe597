"""The project's folder has one home: a file that counts its parents looks elsewhere as soon as it moves."""

from __future__ import annotations

import re

from tests.house.project import files, text

COUNTING = re.compile(r"__file__\)(?:\.resolve\(\))?\.(?:parents\[|parent\.parent)")


def test_nobody_counts_parents() -> None:
    counting = [
        name for name in files(r"^(letterbox|workers|webapp|tests|benchmarks)/.*\.py$") if COUNTING.search(text(name))
    ]
    assert counting == ["letterbox/settings.py"]
