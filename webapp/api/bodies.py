"""Request bodies: JSON objects, held to the same schemas that the OpenAPI document shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from flask import request
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from letterbox.domain.errors import FieldErrors
from webapp.api.specification import document

TYPES = {
    "string": "文字",
    "boolean": "true 或 false",
    "object": "对象",
    "array": "列表",
    "integer": "整数",
    "null": "null",
}
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time")
def is_instant(value: object) -> bool:
    """ISO-8601 with offset."""
    if not isinstance(value, str):
        return True
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def body(schema: str) -> dict[str, Any]:
    """The request's JSON object, valid by ``#/components/schemas/<schema>``.

    Raises UnsupportedMediaType, BadRequest or FieldErrors naming every wrong field.
    """
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        given = request.get_json()
    except RecursionError:  # nested deeper than any sensible body
        raise BadRequest from None
    if not isinstance(given, dict):
        raise BadRequest
    errors: dict[str, str] = {}
    for error in validator(schema).iter_errors(given):
        for field, message in _message(error):
            errors.setdefault(field, message)
    if errors:
        raise FieldErrors(errors)
    return given


@cache
def validator(schema: str) -> Draft202012Validator:
    """Of one schema of the OpenAPI document, with its references."""
    root = {"$ref": f"#/components/schemas/{schema}", "components": document()["components"]}
    return Draft202012Validator(root, format_checker=FORMATS)


def _message(error: Any) -> Iterator[tuple[str, str]]:
    """Field → what to do, by the keyword that failed; ``error`` is a ValidationError, whose parts are loosely typed."""
    place, wanted = _dotted(error.absolute_path), error.validator_value
    if error.validator == "required":
        missing = [name for name in wanted if name not in error.instance]
        yield from ((_joined(place, name), "这个字段必须给出") for name in missing)
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        extra = [name for name in error.instance if name not in known]
        yield from ((_joined(place, name), f"没有这个字段，可用：{'、'.join(known)}") for name in extra)
    else:
        words = _WORDS.get(str(error.validator))
        message = words(wanted, error.instance) if words else f"不符合要求：{error.message[:200]}"
        yield place or "body", message


def _type(wanted: Any) -> str:
    names: list[str] = wanted if isinstance(wanted, list) else [wanted]
    return f"应为{'或'.join(TYPES.get(name, name) for name in names)}"


_WORDS: Mapping[str, Callable[[Any, Any], str]] = {
    "type": lambda wanted, _given: _type(wanted),
    "enum": lambda wanted, _given: f"应为 {'、'.join(str(each) for each in wanted if each is not None)} 之一",
    "maxLength": lambda wanted, given: f"最多 {wanted} 字，现有 {len(given)} 字",
    "minLength": lambda _wanted, _given: "不能为空",
    "minItems": lambda _wanted, _given: "至少要有一项",
    "maxItems": lambda wanted, given: f"最多 {wanted} 项，现有 {len(given)} 项",
    "format": lambda _wanted, _given: "应为带时区的时刻，例如 2026-09-28T09:00:00+08:00",
}
"""JSON schema keyword → words about what it wants and what was given."""


def _dotted(path: Any) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
