"""Tests in two halves beside each other, each with a database and an engine of its own.

``python -m tests.side_by_side [fast]``; what is given beside goes to both halves: ``--lane camunda``. ``fast``: units, the
house and the pages only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from letterbox.settings import ROOT
from tests.support.stack.stack import REUSE


@dataclass(frozen=True, slots=True)
class Split:
    """``second``: what the second half runs, patterns of paths, and the first leaves out of ``folders``: about half of the
    time that both take."""

    folders: tuple[str, ...]
    second: tuple[str, ...]

    def halves(self, given: Sequence[str]) -> list[list[str]]:
        """The two commands. Whatever the second does not name the first runs, so that nothing is left out."""
        named = [self._found(pattern) for pattern in self.second]
        seconds = [path for paths in named for path in paths]
        ways = [*self.folders, *(f"--ignore={path}" for path in seconds)], seconds
        return [
            [sys.executable, "-m", "pytest", "-o", f"cache_dir=.pytest_cache/{number}", *way, *given]
            for number, way in enumerate(ways, 1)
        ]

    @staticmethod
    def _found(pattern: str) -> list[str]:
        """Raises SystemExit for a pattern that has lost what it named: the halves would no longer end together."""
        found = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))
        if not found:
            sys.exit(f"tests/side_by_side.py names {pattern}, and there is no such file or folder")
        return found


WHOLE = Split(
    ("tests",),
    tuple(
        f"tests/process/{room}"
        for room in ("accused", "engine", "operations", "outbox", "procedure", "side_processes", "stack", "studio")
    ),
)
FAST = Split(
    ("tests/house", "tests/unit", "tests/web"),
    tuple(
        f"tests/web/test_{name}*.py" for name in ("accusation", "desk_", "draft", "hidden", "ops_", "portal_", "studio")
    ),
)
"""The second half has nearly all pages that stand on an engine."""


def main(given: Sequence[str]) -> int:
    """Show the first half as it goes and the second when it has ended; fails when either does."""
    split, given = (FAST, given[1:]) if given[:1] == ["fast"] else (WHOLE, given)
    first, second = split.halves(given)
    # without a pair that is kept running: two on the same one take each other's work
    own = {name: value for name, value in os.environ.items() if name != REUSE}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        beside = subprocess.Popen(second, stdout=said, stderr=subprocess.STDOUT, text=True, env=own)
        try:
            codes = [subprocess.run(first, check=False, env=own).returncode, beside.wait()]
        except KeyboardInterrupt:
            codes = [2, beside.wait()]
        said.seek(0)
        sys.stdout.writelines(said)
    return max(map(abs, codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
