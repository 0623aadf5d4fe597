"""A task form as deployed (form-js JSON): what it asks, whether an answer will do, what of it the engine learns.

Keys that the form does not have are refused with their name, so that a script learns of a misspelling; unless they are
empty. Fields that are hidden by their condition, disabled or read-only may be sent and are ignored.
Fields that are left out (not sent at all) have their ``defaultValue``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, TypeAlias

from letterbox.domain.errors import FieldErrors
from letterbox.domain.forms.feel import Scalar
from letterbox.domain.forms.form_check import Cleaned, check
from letterbox.domain.forms.form_conditions import names_in
from letterbox.domain.forms.form_faults import faults
from letterbox.domain.forms.form_model import (
    MANY_CHOICES,
    Component,
    FormError,
    FormFinding,
    FormLevel,
    Kind,
    inputs_of,
)
from letterbox.domain.forms.form_parse import read_schema
from letterbox.domain.forms.form_values import Surroundings
from letterbox.domain.forms.form_words import words_by_key

Values: TypeAlias = Mapping[str, Any]
"""Cleaned answers, by field key."""

__all__ = ["Answer", "Cleaned", "Component", "Form", "FormError", "FormFinding", "FormLevel", "Kind", "Values", "lint"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered in a form: cleaned ``values``, what of it the engine learns, and how people read it.

    ``words``: key → (label, words) of every field that was answered, in the form's order.
    """

    values: dict[str, Any]
    variables: dict[str, Scalar]
    words: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Form:
    """``schema`` is the JSON as deployed, for those who draw the form themselves."""

    id: str
    components: tuple[Component, ...]
    schema: Mapping[str, Any] = field(repr=False, compare=False)

    @classmethod
    def parse(cls, schema: Mapping[str, Any]) -> Form:
        """FormError lists every problem at once; warnings do not stop a form."""
        components, findings = read_schema(schema)
        problems = [finding for finding in findings if finding.level is FormLevel.ERROR]
        if problems:
            raise FormError(problems)
        return cls(str(schema.get("id") or ""), components, schema)

    @property
    def fields(self) -> dict[str, Component]:
        """Everything with a value by key, in document order; the fields of rows are in their list's components."""
        return {component.key: component for component in inputs_of(self.components)}

    @cached_property
    def given(self) -> frozenset[str]:
        """The names that its lists and conditions use: what it needs of its ``data``, and its own fields."""
        return _names_used(self.components)

    def validate(
        self, values: Mapping[str, object], data: Mapping[str, object] | None = None, *, now: datetime | None = None
    ) -> Cleaned:
        """``data`` is what the task is given (options under ``valuesKey``, facts that conditions name).

        Without ``now`` (aware) the rules about past and future are not checked.
        """
        return check(self.components, values, Surroundings(data or {}, now))

    def answer(self, given: Mapping[str, object], data: Mapping[str, object], *, now: datetime) -> Answer:
        """``given`` as ``validate`` takes it. Raises FieldErrors."""
        checked = self.validate(given, data, now=now)
        if checked.errors:
            raise FieldErrors(checked.errors)
        values = checked.values
        return Answer(values, self.variables(values), words_by_key(self.components, values, data))

    def initial(self, data: Mapping[str, object] | None = None) -> dict[str, object]:
        """The values to begin with: what ``data`` has under a field's key, else the field's default."""
        known = data or {}
        return {key: known.get(key, _empty(component)) for key, component in self.fields.items()}

    def variables(self, values: Mapping[str, object]) -> dict[str, Scalar]:
        """Process variables out of cleaned values: only fields marked for it, None for one left empty."""
        found: dict[str, Scalar] = {}
        for key, component in self.fields.items():
            value = values.get(key)
            if component.variable and key in values and isinstance(value, str | int | float | None):
                found[component.variable] = value
        return found


def _empty(component: Component) -> object:
    if component.default is not None:
        return component.default
    if component.kind is Kind.CHECKBOX:
        return False
    return [] if component.kind in MANY_CHOICES or component.kind is Kind.DYNAMICLIST else None


def lint(schema: object, inputs: Collection[str] | None = None) -> list[FormFinding]:
    """Every finding, warnings too. With ``inputs`` (names the task is given) conditions may name nothing else."""
    components, findings = read_schema(schema)
    if inputs is None:
        return findings
    keys = {component.key for component in inputs_of(components)} | set(inputs)
    return [*findings, *_unknown_names(components, keys), *_unknown_options(components, inputs), *faults(components)]


def _unknown_names(
    components: Sequence[Component], known: Collection[str], row: Collection[str] = ()
) -> list[FormFinding]:
    allowed = {*known, *(f"this.{key}" for key in row or known)}
    found = []
    for component in _all(components):
        rules = component.rules
        for name in sorted(names_in(component.hide) | names_in(rules.required_if)):
            if name not in allowed:
                found.append(
                    FormFinding(component.key or component.kind, f"条件里的“{name}”既不是字段也不是给定的数据")
                )
        if component.kind is Kind.DYNAMICLIST:
            row_keys = [child.key for child in inputs_of(component.components)]
            found.extend(_unknown_names(component.components, known, row_keys))
    return found


def _unknown_options(components: Sequence[Component], inputs: Collection[str]) -> list[FormFinding]:
    found = []
    for component in _all(components):
        if component.options_key and component.options_key not in inputs:
            found.append(FormFinding(component.key, f"选项来自“{component.options_key}”，但任务不会给出它"))
        if component.kind is Kind.DYNAMICLIST:
            found.extend(_unknown_options(component.components, inputs))
    return found


def _names_used(components: Sequence[Component]) -> frozenset[str]:
    found: set[str] = set()
    for component in _all(components):
        found |= {component.options_key} | names_in(component.hide) | names_in(component.rules.required_if)
        if component.kind is Kind.DYNAMICLIST:
            found |= _names_used(component.components)
    return frozenset(found)


def _all(components: Sequence[Component]) -> list[Component]:
    """Groups opened, displays included."""
    found: list[Component] = []
    for component in components:
        found.append(component)
        if component.kind is Kind.GROUP:
            found.extend(_all(component.components))
    return found
