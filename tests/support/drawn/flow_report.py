"""Which sequence flows of the shipped diagrams the walks took, said at the end of a test run."""

from __future__ import annotations

import pytest

FLOWS = pytest.StashKey[dict[str, tuple[set[str], set[str]]]]()
"""Process → (flows that count, those not taken)."""


def write(reporter: pytest.TerminalReporter, found: dict[str, tuple[set[str], set[str]]]) -> None:
    reporter.section("sequence flows taken on the engine")
    for process, (flows, missing) in sorted(found.items()):
        share = len(flows) - len(missing)
        reporter.write_line(f"{process:32} {share:3} of {len(flows):3}  {share / len(flows):4.0%}")
        for flow in sorted(missing):
            reporter.write_line(f"    missing: {flow}")
