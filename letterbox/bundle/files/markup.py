"""The words in which the tables of allowed XML are written: values, elements, order. The tables are ``*_schema.py``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class What(StrEnum):
    """What an attribute or a text is: how it is judged, and whether the engine evaluates it."""

    ID = "id"
    REFERENCE = "reference"
    """The id of another element, with or without the prefix of the file's own namespace."""
    NAME = "name"
    TEXT = "text"
    WORD = "word"
    """A code, a key, a name of a variable: no blank."""
    YES_NO = "yes-no"
    CHOICE = "choice"
    NUMBER = "number"
    PLACE = "place"
    """A coordinate or a length in the picture: whole pixels."""
    EXPRESSION = "expression"
    """The engine evaluates it: the only place where ``${…}`` may stand."""
    RETRIES = "retries"
    """How often and how long apart the engine tries a failed step again: ``R5/PT5M``."""
    TYPE = "type"
    """``xsi:type`` of an expression: always tFormalExpression."""
    ANYTHING = "anything"


@dataclass(frozen=True, slots=True)
class Value:
    """``default``: what a left out value means; it is never written. ``is_stripped``: it says nothing to the engine or to
    us and is not written."""

    what: What
    default: str | None = None
    choices: tuple[str, ...] = ()
    is_stripped: bool = False
    is_always_written: bool = False
    """Also as the default: where people should see it."""
    is_required: bool = False
    """By the schema that the engine reads by: a file without it is refused."""


ID, REFERENCE, NAME, TEXT = Value(What.ID), Value(What.REFERENCE), Value(What.NAME), Value(What.TEXT)
WORD, NUMBER, PLACE, EXPRESSION = Value(What.WORD), Value(What.NUMBER), Value(What.PLACE), Value(What.EXPRESSION)
TYPE = Value(What.TYPE)
RETRIES = Value(What.RETRIES)
STRIPPED = Value(What.ANYTHING, is_stripped=True)
YES_NO = Value(What.YES_NO)
NO_UNLESS_SAID = Value(What.YES_NO, default="false")
YES_UNLESS_SAID = Value(What.YES_NO, default="true")


REQUIRED_PLACE = Value(What.PLACE, is_required=True)
REQUIRED_REFERENCE = Value(What.REFERENCE, is_required=True)
REQUIRED_NAME = Value(What.NAME, is_required=True)


def choice(*words: str, default: str | None = None) -> Value:
    return Value(What.CHOICE, default=default, choices=words)


@dataclass(frozen=True, slots=True)
class Part:
    """One place in an element's order: any of ``names``, ``least`` to ``most`` times."""

    names: frozenset[str]
    most: int
    least: int = 0


def some(*names: str) -> Part:
    return Part(frozenset(names), most=100_000)


def one(*names: str, least: int = 0) -> Part:
    return Part(frozenset(names), most=1, least=least)


@dataclass(frozen=True, slots=True)
class Element:
    """What an element may hold. ``attributes`` in the order in which they are written; names carry the usual prefix
    (``camunda:formRef``), BPMN's and DMN's own attributes none. ``extensions``: what its ``extensionElements`` may hold."""

    attributes: Mapping[str, Value] = field(default_factory=dict)
    order: tuple[Part, ...] = ()
    text: Value | None = None
    extensions: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """A kind of file. ``prefixes``: prefix → namespace, as written; the first is the language's own.
    ``aliases``: other namespaces that mean the same as one of these. ``hints``: name → what to do instead, for what is
    not allowed but often met. ``programs``: names of elements and attributes that run code."""

    root: str
    prefixes: Mapping[str, str]
    aliases: Mapping[str, str]
    elements: Mapping[str, Element]
    always_declared: tuple[str, ...]
    is_own_prefix_written: bool
    hints: Mapping[str, str]
    programs: frozenset[str]
    stamp: Mapping[str, str]
    """Attributes that every written root has, so that the owners' tools open it for the right platform."""
