"""Words that were given up for the standard term of the field or of the pattern do not come back as names.

Only names are looked at: modules, classes, functions, parameters, attributes, variables. Sentences may use any word. What
is stored or public keeps its word (columns, event names, codes in addresses) and stands in ``STORED_OR_PUBLIC``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.house.project import files, text

STANDARD = {
    "beside": "side_process (what runs beside a letter), action (what may be done beside a task)",
    "tell": "notify (people), update (the engine's copies), send (a message)",
    "told": "notified, recipients; a sentence is detail or message",
    "held": "locked, leased, in_fault, awaiting_confirmation, current, staffed",
    "hold": "lock, lease, mark (a fault)",
    "moving": "under_way (commands), moves (of a calendar), changes (of a status)",
    "handing": "reassigning (a task), channel_replies (to foreign channels)",
    "settle": "clean_up (a letter that has ended), run_until_idle (a test), freeze_garbage_collector",
    "settled": "final (a command), cleaned_up (a letter)",
    "settling": "cleanup",
    "placing": "repositioning",
    "placed": "repositioned",
    "drop": "discard (what is given up), strip (what a file may not hold)",
    "dropped": "discarded, stripped",
    "dropping": "discarding",
    "mend": "repair",
    "mends": "repairs",
    "mended": "repaired",
    "mending": "repairing",
    "orphan": "unowned_task",
    "reliance": "required_elements",
    "recount": "recomputation",
}
"""Retired word → what to say instead. Part of a name: ``is_moving`` is found by ``moving``."""

STORED_OR_PUBLIC = {
    "told_at": "column of task_sights",
    "told": "fact of LetterReminded",
    "mend": "view of /ops/…/mend, named in the trail of pages read",
    "mend_do": "as mend",
    "mend_end": "as mend",
    "mend_end_do": "as mend",
    "stalls_mend": "view of /ops/stalls/…/mend",
    "drop": "view of /ops/drop and of /studio/…/drop",
    "drops_id": "of a file that is read, in the words of its format",
}
SOURCES = r"^(letterbox/(?!store/migrations/)|webapp/|workers/).*\.py$"
TEST_HELPERS = r"^tests/support/.*\.py$"
WORDS_OF_TESTS = {"beside", "tell", "handing", "settle", "placing", "mend", "orphan", "recount"}
"""Of names in tests' helpers only these: ``told`` and ``held`` are what a test's own sentences are about."""


def _parts(name: str) -> set[str]:
    return {word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", part)}


@cache
def _names(file: str) -> frozenset[str]:
    return frozenset(_read(file))


def _read(file: str) -> Iterator[str]:
    yield file.rpartition("/")[2].removesuffix(".py")
    for node in ast.walk(ast.parse(text(file))):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name


def _retired(pattern: str, words: set[str]) -> list[str]:
    return sorted(
        {
            f"{file}: {name} ({STANDARD[word]})"
            for file in files(pattern)
            for name in _names(file)
            if name not in STORED_OR_PUBLIC
            for word in _parts(name) & words
        }
    )


@pytest.mark.parametrize(("pattern", "words"), [(SOURCES, set(STANDARD)), (TEST_HELPERS, WORDS_OF_TESTS)])
def test_no_name_uses_a_retired_word(pattern: str, words: set[str]) -> None:
    assert _retired(pattern, words) == []


def test_every_exception_is_needed() -> None:
    used = {name for file in files(SOURCES) for name in _names(file)}
    assert set(STORED_OR_PUBLIC) - used == set()
