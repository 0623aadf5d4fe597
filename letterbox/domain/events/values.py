"""Values of facts as JSON holds them, both ways, by the types of their fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from types import NoneType
from typing import Any, get_args, get_origin

from letterbox.domain.clock import iso

Convert = Callable[[Any, Any], Any]
"""From a field's type and a value to what becomes of the value."""


def admits_none(kind: Any) -> bool:
    return NoneType in get_args(kind)


def value_of(kind: Any, given: Any) -> Any:
    """What a field of this type holds for what is stored. Raises TypeError, ValueError."""
    if kind is datetime:
        instant = datetime.fromisoformat(_of(str, given))
        if instant.tzinfo is None:
            raise ValueError("an instant without its offset")
        return instant
    if kind is date:
        return date.fromisoformat(_of(str, given))
    return _converted(kind, given, value_of)


def stored(kind: Any, value: Any) -> Any:
    """What is stored for the value of a field of this type. Raises TypeError, ValueError."""
    if kind is datetime:
        return iso(_of(datetime, value))
    if kind is date:
        return _of(date, value).isoformat()
    found = _converted(kind, value, stored)
    return list(found) if isinstance(found, tuple) else found


def _converted(kind: Any, value: Any, convert: Convert) -> Any:
    arms = [each for each in get_args(kind) if each is not NoneType]
    if admits_none(kind) and len(arms) > 1:
        return value  # a process owner's own answer: JSON as it is
    if admits_none(kind):
        return None if value is None else convert(arms[0], value)
    if get_origin(kind) is tuple:
        return _tuple(arms, value, convert)
    if arms:
        key_kind, value_kind = arms
        return {convert(key_kind, key): convert(value_kind, each) for key, each in _of(dict, value).items()}
    if issubclass(kind, StrEnum):
        return _member(kind, value, convert)
    return _of(kind, value)


def _tuple(arms: list[Any], value: Any, convert: Convert) -> tuple[Any, ...]:
    given = _of(tuple if convert is stored else list, value)
    kinds = [arms[0]] * len(given) if arms[-1] is Ellipsis else arms
    return tuple(convert(each, one) for each, one in zip(kinds, given, strict=True))


def _member(kind: type[StrEnum], value: Any, convert: Convert) -> StrEnum | str:
    member = kind(_of(str, value))
    return member.value if convert is stored else member


def _of(kind: type, value: Any) -> Any:
    """The value if it is of this very type: no yes or no among numbers, no instant among days."""
    if type(value) is not kind and not (kind is str and isinstance(value, str)):
        raise TypeError(f"{kind.__name__} is expected")
    return str(value) if kind is str else value
