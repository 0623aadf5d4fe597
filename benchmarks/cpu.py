"""Processor seconds of the parts of a stack, by the processes below its supervisor."""

from __future__ import annotations

from collections import Counter

import psutil

MARKS = {"java": "engine", "postgres": "database", "gunicorn": "web", "-m workers": "workers"}
"""A word of the command line → the part."""


def seconds(supervisor: int) -> Counter[str]:
    """So far, by part; child processes that ended are not in it."""
    spent: Counter[str] = Counter()
    for process in psutil.Process(supervisor).children(recursive=True):
        try:
            times, line = process.cpu_times(), " ".join(process.cmdline()[:4])
        except psutil.Error:
            continue
        part = next((part for mark, part in MARKS.items() if mark in line), "other")
        spent[part] += round(1000 * (times.user + times.system))
    return spent


def spent_since(supervisor: int, before: Counter[str]) -> dict[str, float]:
    """Seconds with one decimal."""
    now = seconds(supervisor)
    return {part: round((now[part] - before[part]) / 1000, 1) for part in sorted(now)}
