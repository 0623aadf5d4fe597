"""What somebody typed into a form that could not be taken, given back to be copied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from letterbox.domain.form import Form

MOST_FIELDS = 60
ROW = re.compile(r"(\w+)\[(\d{1,4})\]\.(\w+)", re.ASCII)
CODE = re.compile(r"[\w.:+-]{0,40}", re.ASCII)
"""A choice's value, a date, a tick: nothing that somebody would miss."""
PRIVATE = frozenset({"csrf_token", "_add", "_remove", "_join", "password", "old", "new", "repeated", "next", "file"})
"""Not typed by anybody, or nobody else's to read."""


@dataclass(frozen=True, slots=True)
class TypedText:
    name: str
    label: str
    text: str


def typed_texts(posted: Mapping[str, Any], form: Form | None = None) -> list[TypedText]:
    """Every non-empty field that was posted, under its label and with the words of what was chosen.

    While the form cannot be had: what somebody wrote himself, numbered, without the codes of choices.
    """
    given = [(name, str(text)) for name, text in posted.items() if name not in PRIVATE and str(text).strip()]
    if form is None:
        written = [(name, text) for name, text in given if not CODE.fullmatch(text)][:MOST_FIELDS]
        return [TypedText(name, gettext("第 %(n)s 栏", n=n), text) for n, (name, text) in enumerate(written, 1)]
    return [TypedText(name, _label(name, form), _words(name, text, form)) for name, text in given[:MOST_FIELDS]]


def _label(name: str, form: Form) -> str:
    if row := ROW.fullmatch(name):
        outer = form.fields.get(row[1])
        inner = {each.key: each.title for each in outer.components} if outer else {}
        title = outer.title if outer else row[1]
        return f"{title} {int(row[2]) + 1} · {inner.get(row[3], row[3])}"
    field = form.fields.get(name)
    return field.title if field else name


def _words(name: str, text: str, form: Form) -> str:
    field = form.fields.get(name)
    options = {option.value: option.label for option in field.options} if field else {}
    return options.get(text, text)
