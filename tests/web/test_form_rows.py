"""Rows of a list on a page without scripts: added, taken away, sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from letterbox.domain.forms.form import Form
from tests.support.writers.form_pages import Page, form_app
from tests.support.writers.forms import field, schema, shipped
from webapp.shared.forms import is_row_action, read_posted, render_form


@pytest.fixture(autouse=True)
def _in_an_app() -> Iterator[None]:
    with form_app().test_request_context():
        yield


def page(form: Form, values: Any = None) -> Page:
    return Page(render_form(form, values))


FORM = shipped("draft-reply")
CONTACT = {"at": "2026-11-20T09:30", "means": "phone", "reached": False, "person": "张某", "said": "没人接"}


def again(values: Any, *pressed: tuple[str, str]) -> dict[str, Any]:
    posted = page(FORM, values).posted()
    for name, value in pressed:
        posted.add(name, value)
    return read_posted(FORM, posted)


def test_rows_come_back_as_they_were() -> None:
    other = {**CONTACT, "said": "", "reached": True}
    assert again({"contacts": [CONTACT, other]})["contacts"] == [CONTACT, other]


def test_a_row_is_added_with_its_defaults_and_what_was_typed_stays() -> None:
    values = again({"reply": "草稿", "contacts": [CONTACT]}, ("_add", "contacts"))
    assert values["reply"] == "草稿"
    assert values["contacts"] == [CONTACT, {"reached": True}]
    assert len(page(FORM, values).tree.xpath("//*[@data-lb-rows]/*[@data-lb-row]")) == 2


def test_an_empty_row_stays_while_rows_are_changed_and_goes_when_sent() -> None:
    values = again({"contacts": [{"reached": True}]}, ("_add", "contacts"))
    assert len(values["contacts"]) == 2
    assert again(values)["contacts"] == []


def test_a_row_is_taken_away_and_the_rest_numbered_anew() -> None:
    last = {**CONTACT, "person": "李某"}
    values = again({"contacts": [CONTACT, CONTACT, last]}, ("_remove", "contacts[1]"))
    assert values["contacts"] == [CONTACT, last]


def test_gaps_and_order_of_numbers_do_not_matter() -> None:
    posted = MultiDict(
        {"contacts[10].said": "后", "contacts[7].said": "先", "contacts[x].said": "!", "contacts[].said": "!"}
    )
    rows = read_posted(FORM, posted)["contacts"]
    assert isinstance(rows, list)
    assert [row["said"] for row in rows] == ["先", "后"]


def test_which_button_it_was() -> None:
    assert is_row_action(MultiDict({"_add": "contacts"}))
    assert is_row_action(MultiDict({"_remove": "contacts[0]"}))
    assert not is_row_action(MultiDict({"reply": "x"}))


def test_the_template_for_scripts_is_inert_and_complete() -> None:
    drawn = page(FORM, {"contacts": [CONTACT]})
    names = set(drawn.tree.xpath("//template//@name"))
    assert names == {f"contacts[__row__].{key}" for key in CONTACT} | {"_remove"}


def test_offered_rows() -> None:
    rows = {"type": "dynamiclist", "path": "r", "label": "行", "components": [field("textfield", "t")]}
    offered = Form.parse(schema({**rows, "defaultRepetitions": 2, "allowAddRemove": False}))
    assert page(offered).posted().keys() == {"r[0].t", "r[1].t"}
    assert not page(offered).tree.xpath("//button | //template")
    assert page(Form.parse(schema({**rows, "defaultRepetitions": 0}))).posted() == MultiDict()


def test_no_more_than_a_hundred_rows_are_read() -> None:
    posted = MultiDict({f"contacts[{index}].said": "x" for index in range(150)})
    rows = read_posted(FORM, posted)["contacts"]
    assert isinstance(rows, list)
    assert len(rows) == 100
    assert "contacts" in FORM.validate({"reply": "x", "contacts": rows}).errors
