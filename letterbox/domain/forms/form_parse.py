"""Reads a form-js schema (schema version 19) into components, collecting every finding on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from letterbox.domain.forms.feel import Ast, Binary, FeelUnsupported, parse
from letterbox.domain.forms.form_model import (
    FREE_TEXT,
    INPUTS,
    MANY_CHOICES,
    ONE_CHOICE,
    VARIABLE_KINDS,
    Component,
    FormFinding,
    FormLevel,
    Kind,
    Option,
    as_option,
)
from letterbox.domain.forms.form_rules import read_rules

SCHEMA_VERSION = 19
PLATFORM = "Camunda Platform"
MOST_COMPONENTS = 300
DEEPEST = 6
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CAMEL = re.compile(r"[a-z][A-Za-z0-9]*", re.ASCII)
_KINDS = {kind.value: kind for kind in Kind if kind is not Kind.UNKNOWN}
_SUBTYPES = ("date", "time", "datetime")


def camel(key: str) -> str:
    """``lead_unit`` → ``leadUnit``."""
    head, *tail = key.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in tail)


def read_schema(schema: object) -> tuple[tuple[Component, ...], list[FormFinding]]:
    """The components that could be read and everything found wrong; never raises."""
    reader = _Reader()
    if not isinstance(schema, Mapping) or not isinstance(schema.get("components"), list):
        return (), [FormFinding("form", "不是表单：应是带 components 列表的 JSON 对象")]
    reader.head(schema)
    return reader.read_all(schema["components"], None, "components", 0), reader.findings


class _Reader:
    def __init__(self) -> None:
        self.findings: list[FormFinding] = []
        self.seen = 0
        self.keys: set[str] = set()
        self.in_row = False

    def error(self, where: str, message: str) -> None:
        self.findings.append(FormFinding(where, message))

    def warn(self, where: str, message: str) -> None:
        self.findings.append(FormFinding(where, message, FormLevel.WARNING))

    def head(self, schema: Mapping[str, Any]) -> None:
        if not schema.get("id"):
            self.warn("form", "表单没有 id，任务无法引用它")
        if schema.get("executionPlatform") != PLATFORM:
            self.warn("form", f"executionPlatform 应为“{PLATFORM}”")
        version = schema.get("schemaVersion")
        if not isinstance(version, int) or version > SCHEMA_VERSION:
            self.warn("form", f"schemaVersion 应为不大于 {SCHEMA_VERSION} 的整数")

    def read_all(self, items: object, hide: Ast | None, place: str, depth: int) -> tuple[Component, ...]:
        if not isinstance(items, list) or depth > DEEPEST:
            self.error(place, f"components 应为列表，嵌套最多 {DEEPEST} 层")
            return ()
        read = (self.read(item, hide, f"{place}[{index}]", depth) for index, item in enumerate(items))
        return tuple(component for component in read if component)

    def read(self, item: object, hide: Ast | None, place: str, depth: int) -> Component | None:
        self.seen += 1
        if self.seen > MOST_COMPONENTS:
            if self.seen == MOST_COMPONENTS + 1:
                self.error("form", f"组件太多，最多 {MOST_COMPONENTS} 个")
            return None
        if not isinstance(item, Mapping):
            self.error(place, "组件应为 JSON 对象")
            return None
        where = str(item.get("key") or item.get("path") or item.get("id") or place)
        kind = _KINDS.get(str(item.get("type")), Kind.UNKNOWN)
        self.watch_templates(item, where)
        hide = self.hidden(item, hide, where)
        if kind is Kind.DYNAMICLIST:
            return self.rows(item, hide, where, depth)
        if kind in INPUTS:
            return self.input(item, kind, hide, where)
        return self.display(item, kind, hide, where, depth)

    def watch_templates(self, item: Mapping[str, Any], where: str) -> None:
        for name in ("label", "description", "text", "content"):
            text = item.get(name)
            if isinstance(text, str) and (text.startswith("=") or "{{" in text):
                self.warn(where, f"{name} 里的公式不会计算，将原样显示")

    def hidden(self, item: Mapping[str, Any], outer: Ast | None, where: str) -> Ast | None:
        conditional = item.get("conditional")
        expression = conditional.get("hide") if isinstance(conditional, Mapping) else None
        own = self.condition(expression, where)
        if own and outer:
            return Binary("or", outer, own)
        return own or outer

    def condition(self, expression: object, where: str) -> Ast | None:
        if expression in (None, ""):
            return None
        try:
            return parse(str(expression))
        except FeelUnsupported as problem:
            self.error(where, problem.message)
            return None

    def key(self, item: Mapping[str, Any], name: str, where: str) -> str:
        key = item.get(name)
        if not isinstance(key, str) or not _KEY.fullmatch(key) or key == "this":
            self.error(where, f"{name} 应由英文字母、数字、下划线组成，以字母开头")
            return ""
        if key in self.keys:
            self.error(where, f"“{key}”重复了，每个字段要有自己的 {name}")
        self.keys.add(key)
        return key

    def rows(self, item: Mapping[str, Any], hide: Ast | None, where: str, depth: int) -> Component | None:
        if self.in_row:
            self.error(where, "动态列表里不能再放动态列表")
            return None
        key = self.key(item, "path", where)
        outer, self.keys, self.in_row = self.keys, set(), True
        children = self.read_all(item.get("components"), None, where, depth + 1)
        self.keys, self.in_row = outer, False
        repetitions = item.get("defaultRepetitions", 1)
        return Component(
            Kind.DYNAMICLIST,
            key=key,
            components=children,
            repetitions=repetitions if isinstance(repetitions, int) else 1,
            fixed_rows=item.get("allowAddRemove") is False,
            hide=hide,
            rules=read_rules(item, Kind.DYNAMICLIST, where, self.findings),
            **_words(item),
        )

    def display(self, item: Mapping[str, Any], kind: Kind, hide: Ast | None, where: str, depth: int) -> Component:
        children: tuple[Component, ...] = ()
        text = str(item.get("content" if kind is Kind.HTML else "text") or "")
        if kind is Kind.GROUP:
            children = self.read_all(item.get("components", []), hide, where, depth + 1)
            if item.get("path"):
                self.error(where, "分组不支持 path，请留空")
        elif kind is Kind.UNKNOWN:
            text = str(item.get("type") or "?")
            self.warn(where, f"不支持的组件类型“{text}”，办理人只会看到一行提示")
        return Component(kind, text=text, components=children, hide=hide, **_words(item))

    def input(self, item: Mapping[str, Any], kind: Kind, hide: Ast | None, where: str) -> Component | None:
        key = self.key(item, "key", where)
        if not key:
            return None
        if not item.get("label"):
            self.warn(where, "没有标签，办理人不知道要填什么")
        return Component(
            kind,
            key=key,
            subtype=self.subtype(item, kind, where),
            default=item.get("defaultValue"),
            rules=read_rules(item, kind, where, self.findings),
            options=self.options(item, kind, where),
            options_key=str(item.get("valuesKey") or ""),
            hide=hide,
            disabled=item.get("disabled") is True,
            readonly=self.readonly(item, where),
            variable=self.variable(item, kind, key),
            **_words(item),
        )

    def subtype(self, item: Mapping[str, Any], kind: Kind, where: str) -> str:
        if kind is not Kind.DATETIME:
            return ""
        subtype = item.get("subtype", "date")
        if subtype not in _SUBTYPES:
            self.error(where, "subtype 应为 date、time 或 datetime")
            return "date"
        return str(subtype)

    def readonly(self, item: Mapping[str, Any], where: str) -> bool:
        if item.get("readonly") not in (None, True, False):
            self.error(where, "readonly 只能是 true 或 false")
        return item.get("readonly") is True

    def options(self, item: Mapping[str, Any], kind: Kind, where: str) -> tuple[Option, ...]:
        if kind not in ONE_CHOICE | MANY_CHOICES:
            return ()
        if item.get("valuesExpression"):
            self.error(where, "不支持用公式给出选项，请改用 values 或 valuesKey")
        if item.get("valuesKey"):
            return ()
        values = item.get("values")
        if not isinstance(values, list) or not values:
            self.error(where, "没有选项：请填 values 或 valuesKey")
            return ()
        options = [as_option(value) for value in values]
        if None in options:
            self.error(where, "选项应是 {label, value}，value 是文字")
        if len({option.value for option in options if option}) < len(options):
            self.error(where, "有两个选项的 value 相同")
        return tuple(option for option in options if option)

    def variable(self, item: Mapping[str, Any], kind: Kind, key: str) -> str:
        properties = item.get("properties")
        wish = properties.get("variable") if isinstance(properties, Mapping) else None
        if wish in (None, "", "false", False):
            return ""
        name = camel(key) if wish in ("true", True) else str(wish)
        if kind in FREE_TEXT:
            self.error(key, "自由填写的文字不能成为流程变量（不得把来信内容带入引擎）")
        elif kind not in VARIABLE_KINDS or self.in_row:
            self.error(key, "只有单个的选项、数字、是否、日期能成为流程变量")
        elif not _CAMEL.fullmatch(name):
            self.error(key, f"变量名“{name}”应为 camelCase")
        else:
            return name
        return ""


def _words(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"label": str(item.get("label") or ""), "description": str(item.get("description") or "")}
