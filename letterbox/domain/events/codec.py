"""Events as they are stored, both ways: facts to JSON and back.

Instants are stored as ISO-8601 with the office's offset and whole seconds, days as ``2026-11-03``, members of enumerations by
their value. Both ways check every value, so that nothing is written that could not be read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar, get_type_hints

from letterbox.domain.events.catalogue import CLASSES
from letterbox.domain.events.event import Event
from letterbox.domain.events.values import admits_none, stored, value_of

AnEvent = TypeVar("AnEvent", bound=Event)


class UnreadableEvent(ValueError):
    """A stored event, or one about to be stored, that its class does not allow. Names event and fact."""


@dataclass(frozen=True, slots=True)
class _Fact:
    """A field: its attribute, the key it is stored by and its type."""

    attribute: str
    key: str
    kind: Any
    metadata: Mapping[str, Any]

    def is_stored(self, event: Event) -> bool:
        other = self.metadata.get("unless")
        if other is not None:
            return getattr(event, other) is None
        return not self.metadata.get("is_stored_if_given") or getattr(event, self.attribute) is not None


_FACTS: dict[type[Event], tuple[_Fact, ...]] = {}
"""Of the classes read or written so far: their fields do not change."""


def encode(event: Event) -> dict[str, Any]:
    """The event's facts as they are stored. Raises UnreadableEvent for a value that is not of its field's type."""
    kind = type(event)
    return {
        fact.key: _checked(kind, fact, getattr(event, fact.attribute), stored)
        for fact in _facts(kind)
        if fact.is_stored(event)
    }


def decode(name: str, data: Mapping[str, Any]) -> Event:
    """The event that a row holds. Facts that no field knows are left out.

    Raises UnreadableEvent: nobody here knows the name, a fact is missing that was always there, or one is of another type.
    """
    if name not in CLASSES:
        raise UnreadableEvent(f"no event is called {name}")
    return decode_as(CLASSES[name], data)


def decode_as(kind: type[AnEvent], data: Mapping[str, Any]) -> AnEvent:
    """The same for a class that is known already. Raises UnreadableEvent."""
    return kind(**dict(_read(kind, data)))


def readable(name: str, data: Mapping[str, Any]) -> Event | None:
    """The event that a row holds; None where it cannot be read: pages and checks show such a row without its facts."""
    return readable_as(CLASSES[name], data) if name in CLASSES else None


def readable_as(kind: type[AnEvent], data: Mapping[str, Any]) -> AnEvent | None:
    """The same for a class that is known already."""
    try:
        return decode_as(kind, data)
    except UnreadableEvent:
        return None


def keys_of(kind: type[Event]) -> tuple[str, ...]:
    """Names of the facts as they are stored."""
    return tuple(fact.key for fact in _facts(kind))


def _read(kind: type[Event], data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for fact in _facts(kind):
        if fact.key in data:
            yield fact.attribute, _checked(kind, fact, data[fact.key], value_of)
        elif "older" in fact.metadata:
            yield fact.attribute, fact.metadata["older"]
        elif admits_none(fact.kind):
            yield fact.attribute, None
        else:
            raise UnreadableEvent(f"{kind.__name__} has no {fact.key}")


def _checked(kind: type[Event], fact: _Fact, value: Any, convert: Any) -> Any:
    try:
        return convert(fact.kind, value)
    except (TypeError, ValueError) as error:
        raise UnreadableEvent(f"{kind.__name__}.{fact.key}: {value!r} is not of its type: {error}") from error


def _facts(kind: type[Event]) -> tuple[_Fact, ...]:
    if kind not in _FACTS:
        _FACTS[kind] = _read_facts(kind)
    return _FACTS[kind]


def _read_facts(kind: type[Event]) -> tuple[_Fact, ...]:
    kinds = get_type_hints(kind)
    return tuple(
        _Fact(
            attribute=each.name, key=each.metadata.get("key", each.name), kind=kinds[each.name], metadata=each.metadata
        )
        for each in fields(kind)
    )
