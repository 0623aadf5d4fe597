"""Process variables: few scalars, each sent with its type.

Instants travel as ISO-8601 strings with offset (without one the engine would take its own zone). Text is limited to
what the engine's column holds; long or structured matter belongs in the database, not in a process.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from letterbox.domain.clock import iso
from letterbox.engine.errors import UnsuitableValue

Scalar: TypeAlias = str | int | float | bool | None
Sendable: TypeAlias = Scalar | datetime

MAX_STRING = 4000
"""Characters in the engine's text column (ACT_RU_VARIABLE.TEXT_)."""
INT_LIMIT = 2**31
LONG_LIMIT = 2**63
SCALAR_TYPES = frozenset({"String", "Integer", "Long", "Short", "Boolean", "Double", "Null", "Date"})


def encode(name: str, value: Sendable) -> dict[str, Any]:
    """The engine's ``{"value", "type"}`` for one variable; raises UnsuitableValue for anything but a short scalar."""
    if value is None:
        return {"value": None, "type": "Null"}
    if isinstance(value, bool):
        return {"value": value, "type": "Boolean"}
    if isinstance(value, int):
        return {"value": int(value), "type": _integer_type(name, value)}
    if isinstance(value, float):
        return {"value": _finite(name, value), "type": "Double"}
    if isinstance(value, datetime):
        return {"value": _instant(name, value), "type": "String"}
    if isinstance(value, str):
        return {"value": _short(name, value), "type": "String"}
    raise UnsuitableValue(f"流程变量 {name} 的类型 {type(value).__name__} 不能交给流程引擎；请转换为文字、数字或是否")


def encode_all(variables: Mapping[str, Sendable]) -> dict[str, dict[str, Any]]:
    return {str(name): encode(str(name), value) for name, value in variables.items()}


def decode_all(variables: Mapping[str, Mapping[str, Any]] | None) -> dict[str, Scalar]:
    """The scalars among the engine's variables; what is not a scalar is not ours and is left out."""
    return {
        name: variable["value"]
        for name, variable in (variables or {}).items()
        if variable.get("type") in SCALAR_TYPES or variable.get("value") is None
    }


def instant(text: str | None) -> datetime | None:
    """An instant of the engine (``2026-01-05T09:00:00.000+0800``) as an aware datetime."""
    return datetime.fromisoformat(text) if text else None


def engine_instant(moment: datetime) -> str:
    """An aware instant in the only spelling that the engine's own date fields take (milliseconds, offset without colon)."""
    if moment.tzinfo is None:
        raise UnsuitableValue("时间缺少时区 (an instant needs its offset)")
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}{moment:%z}"


def _integer_type(name: str, value: int) -> str:
    if -INT_LIMIT <= value < INT_LIMIT:
        return "Integer"
    if -LONG_LIMIT <= value < LONG_LIMIT:
        return "Long"
    raise UnsuitableValue(f"流程变量 {name} 的数值超出 64 位整数范围")


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise UnsuitableValue(f"流程变量 {name} 不是有限的数值")
    return value


def _instant(name: str, value: datetime) -> str:
    if value.tzinfo is None:
        raise UnsuitableValue(f"流程变量 {name} 的时间缺少时区；请使用带时区的时间")
    return iso(value)


def _short(name: str, value: str) -> str:
    if len(value) > MAX_STRING:
        raise UnsuitableValue(f"流程变量 {name} 有 {len(value)} 个字符，上限为 {MAX_STRING}；长文字请存入数据库")
    if "\x00" in value:
        raise UnsuitableValue(f"流程变量 {name} 含有空字符 (NUL)，无法保存")
    return str(value)
