"""Whole forms: what is taken, what is missing, what the engine learns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbox.domain.forms.form import Form
from tests.support.writers.forms import UNITS, field, schema, shipped

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


def form(*components: dict[str, Any]) -> Form:
    return Form.parse(schema(*components))


def listed(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A list ``rows`` whose rows have these fields."""
    return {"type": "dynamiclist", "path": "rows", "label": "行", "components": list(components), **more}


def value_of(component: dict[str, Any], given_value: object, **data: object) -> object:
    """The value kept for the one field ``k``, or its error."""
    cleaned = form(component).validate({"k": given_value}, data, now=NOW)
    return cleaned.errors.get("k", cleaned.values.get("k"))


@pytest.mark.parametrize(
    ("component", "given_value", "kept"),
    [
        (field("textfield"), "  甲\u0000\u202e乙\n丙 ", "甲乙 丙"),
        (field("textarea"), "一\r\n二\r三\ud800\n", "一\n二\n三"),
        (field("textarea"), 5, "应为文字"),
        (field("textfield", validate={"maxLength": 3}), "甲乙丙丁", "最多 3 字，现有 4 字"),
        (field("textfield", validate={"maxLength": 3}), " 甲乙丙 ", "甲乙丙"),
        (field("textfield", validate={"minLength": 2}), "甲", "至少 2 字，现有 1 字"),
        (field("textfield", validate={"minLength": 2}), "甲乙", "甲乙"),
        (field("textfield", validate={"minLength": 2}), " ", None),
        (field("textfield", validate={"pattern": "^[0-9]+$"}), "12a", "格式不对，请检查字段"),
        (field("textfield", validate={"pattern": "^[0-9]+$"}), "12", "12"),
        (field("textarea"), "字" * 20_000, "字" * 20_000),
        (field("textarea"), "字" * 20_001, "最多 20000 字，现有 20001 字"),
        (field("textarea", validate={"maxLength": 30_000}), "字" * 20_001, "字" * 20_001),
        (field("number"), " １２．５ ", 12.5),
        (field("number"), "12", 12),
        (field("number"), 12.0, 12),
        (field("number"), "-3", -3),
        (field("number"), True, "请填数字"),
        (field("number"), "十二", "请填数字"),
        (field("number"), "1,000", "请填数字"),
        (field("number"), float("nan"), "请填数字"),
        (field("number"), "1e30", "数字太大"),
        (field("number"), [1], "请填数字"),
        (field("number", decimalDigits=0), "1.5", "请填整数"),
        (field("number", decimalDigits=0), "100", 100),
        (field("number", decimalDigits=1), "1.25", "最多 1 位小数"),
        (field("number", decimalDigits=1), "1.50", 1.5),
        (field("number", validate={"min": 1, "max": 6}), 1, 1),
        (field("number", validate={"min": 1, "max": 6}), 6, 6),
        (field("number", validate={"min": 1, "max": 6}), 0.9, "不能小于 1"),
        (field("number", validate={"min": "1", "max": "6"}), "6.1", "不能大于 6"),
        (field("checkbox"), True, True),
        *[(field("checkbox"), text, "应为 true 或 false，不加引号") for text in ("on", "True", "false", "off", "true")],
        (field("checkbox"), "", False),
        (field("checkbox"), None, False),
        (field("checkbox"), 1, "应为 true 或 false，不加引号"),
        (field("checkbox"), "yes", "应为 true 或 false，不加引号"),
        (field("radio"), "a", "a"),
        (field("radio"), "", None),
        (field("radio"), "c", "“c”不在可选范围内，请重新选择字段"),
        (field("select"), 1, '选项要写成文字，例如 "a"'),
        (field("select", values=None, valuesKey="units"), "transport", "transport"),
        (field("select", values=None, valuesKey="units"), "park", "“park”不在可选范围内，请重新选择字段"),
        (field("select", values=None, valuesKey="nothing"), "x", "“字段”现在没有可选的项目，请联系管理员"),
        (field("taglist", values=None, valuesKey="units"), ["zimen", "transport", "zimen"], ["zimen", "transport"]),
        (field("checklist"), ["a", "", "b"], ["a", "b"]),
        (field("checklist"), None, []),
        (field("checklist"), "a", "应为列表，可以选多项"),
        (field("checklist"), ["a", "x"], "“x”不在可选范围内，请重新选择字段"),
        (field("datetime"), "2026-11-23", "2026-11-23"),
        (field("datetime"), "2099-01-01", "2099-01-01"),
        (field("datetime"), "1999-01-01", "1999-01-01"),
        (field("datetime"), "2026-02-29", "写法应如 2026-11-23"),
        (field("datetime"), "20261123", "写法应如 2026-11-23"),
        (field("datetime"), 20261123, "写法应如 2026-11-23"),
        (field("datetime", subtype="time"), "09:30:59", "09:30"),
        (field("datetime", subtype="time"), "9:30", "写法应如 09:30"),
        (field("datetime", subtype="datetime"), "2026-11-23T09:30", "2026-11-23T09:30:00+08:00"),
        (field("datetime", subtype="datetime"), "2026-11-23T01:30:00Z", "2026-11-23T09:30:00+08:00"),
        (field("datetime", subtype="datetime"), "2026-11-23", "写法应如 2026-11-23T09:30:00+08:00"),
        (field("datetime", subtype="datetime"), "0001-01-01T00:00:00+14:00", "写法应如 2026-11-23T09:30:00+08:00"),
        (field("datetime", properties={"notFuture": "true"}), "2026-11-23", "2026-11-23"),
        (field("datetime", properties={"notFuture": "true"}), "2026-11-24", "字段不能晚于现在"),
        (field("datetime", disallowPassedDates=True), "2026-11-23", "2026-11-23"),
        (field("datetime", disallowPassedDates=True), "2026-11-22", "字段不能早于今天"),
    ],
)  # fmt: skip
def test_one_value(component: dict[str, Any], given_value: object, kept: object) -> None:
    found = value_of(component, given_value, units=UNITS)
    assert found == kept
    assert type(found) is type(kept)


def test_an_instant_is_in_the_future_from_the_next_second_on() -> None:
    component = field("datetime", subtype="datetime", properties={"notFuture": "true"})
    assert value_of(component, "2026-11-23T10:00:00+08:00") == "2026-11-23T10:00:00+08:00"
    assert value_of(component, "2026-11-23T10:00:01+08:00") == "字段不能晚于现在"
    assert form(component).validate({"k": "2099-01-01T00:00"}).errors == {}


@pytest.mark.parametrize(
    ("kind", "empty", "told"),
    [
        ("textarea", " \n", "请填写字段"),
        ("number", "", "请填写字段"),
        ("radio", None, "请选择字段"),
        ("taglist", [], "请选择字段"),
        ("checkbox", False, "请勾选“字段”"),
        ("datetime", "", "请填写字段"),
    ],
)
def test_required(kind: str, empty: object, told: str) -> None:
    assert value_of(field(kind, validate={"required": True}), empty) == told
    assert form(field(kind, validate={"required": True})).validate({}).errors == {"k": told}
    assert form(field(kind)).validate({"k": empty}).errors == {}


def test_zero_is_an_answer() -> None:
    assert value_of(field("number", validate={"required": True}), 0) == 0


def test_unknown_keys_are_refused_by_name_unless_empty() -> None:
    cleaned = form(field("textfield")).validate({"k": "x", "joined_to": None, "old": "", "raeson": "y"})
    assert cleaned.errors == {"raeson": "没有“raeson”这个字段，可填的是：k"}
    assert cleaned.values == {"k": "x"}


def test_hidden_fields_are_ignored_even_if_wrong_and_inside_groups() -> None:
    group = {
        "type": "group",
        "label": "组",
        "conditional": {"hide": "=a != true"},
        "components": [
            field("number", "n", validate={"required": True}),
            field("textfield", "t", conditional={"hide": "=n = 1"}),
        ],
    }
    asked = form(field("checkbox", "a"), group)
    assert asked.validate({"a": False, "n": "wrong", "t": "x"}).errors == {}
    assert asked.validate({"a": False, "n": 1, "t": "x"}).values == {"a": False}
    assert asked.validate({"a": True, "n": 1, "t": "x"}).values == {"a": True, "n": 1}
    assert asked.validate({"a": True, "n": 2, "t": "x"}).values == {"a": True, "n": 2, "t": "x"}
    assert asked.validate({"a": True}).errors == {"n": "请填写字段"}


def test_locked_fields_keep_what_the_task_was_given() -> None:
    asked = form(
        field("textfield", "r", readonly=True, validate={"required": True}), field("textfield", "d", disabled=True)
    )
    cleaned = asked.validate({"r": "forged", "d": "forged"}, {"r": "kept"})
    assert (cleaned.values, cleaned.errors) == ({"r": "kept"}, {})
    assert asked.validate({}).errors == {}


def test_what_is_left_out_has_its_default_what_is_emptied_has_not() -> None:
    asked = form(field("radio", defaultValue="a"))
    assert asked.validate({}).values == {"k": "a"}
    assert asked.validate({"k": ""}).values == {"k": None}


def test_what_a_form_opens_with() -> None:
    asked = form(
        field("radio", "r", defaultValue="a"), field("checkbox", "c"), field("taglist", "t"), field("number", "n")
    )
    assert asked.initial({"n": 3, "other": 1}) == {"r": "a", "c": False, "t": [], "n": 3}


def test_rows_are_judged_one_by_one() -> None:
    cleaned = shipped("draft-reply").validate(
        {
            "reply": "答",
            "contacts": [
                {"at": "2026-11-20T09:30", "means": "phone", "reached": False, "said": ""},
                {"at": "later", "means": "fax", "mood": "good"},
                {"at": "2026-11-23T10:01:00+08:00", "means": "visit", "person": "张某", "said": "已解释"},
            ],
        },
        now=NOW,
    )
    assert cleaned.errors == {
        "contacts[1].at": "写法应如 2026-11-23T09:30:00+08:00",
        "contacts[1].means": "“fax”不在可选范围内，请重新选择联系方式",
        "contacts[1].person": "请填写联系人",
        "contacts[1].said": "请填写说了什么",
        "contacts[1].mood": "没有“mood”这个字段，可填的是：at、means、reached、person、said",
        "contacts[2].at": "联系时间不能晚于现在",
    }
    rows = cleaned.values["contacts"]
    assert isinstance(rows, list)
    assert rows[0] == {
        "at": "2026-11-20T09:30:00+08:00",
        "means": "phone",
        "reached": False,
        "person": None,
        "said": None,
    }


@pytest.mark.parametrize("rows", ["x", {"at": 1}, ["x"], [None], 5])
def test_rows_must_be_a_list_of_objects(rows: object) -> None:
    assert shipped("draft-reply").validate({"reply": "答", "contacts": rows}).errors == {
        "contacts": "应为列表，每一项是一组字段"
    }


def test_rows_can_be_required() -> None:
    rows = listed(field("textfield", "t"), properties={"requiredIf": "=on = true"})
    asked = form(field("checkbox", "on"), rows)
    assert asked.validate({"on": True, "rows": []}).errors == {"rows": "请至少填写一条行"}
    assert asked.validate({"on": False}).errors == {}
    assert asked.validate({"on": True, "rows": [{"t": "x"}]}).errors == {}


def test_rows_have_an_end() -> None:
    row = {"at": "2026-11-20T09:30", "means": "phone", "reached": False}
    assert shipped("draft-reply").validate({"reply": "答", "contacts": [row] * 50}).errors == {}
    assert shipped("draft-reply").validate({"reply": "答", "contacts": [row] * 51}).errors == {
        "contacts": "最多 50 条，现有 51 条"
    }


def test_conditions_in_rows_see_their_row_and_the_form() -> None:
    hidden = {"hide": "=this.on != true or mode = null"}
    rows = listed(field("checkbox", "on"), field("textfield", "t", conditional=hidden, validate={"required": True}))
    asked = form(field("textfield", "mode"), field("checkbox", "on"), rows)
    given_rows = [{"on": True}, {"on": False}]
    assert asked.validate({"mode": "x", "on": False, "rows": given_rows}).errors == {"rows[0].t": "请填写字段"}
    assert asked.validate({"on": True, "rows": given_rows}).errors == {}


def test_only_marked_scalars_become_variables() -> None:
    asked = form(
        field("radio", "lead_unit", properties={"variable": "true"}),
        field("radio", "outcome", properties={"variable": "so"}),
        field("checkbox", "urgent", properties={"variable": "true"}),
        field("textarea", "reason"),
        field("number", "n", properties={"variable": "true"}),
        field("radio", "gone", properties={"variable": "true"}),
    )
    values = {"lead_unit": "a", "outcome": None, "urgent": False, "reason": "x", "n": 2.5}
    assert asked.variables(values) == {"leadUnit": "a", "so": None, "urgent": False, "n": 2.5}


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=8,
)
EVERY_KIND = schema(
    *[
        field(kind, kind)
        for kind in ("textfield", "textarea", "number", "checkbox", "radio", "select", "taglist", "checklist")
    ],
    field("datetime", "on"),
    field("datetime", "time", subtype="time"),
    field("datetime", "at", subtype="datetime"),
    listed(field("textfield", "t"), field("number", "n")),
)
KEYS = [*Form.parse(EVERY_KIND).fields, "t", "n", "strange"]


@given(st.dictionaries(st.sampled_from(KEYS), json_values))
def test_anything_is_answered_and_what_was_kept_is_kept_again(values: dict[str, object]) -> None:
    asked = Form.parse(EVERY_KIND)
    first = asked.validate(values, now=NOW)
    second = asked.validate(first.values, now=NOW)
    assert {key.split("[")[0].split(".")[0] for key in first.errors} <= {*values}
    assert second.errors == {}
    assert {key: second.values[key] for key in first.values} == first.values


@given(st.one_of(st.integers(-(10**12), 10**12), st.decimals(-(10**9), 10**9, places=3)))
def test_numbers_typed_and_sent_are_the_same(number: object) -> None:
    asked = form(field("number"))
    typed = asked.validate({"k": f"{number:f}" if not isinstance(number, int) else str(number)}).values["k"]
    assert typed == float(str(number))
    assert asked.validate({"k": typed}).values["k"] == typed


@given(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001  # typed without a zone
def test_instants_go_round(at: datetime) -> None:
    asked = form(field("datetime", subtype="datetime"))
    kept = asked.validate({"k": at.isoformat(timespec="seconds")}).values["k"]
    assert asked.validate({"k": kept}).values["k"] == kept
    assert str(kept)[:19] == at.isoformat(timespec="seconds")
