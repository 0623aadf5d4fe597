"""Rows that may be about no letter (a notice about somebody's account) are not lost by a join to letters."""

from __future__ import annotations

import re
from importlib import import_module

from letterbox.store.base import Base
from tests.house.project import files, text

JOINS = r"\.join\((?:Letter, *Letter\.id *== *{model}\.letter_id|{model}, *{model}\.letter_id *== *Letter\.id|Letter)\)"
BY_LETTER = {
    ("letterbox/services/notices/notice_log.py", "Notice"): "answers by letter",
    ("letterbox/services/writers/contact_confirmation.py", "Notice"): "held are only messages to writers",
}
"""Module and model → why rows without a letter do not belong there."""


def letterless() -> set[str]:
    """Models whose rows may be about no letter."""
    for name in files(r"^letterbox/store/[a-z]\w+\.py$"):
        import_module(name.removesuffix(".py").replace("/", "."))
    columns = {mapper.class_.__name__: mapper.columns.get("letter_id") for mapper in Base.registry.mappers}
    return {name for name, column in columns.items() if column is not None and column.nullable}


def test_whoever_joins_them_to_letters_says_why() -> None:
    assert "Notice" in letterless()
    joined = {
        (name, model)
        for name in files(r"^(letterbox|workers|webapp)/.*\.py$")
        for model in letterless()
        if re.search(JOINS.format(model=model), text(name)) and f"{model}.letter_id" in text(name)
    }
    assert joined == set(BY_LETTER)
