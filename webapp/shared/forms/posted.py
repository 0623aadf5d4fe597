"""What a person posted, as the values that ``Form.validate`` takes: strings, lists, True and False."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from letterbox.domain.forms.form import Component, Form, Kind
from letterbox.domain.forms.form_model import MANY_CHOICES, inputs_of

ADD = "_add"
REMOVE = "_remove"
MOST_ROWS_READ = 100


class Posted(Protocol):
    """``request.form``."""

    def getlist(self, key: str) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


def is_row_action(posted: Posted) -> bool:
    """Whether the button was one that adds or takes away a row, not the form's own."""
    return bool(posted.getlist(ADD) or posted.getlist(REMOVE))


def read_posted(form: Form, posted: Posted) -> dict[str, object]:
    """Every field of the form, exactly as typed. Rows are numbered anew without gaps.

    Rows in which nothing was typed are dropped, except when a row was just added or taken away.
    """
    return {key: _read(component, key, posted) for key, component in form.fields.items()}


def _read(component: Component, name: str, posted: Posted) -> object:
    given = [str(value) for value in posted.getlist(name)]
    if component.kind is Kind.DYNAMICLIST:
        return _read_rows(component, posted)
    if component.kind is Kind.CHECKBOX:
        return bool(given)
    if component.kind in MANY_CHOICES:
        return [value for value in given if value]
    return given[0] if given else ""


def _read_rows(component: Component, posted: Posted) -> list[dict[str, object]]:
    fields = inputs_of(component.components)
    removed = _removed(component.key, posted)
    rows = [
        {field.key: _read(field, f"{component.key}[{index}].{field.key}", posted) for field in fields}
        for index in _indices(component.key, posted)
        if index != removed
    ]
    if not is_row_action(posted):
        rows = [row for row in rows if not is_blank(row, fields)]
    if component.key in posted.getlist(ADD):
        rows.append(blank_row(component))
    return rows


def _indices(key: str, posted: Posted) -> list[int]:
    pattern = re.compile(rf"{re.escape(key)}\[(\d{{1,4}})\]\.", re.ASCII)
    found = {int(match[1]) for name in posted if (match := pattern.match(str(name)))}
    return sorted(found)[:MOST_ROWS_READ]


def _removed(key: str, posted: Posted) -> int | None:
    match = re.fullmatch(rf"{re.escape(key)}\[(\d{{1,4}})\]", "".join(map(str, posted.getlist(REMOVE)[:1])), re.ASCII)
    return int(match[1]) if match else None


def is_blank(row: Mapping[str, object], fields: Sequence[Component]) -> bool:
    """Nothing typed or chosen; ticks do not count, they may have been there from the start."""
    return not any(
        str(row.get(field.key) or "").strip() if not isinstance(row.get(field.key), list) else row.get(field.key)
        for field in fields
        if field.kind is not Kind.CHECKBOX
    )


def blank_row(component: Component) -> dict[str, object]:
    """A row as it is offered: the defaults of its fields."""
    fields = inputs_of(component.components)
    return {field.key: field.default for field in fields if field.default is not None}
