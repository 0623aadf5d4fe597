"""Answers as people read them: the questions' labels, the options' words, dates as they are said."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.domain.forms.form import Form
from letterbox.domain.forms.form_words import answers_in_words

UNITS = {"units": [{"label": "县交通运输局", "value": "transport"}]}
CHOICES = [{"label": "现场", "value": "site"}, {"label": "家中", "value": "home"}]


def shown(value: object, **field: Any) -> list[tuple[str, str]]:
    form = Form.parse({"id": "x", "components": [{"key": "asked", "label": "所问", **field}]})
    cleaned = form.validate({"asked": value} if value is not None else {}, UNITS)
    assert cleaned.errors == {}
    return answers_in_words(form.components, cleaned.values, UNITS)


@pytest.mark.parametrize(
    ("value", "field", "words"),
    [
        ("一句话", {"type": "textfield"}, "一句话"),
        (3, {"type": "number"}, "3"),
        (True, {"type": "checkbox"}, "是"),
        (False, {"type": "checkbox"}, "否"),
        ("site", {"type": "radio", "values": CHOICES}, "现场"),
        (["site", "home"], {"type": "checklist", "values": CHOICES}, "现场、家中"),
        ("transport", {"type": "select", "valuesKey": "units"}, "县交通运输局"),
        ("2026-09-08", {"type": "datetime", "subtype": "date"}, "2026年9月8日"),
        ("09:30", {"type": "datetime", "subtype": "time"}, "09:30"),
        ("2026-09-08T01:30:00+00:00", {"type": "datetime", "subtype": "datetime"}, "2026年9月8日 09:30"),
    ],
)
def test_an_answer_in_words(value: object, field: dict[str, Any], words: str) -> None:
    assert shown(value, **field) == [("所问", words)]


def test_what_was_left_empty_is_left_out() -> None:
    assert shown("", type="textfield") == []
    assert shown([], type="checklist", values=CHOICES) == []


def test_rows_of_a_list_are_numbered() -> None:
    components = [
        {"type": "textfield", "key": "who", "label": "谁"},
        {"type": "checkbox", "key": "met", "label": "见到"},
    ]
    form = Form.parse(
        {
            "id": "x",
            "components": [{"type": "dynamiclist", "path": "visits", "label": "走访", "components": components}],
        }
    )
    values = {"visits": [{"who": "张某", "met": True}, {"who": "李某", "met": False}]}
    cleaned = form.validate(values)
    assert answers_in_words(form.components, cleaned.values, {}) == [
        ("走访", "（1）谁 张某，见到 是；（2）谁 李某，见到 否")
    ]
