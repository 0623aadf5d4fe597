"""What a parsed form consists of; the words are form-js's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from letterbox.domain.errors import LetterboxError
from letterbox.domain.forms.feel import Ast

LONGEST_TEXT = 20_000
MOST_ROWS = 50


class Kind(StrEnum):
    """form-js component types that are honoured; UNKNOWN stands for every other."""

    TEXTFIELD = "textfield"
    TEXTAREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    SELECT = "select"
    CHECKLIST = "checklist"
    TAGLIST = "taglist"
    DATETIME = "datetime"
    TEXT = "text"
    HTML = "html"
    GROUP = "group"
    SEPARATOR = "separator"
    SPACER = "spacer"
    DYNAMICLIST = "dynamiclist"
    UNKNOWN = "unknown"


FREE_TEXT = frozenset({Kind.TEXTFIELD, Kind.TEXTAREA})
ONE_CHOICE = frozenset({Kind.RADIO, Kind.SELECT})
MANY_CHOICES = frozenset({Kind.CHECKLIST, Kind.TAGLIST})
INPUTS = FREE_TEXT | ONE_CHOICE | MANY_CHOICES | {Kind.NUMBER, Kind.CHECKBOX, Kind.DATETIME}
"""Kinds that hold a value under a key; a dynamic list holds rows."""
VARIABLE_KINDS = ONE_CHOICE | {Kind.NUMBER, Kind.CHECKBOX, Kind.DATETIME}
"""Kinds that may become process variables: scalars that are not free text."""


class FormLevel(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class FormFinding:
    """``component`` is the key, else the id, else the place (``components[3]``) of what is wrong."""

    component: str
    message: str
    level: FormLevel = FormLevel.ERROR


class FormError(LetterboxError):
    """The schema cannot be used as a form; ``findings`` lists every problem at once."""

    def __init__(self, findings: Sequence[FormFinding]) -> None:
        super().__init__("；".join(f"{finding.component}：{finding.message}" for finding in findings))
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Option:
    label: str
    value: str


@dataclass(frozen=True)
class Rules:
    """``required_if`` and ``not_future`` are our own, written as form-js custom properties."""

    required: bool = False
    required_if: Ast | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    decimal_digits: int | None = None
    not_future: bool = False
    not_past: bool = False


@dataclass(frozen=True)
class Component:
    """``hide`` includes the conditions of the groups around it; ``text`` is a display's content or an unknown type's name."""

    kind: Kind
    key: str = ""
    label: str = ""
    description: str = ""
    text: str = ""
    subtype: str = ""
    default: object = None
    rules: Rules = field(default_factory=Rules)
    options: tuple[Option, ...] = ()
    options_key: str = ""
    hide: Ast | None = None
    disabled: bool = False
    readonly: bool = False
    variable: str = ""
    components: tuple[Component, ...] = ()
    repetitions: int = 0
    fixed_rows: bool = False

    @property
    def holds_value(self) -> bool:
        return self.kind in INPUTS or self.kind is Kind.DYNAMICLIST

    @property
    def title(self) -> str:
        return self.label or self.key

    def choices(self, data: Mapping[str, object]) -> tuple[Option, ...]:
        """The options, from ``data[options_key]`` (``{label, value}`` or plain strings) if the schema says so."""
        if not self.options_key:
            return self.options
        found = data.get(self.options_key)
        return tuple(option for item in found if (option := as_option(item))) if isinstance(found, list | tuple) else ()


def as_option(item: object) -> Option | None:
    """None for what is not an option: values are strings."""
    if isinstance(item, str):
        return Option(item, item)
    if isinstance(item, Mapping) and isinstance(item.get("value"), str):
        return Option(str(item.get("label") or item["value"]), item["value"])
    return None


def inputs_of(components: Sequence[Component]) -> tuple[Component, ...]:
    """Everything with a value in document order, groups opened, rows of lists not."""
    found: list[Component] = []
    for component in components:
        if component.kind is Kind.GROUP:
            found.extend(inputs_of(component.components))
        elif component.holds_value:
            found.append(component)
    return tuple(found)
