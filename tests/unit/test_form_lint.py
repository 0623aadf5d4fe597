"""What is found wrong with a form before it is deployed."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.domain.forms.feel import parse, to_json
from letterbox.domain.forms.form import Form, FormError, FormFinding, FormLevel, Kind, lint
from letterbox.domain.forms.form_conditions import describe, partially_evaluate, reverse
from tests.support.writers.forms import field, schema


def found(*components: Any) -> list[tuple[str, str, str]]:
    return [(one.component, one.level.value, one.message) for one in lint(schema(*components))]


@pytest.mark.parametrize(
    ("component", "words"),
    [
        (field("textfield", "a.b"), "英文字母、数字、下划线"),
        (field("textfield", "this"), "英文字母、数字、下划线"),
        (field("textfield", "标题"), "英文字母、数字、下划线"),
        ({"type": "number", "id": "Field_x"}, "英文字母、数字、下划线"),
        (field("textfield", conditional={"hide": "=a + 1 = 2"}), "条件第 4 个字符处：不支持“+”"),
        (field("textfield", conditional={"hide": "a = 1"}), "等号"),
        (field("textfield", properties={"requiredIf": "=a ="}), "requiredIf：条件第 5 个字符处"),
        (field("textarea", properties={"variable": "true"}), "自由填写的文字不能成为流程变量"),
        (field("textfield", properties={"variable": "x"}), "自由填写的文字不能成为流程变量"),
        (field("taglist", properties={"variable": "true"}), "只有单个的选项"),
        (field("radio", properties={"variable": "Lead-Unit"}), "应为 camelCase"),
        (field("radio", values=[]), "没有选项"),
        (field("radio", values=[{"label": "一", "value": 1}]), "value 是文字"),
        (field("radio", values=[{"value": "a"}, {"value": "a"}]), "value 相同"),
        (field("select", values=None, valuesExpression="=units"), "不支持用公式给出选项"),
        (field("datetime", subtype="week"), "subtype"),
        (field("textfield", readonly="=a"), "readonly"),
        (field("number", validate={"min": "=a"}), "min 应为数字"),
        (field("textfield", validate={"maxLength": -1}), "maxLength 应为不小于 0 的整数"),
        (field("textfield", validate={"minLength": 1.5}), "minLength 应为不小于 0 的整数"),
        (field("textfield", validate={"pattern": "("}), "不是有效的正则"),
        (field("textfield", validate={"pattern": "^(?=a)b"}), "前后查找"),
        (field("textfield", validate={"pattern": r"^(a)\1$"}), "反向引用"),
        (field("textfield", validate={"pattern": "((a{99}){99}){99}"}), "次数太多"),
        (field("textfield", validate={"pattern": "a" * 201}), "不超过 200"),
        ({"type": "group", "path": "g", "components": []}, "分组不支持 path"),
        ({"type": "group", "components": "x"}, "components 应为列表"),
        (
            {"type": "dynamiclist", "path": "r", "components": [{"type": "dynamiclist", "path": "s"}]},
            "不能再放动态列表",
        ),
        (
            {"type": "dynamiclist", "path": "r", "components": [field("radio", properties={"variable": "true"})]},
            "只有单个",
        ),
        ("x", "JSON 对象"),
    ],
)
def test_errors_stop_the_form(component: Any, words: str) -> None:
    messages = [message for _, level, message in found(component) if level == FormLevel.ERROR]
    assert any(words in message for message in messages), messages
    with pytest.raises(FormError) as refusal:
        Form.parse(schema(component))
    assert len(refusal.value.findings) == len(messages)


@pytest.mark.parametrize(
    ("component", "words"),
    [
        ({"type": "iframe", "id": "X", "url": "https://example.org"}, "不支持的组件类型“iframe”"),
        ({"type": "unknown", "id": "X"}, "不支持的组件类型“unknown”"),
        (field("textfield", label="=a"), "label 里的公式不会计算"),
        ({"type": "text", "text": "您好 {{name}}"}, "text 里的公式不会计算"),
        (field("textfield", label=None), "没有标签"),
        (field("textfield", validate={"validationType": "email"}), "validationType"),
    ],
)
def test_warnings_do_not(component: Any, words: str) -> None:
    assert [(level, words in message) for _, level, message in found(component)] == [("warning", True)]
    assert Form.parse(schema(component)).components


def test_all_problems_at_once_with_their_places() -> None:
    with pytest.raises(FormError) as refusal:
        Form.parse(schema(field("radio", "a", values=[]), field("number", "b", validate={"max": "x"}), 5))
    assert [one.component for one in refusal.value.findings] == ["a", "b", "components[2]"]
    assert "a：没有选项" in refusal.value.message


def test_keys_are_unique_but_a_row_is_a_world_of_its_own() -> None:
    row = {"type": "dynamiclist", "path": "rows", "components": [field("textfield", "a")]}
    assert found(field("textfield", "a"), row) == []
    assert [where for where, _, _ in found(field("textfield", "a"), field("number", "a"))] == ["a"]
    assert [where for where, _, _ in found(field("textfield", "rows"), row)] == ["rows"]


def test_too_many_components_are_one_finding() -> None:
    fields = [field("textfield", f"f{index}") for index in range(305)]
    assert [one.message for one in lint(schema(*fields))] == ["组件太多，最多 300 个"]
    assert lint(schema(*fields[:300])) == []


@pytest.mark.parametrize("junk", [None, [], "x", {}, {"components": {}}])
def test_what_is_no_form_at_all(junk: Any) -> None:
    assert [one.level for one in lint(junk)] == [FormLevel.ERROR]


def test_the_head_of_the_file() -> None:
    odd = schema(id="", executionPlatform="Camunda Cloud", schemaVersion=20)
    assert [one.level for one in lint(odd)] == [FormLevel.WARNING] * 3


def test_names_that_nobody_gives() -> None:
    row = {
        "type": "dynamiclist",
        "path": "rows",
        "components": [
            field("textfield", "t", conditional={"hide": '=this.u = 1 and outer = "2" and t = "3"'}),
            field("number", "u"),
        ],
    }
    components = (
        field("textfield", "outer", conditional={"hide": "=failed = 1 or facts = 2"}),
        field("select", "s", values=None, valuesKey="units"),
        row,
    )
    assert {
        (one.component, one.message.split("“")[1].split("”")[0]) for one in lint(schema(*components), {"facts"})
    } == {
        ("outer", "failed"),
        ("s", "units"),
        ("t", "t"),
    }
    assert lint(schema(*components)) == []


def test_unknown_types_stay_in_place() -> None:
    kinds = [one.kind for one in Form.parse(schema({"type": "table", "id": "T"}, field("textfield"))).components]
    assert kinds == [Kind.UNKNOWN, Kind.TEXTFIELD]
    assert FormFinding("T", "不支持的组件类型“table”，办理人只会看到一行提示", FormLevel.WARNING) in lint(
        schema({"type": "table", "id": "T"})
    )


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        ('=outcome != "fail" or not(failed >= 1)', ["!=", ["name", "outcome"], ["lit", "fail"]]),
        ('=outcome != "fail" or not(failed >= 2)', ["lit", True]),
        ('=outcome = "a" and failed = 1', ["=", ["name", "outcome"], ["lit", "a"]]),
        ('=failed = 2 and outcome = "a"', ["lit", False]),
        ("=outcome = failed", ["=", ["name", "outcome"], ["lit", 1]]),
        ("=outcome in known", ["in", ["name", "outcome"], ["list", ["lit", "x"]]]),
        ("=missing = null", ["lit", True]),
        ("=missing", ["lit", False]),
        ("=this.a = missing", ["=", ["name", "this.a"], ["lit", None]]),
        ("=not(outcome = failed)", ["not", ["=", ["name", "outcome"], ["lit", 1]]]),
    ],
)
def test_facts_are_settled_before_the_page_sees_a_condition(condition: str, left: list[Any]) -> None:
    assert to_json(partially_evaluate(parse(condition), {"outcome"}, {"failed": 1, "known": ["x"]})) == left


@pytest.mark.parametrize(
    ("hidden_if", "shown_words"),
    [
        ('=outcome != "a"', "outcome为“a”"),
        ('=outcome = "a"', "outcome不为“a”"),
        ('=outcome != "a" or n != 2', "outcome为“a”，并且n为“2”"),
        ('=outcome != "a" and n != 2', "outcome为“a”，或者n为“2”"),
        ('=not(outcome in ("a", "b"))', "outcome为“a”或“b”"),
        ('=outcome in ("a", "b")', "outcome不为“a”或“b”"),
        ("=yes != true", "勾选了“yes”"),
        ("=yes = true", "没有勾选“yes”"),
        ("=yes != false", "没有勾选“yes”"),
        ("=not(yes)", "勾选了“yes”"),
        ("=yes", "没有勾选“yes”"),
        ("=n = null", "填写了“n”"),
        ("=n != null", "没有填写“n”"),
        ("=n < 3", "n不小于“3”"),
        ("=n <= 3", "n大于“3”"),
        ("=not(n > 3)", "n大于“3”"),
        ("=1 = 2", ""),
        ("=(a = 1) = (b = 2) or n = 3", ""),
    ],
)
def test_conditions_in_words_for_pages_without_scripts(hidden_if: str, shown_words: str) -> None:
    assert describe(reverse(parse(hidden_if)), lambda name, value: (name, str(value))) == shown_words
