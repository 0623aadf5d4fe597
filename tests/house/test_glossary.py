"""Every word of the field and of the machinery has a row in the glossary."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from enum import StrEnum
from types import ModuleType
from typing import Any

import pytest

from letterbox.bundle import vocabulary as engine_words
from letterbox.domain import vocabulary as field_words
from letterbox.seeds.values import load_action_forms
from letterbox.services.deployment.design import repository_files
from tests.house.project import named, rows

GLOSSARY = "docs/glossary.md"


def enumerations(module: ModuleType) -> list[type[StrEnum]]:
    found = inspect.getmembers(module, lambda thing: inspect.isclass(thing) and issubclass(thing, StrEnum))
    return [kind for _, kind in found if kind.__module__ == module.__name__]


KINDS = [*enumerations(field_words), *enumerations(engine_words)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.__name__))
def test_every_member_has_a_row_and_every_row_a_member(kind: type[StrEnum]) -> None:
    assert named(GLOSSARY, f"`{kind.__name__}`") == set(kind)


def _keys(component: dict[str, Any]) -> Iterator[str]:
    name = component.get("key") or component.get("path")
    if name:
        yield str(name)
    for child in component.get("components", []):
        yield from _keys(child)


def test_every_form_field_has_a_row() -> None:
    forms = [json.loads(content) for name, content in repository_files().items() if name.endswith(".form")]
    forms += load_action_forms().values()
    assert len(forms) >= len(engine_words.TaskKey)
    assert {key for form in forms for key in _keys(form)} <= named(GLOSSARY, "Form fields")


def test_every_row_has_a_term_its_chinese_and_a_meaning() -> None:
    assert [cells for cells in rows(GLOSSARY) if len(cells) != 3 or not all(cells)] == []
