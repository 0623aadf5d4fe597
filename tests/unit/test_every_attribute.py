"""Whatever single thing is changed in a shipped diagram is said, or what is deployed says the same to engine and services.

Here the first place of each kind; every place of every diagram by ``python -m benchmarks.attributes_bite``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from letterbox.services.deployment.design import repository_files
from letterbox.services.studio.check import findings_of
from tests.support.drawn.one_change import Change, bare, changes

FILES = sorted(
    (name for name in repository_files() if name.endswith(".bpmn")), key=lambda name: name != "letter-handling.bpmn"
)


def first_of_each_kind() -> Iterator[tuple[str, Change]]:
    """The letter's diagram first: what it has is not tried in the others."""
    seen: set[tuple[str, str]] = set()
    for file in FILES:
        fresh: set[tuple[str, str]] = set()
        for change in changes(repository_files()[file]):
            if change.kind not in seen | fresh:
                fresh.add(change.kind)
                yield file, change
        seen |= fresh


CHANGES = [pytest.param(file, each, id=f"{each.element} {' '.join(each.kind)}") for file, each in first_of_each_kind()]


@pytest.mark.parametrize(("file", "change"), CHANGES)
def test_a_change_is_said_or_changes_nothing(file: str, change: Change) -> None:
    files = repository_files()
    if not findings_of({**files, file: change.content}):
        assert bare(file, change.content) == bare(file, files[file]), f"{change.kind} {change.what} is not said"
