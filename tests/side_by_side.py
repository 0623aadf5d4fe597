"""The whole suite in two halves beside each other, each with a database and an engine of its own.

``python -m tests.side_by_side``; what is given beside goes to both halves: ``--lane camunda``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from tests.support.stack.stack import REUSE

SECOND = tuple(
    f"tests/process/{room}"
    for room in ("engine", "operations", "outbox", "procedure", "side_processes", "stack", "studio")
)
"""What the second half runs, and the first leaves out: about half of the time that both take."""


def halves(given: Sequence[str]) -> list[list[str]]:
    """The two commands. Whatever the second does not name the first runs, so that nothing is left out."""
    ways = ["tests", *(f"--ignore={folder}" for folder in SECOND)], SECOND
    return [
        [sys.executable, "-m", "pytest", "-o", f"cache_dir=.pytest_cache/{number}", *way, *given]
        for number, way in enumerate(ways, 1)
    ]


def main(given: Sequence[str]) -> int:
    """Show the first half as it goes and the second when it has ended; fails when either does."""
    first, second = halves(given)
    # without a pair that is kept running: two on the same one take each other's work
    own = {name: value for name, value in os.environ.items() if name != REUSE}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        second_half = subprocess.Popen(second, stdout=said, stderr=subprocess.STDOUT, text=True, env=own)
        try:
            codes = [subprocess.run(first, check=False, env=own).returncode, second_half.wait()]
        except KeyboardInterrupt:
            codes = [2, second_half.wait()]
        said.seek(0)
        sys.stdout.writelines(said)
    return max(map(abs, codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
