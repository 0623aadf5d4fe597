"""What was answered in a form, as people read it: the questions' labels and the chosen options' words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from letterbox.domain import dates
from letterbox.domain.forms.form_model import MANY_CHOICES, ONE_CHOICE, Component, Kind, inputs_of

EMPTY: tuple[object, ...] = (None, "", [])


def answers_in_words(
    components: Sequence[Component], values: Mapping[str, object], data: Mapping[str, object]
) -> list[tuple[str, str]]:
    """(label, words) of every field that was answered, in the form's order; ``values`` are cleaned ones."""
    return list(words_by_key(components, values, data).values())


def words_by_key(
    components: Sequence[Component], values: Mapping[str, object], data: Mapping[str, object]
) -> dict[str, tuple[str, str]]:
    """Key → (label, words) of every field that was answered, in the form's order; ``values`` are cleaned ones."""
    asked = [(field, values.get(field.key)) for field in inputs_of(components) if field.key in values]
    return {field.key: (field.title, _words(field, value, data)) for field, value in asked if value not in EMPTY}


def _words(field: Component, value: object, data: Mapping[str, object]) -> str:
    if field.kind is Kind.CHECKBOX:
        return "是" if value is True else "否"
    if field.kind in ONE_CHOICE | MANY_CHOICES:
        labels = {option.value: option.label for option in field.choices(data)}
        chosen = value if isinstance(value, list | tuple) else [value]
        return "、".join(labels.get(str(each), str(each)) for each in chosen)
    if field.kind is Kind.DATETIME:
        return _moment(str(value), field.subtype)
    if field.kind is Kind.DYNAMICLIST and isinstance(value, list | tuple):
        rows = (_row(field, row, data) for row in value if isinstance(row, Mapping))
        return "；".join(f"（{number}）{words}" for number, words in enumerate(rows, start=1))
    return str(value)


def _row(field: Component, row: Mapping[str, object], data: Mapping[str, object]) -> str:
    return "，".join(f"{label} {words}" for label, words in answers_in_words(field.components, row, data))


def _moment(text: str, subtype: str) -> str:
    if subtype == "time":
        return text
    if subtype == "date":
        return dates.day_of(text)
    return dates.instant(datetime.fromisoformat(text))
