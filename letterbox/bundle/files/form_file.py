"""A form file (form-js JSON): the keys that it may hold, and the form written anew with these alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from letterbox.bundle.files.canonical import MOST_OBJECTIONS, FileObjection
from letterbox.bundle.files.safe_reading import MOST_ELEMENTS, Unreadable, json_tree
from letterbox.bundle.files.values_allowed import LONGEST_NAME, LONGEST_TEXT, has_expression

ROOT = (
    "id",
    "type",
    "schemaVersion",
    "versionTag",
    "executionPlatform",
    "executionPlatformVersion",
    "exporter",
    "components",
)
COMPONENT = (
    "type", "id", "path", "key", "label", "description", "text", "content", "title", "searchable", "values", "valuesKey",
    "valuesExpression", "showOutline", "defaultValue", "subtype", "components", "dateLabel", "disallowPassedDates",
    "timeLabel", "timeSerializingFormat", "timeInterval", "use24h", "allowAddRemove", "isRepeating",
    "defaultRepetitions", "disableCollapse", "nonCollapsedItems", "disabled", "readonly", "decimalDigits", "increment",
    "serializeToString", "altText", "alt", "source", "url", "height", "security", "verticalAlignment", "rowCount",
    "columns", "columnsExpression", "dataSource", "expression", "computeOn", "action", "format", "multiple", "accept",
    "endpointKey", "target", "appearance", "validate", "conditional", "properties", "layout",
)  # fmt: skip
VALIDATE = ("required", "minLength", "maxLength", "min", "max", "pattern", "validationType")
KEYS: Mapping[str, tuple[str, ...]] = {
    "": ROOT,
    "components": COMPONENT,
    "validate": VALIDATE,
    "conditional": ("hide",),
    "values": ("label", "value"),
    "appearance": ("prefixAdorner", "suffixAdorner", "groupStyle"),
    "layout": ("row", "columns"),
    "exporter": ("name", "version"),
    "security": ("allowScripts", "allowSameOrigin", "allowForms", "allowModals", "allowPopups",
                 "allowTopNavigation", "allowStorageAccessByUserActivation"),
}  # fmt: skip
"""Where → the keys that may stand there, in the order in which they are written. ``properties`` are the owner's own."""
OBJECTS = {"validate", "conditional", "appearance", "layout", "exporter", "security", "properties"}
LISTS = {"components", "values", "columns"}
MOST_PROPERTIES = 50
CLOUD = "这是为 Camunda 8 保存的表单，请在设计器中选择平台 7（Camunda Platform 7）后重新保存。"
UNSAID = ("id", "layout")
"""Keys of a component that say nothing to those who fill the form in."""


def read_form(content: bytes) -> tuple[dict[str, Any], tuple[FileObjection, ...]]:
    """The form anew and what was objected. Raises Unreadable."""
    schema = json_tree(content)
    if not isinstance(schema, dict):
        raise Unreadable("不是表单：JSON 的最外层应是一组字段")
    if schema.get("executionPlatform") == "Camunda Cloud":
        return schema, (FileObjection("", "other-engine", CLOUD),)
    reader = _Reader()
    kept = reader.taken(schema, "", "form")
    return kept, tuple(dict.fromkeys(reader.objections))


def form_written(schema: Mapping[str, Any]) -> bytes:
    """The form as bytes: always the same for the same form."""
    return (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode(errors="surrogatepass")


class _Reader:
    """Keeps the objections of one form."""

    def __init__(self) -> None:
        self.objections: list[FileObjection] = []
        self.seen = 0

    def object(self, where: str, rule: str, message: str) -> None:
        if len(self.objections) < MOST_OBJECTIONS:
            self.objections.append(FileObjection(where, rule, message))

    def taken(self, given: Mapping[str, Any], place: str, where: str) -> dict[str, Any]:
        """``place``: what the keys are those of; ``where``: the component they belong to."""
        known = KEYS[place]
        for key in given:
            if key not in known:
                self.object(where, "not-allowed", f"“{key[:60]}”不在表单可用的范围内，请在表单设计器里删去。")
        return {key: self.value(key, given[key], where) for key in known if key in given}

    def value(self, key: str, value: Any, where: str) -> Any:
        if key in OBJECTS and isinstance(value, dict):
            return self.properties(value, where) if key == "properties" else self.taken(value, key, where)
        if key in LISTS and isinstance(value, list):
            return self.items(key, value, where)
        return self.plain(key, value, where)

    def items(self, key: str, value: list[Any], where: str) -> list[Any]:
        self.seen += len(value)
        if self.seen > MOST_ELEMENTS:
            self.object("form", "too-many", f"表单里的字段和选项太多，最多 {MOST_ELEMENTS} 个。")
            return []
        if key == "columns":
            return [self.plain(key, each, where) for each in value]
        return [
            self.taken(each, key, _place(each, where) if key == "components" else where)
            if isinstance(each, dict)
            else self.plain(key, each, where)
            for each in value
        ]

    def properties(self, given: Mapping[str, Any], where: str) -> dict[str, Any]:
        if len(given) > MOST_PROPERTIES:
            self.object(where, "too-many", f"自定义属性太多，最多 {MOST_PROPERTIES} 个。")
        kept = dict(sorted(given.items())[:MOST_PROPERTIES])
        return {self.plain("properties", key, where): self.plain(key, value, where) for key, value in kept.items()}

    def plain(self, key: str, value: Any, where: str) -> Any:
        if isinstance(value, dict | list):
            return self.nested(key, value, where)
        if isinstance(value, str):
            return self.text(key, value, where)
        return value

    def nested(self, key: str, value: Any, where: str) -> Any:
        """A default of several choices is a list of texts; nothing else is a structure of its own."""
        if (
            key == "defaultValue"
            and isinstance(value, list)
            and not any(isinstance(each, dict | list) for each in value)
        ):
            return [self.plain("value", each, where) for each in value[:100]]
        self.object(where, "not-allowed", f"“{key}”应为文字、数字或者是否，请用表单设计器重新保存。")
        return ""

    def text(self, key: str, value: str, where: str) -> str:
        if has_expression(value):
            self.object(where, "expression", f"“{key}”里写了“{value.strip()[:60]}”：表单里只能写普通文字，请改掉。")
        longest = LONGEST_NAME if key in {"label", "key", "id", "path", "value"} else LONGEST_TEXT
        if len(value) > longest:
            self.object(where, "length", f"“{key}”太长：最多 {longest} 个字，现有 {len(value)} 个字。")
        return value[:longest]


def _place(component: Mapping[str, Any], outer: str) -> str:
    return str(component.get("key") or component.get("path") or component.get("id") or outer)[:LONGEST_NAME]
