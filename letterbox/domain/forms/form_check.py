"""A whole form: which fields are shown, which are missing, and what is kept of what was given.

Which fields hide depends on values and hidden fields have none: start with every field shown, evaluate every condition with
the hidden fields empty, repeat until nothing changes (at most once per field). The browser does the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from letterbox.domain.forms.feel import Ast, evaluate
from letterbox.domain.forms.form_model import MANY_CHOICES, MOST_ROWS, ONE_CHOICE, Component, Kind, inputs_of
from letterbox.domain.forms.form_values import FieldProblem, Surroundings, clean


@dataclass(frozen=True)
class Cleaned:
    """``values`` of the shown fields that could be taken; ``errors`` by key (``reason``, ``contacts[0].at``)."""

    values: dict[str, object] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


Scoped = Callable[[Mapping[str, object]], Mapping[str, object]]
"""From the values of the fields shown so far to every name that a condition may use."""


def hidden_keys(hides: Mapping[str, Ast], values: Mapping[str, object], scoped: Scoped) -> frozenset[str]:
    """Keys of those fields whose condition holds (see above)."""
    hidden: frozenset[str] = frozenset()
    for _ in range(len(hides) + 1):
        scope = scoped(without(values, hidden))
        found = frozenset(key for key, hide in hides.items() if evaluate(hide, scope))
        if found == hidden:
            break
        hidden = found
    return hidden


def without(values: Mapping[str, object], hidden: frozenset[str]) -> dict[str, object]:
    return {key: None if key in hidden else value for key, value in values.items()}


def check(components: Sequence[Component], given: Mapping[str, object], around: Surroundings) -> Cleaned:
    """Judges ``given`` by the fields of the form."""
    return _Scope(inputs_of(components), given, around, outer=None).check()


class _Scope:
    """The fields of the form (``outer`` is None), or those of one row, whose names other fields are reached beside."""

    def __init__(
        self,
        fields: Sequence[Component],
        given: Mapping[str, object],
        around: Surroundings,
        outer: Mapping[str, object] | None,
    ) -> None:
        self.fields = fields
        self.around = around
        self.is_row = outer is not None
        self.outer = around.data if outer is None else outer
        self.given = given
        self.values: dict[str, object] = {}
        self.errors: dict[str, str] = {}

    def check(self) -> Cleaned:
        for component in self.fields:
            if component.kind is not Kind.DYNAMICLIST:
                self.take(component)
        hidden = self.hidden()
        scope = self.scoped(without(self.known(), hidden))
        for component in self.fields:
            if component.key in hidden or component.disabled:
                self.forget(component.key)
            elif component.kind is Kind.DYNAMICLIST:
                self.take_rows(component, scope)
        self.check_presence(hidden, scope)
        self.refuse_unknown()
        return Cleaned(self.values, self.errors)

    def take(self, component: Component) -> None:
        raw = self.raw(component)
        try:
            self.values[component.key] = clean(component, raw, self.around)
        except FieldProblem as problem:
            self.errors[component.key] = str(problem)

    def raw(self, component: Component) -> object:
        """What was given; what is locked comes from the input data; what was left out has its default."""
        if component.readonly or component.disabled:
            return self.around.data.get(component.key, component.default) if not self.is_row else component.default
        return self.given.get(component.key, component.default)

    def hidden(self) -> frozenset[str]:
        hides = {component.key: component.hide for component in self.fields if component.hide}
        return hidden_keys(hides, self.known(), self.scoped)

    def known(self) -> dict[str, object]:
        return {component.key: self.values.get(component.key) for component in self.fields}

    def scoped(self, shown: Mapping[str, object]) -> Mapping[str, object]:
        """In a row its own fields go by ``this.key`` only."""
        return {**self.outer, "this": shown} if self.is_row else {**self.outer, **shown, "this": shown}

    def forget(self, key: str) -> None:
        self.values.pop(key, None)
        self.errors.pop(key, None)

    def take_rows(self, component: Component, scope: Mapping[str, object]) -> None:
        rows = self.given.get(component.key)
        if rows is None or rows == "":
            rows = []
        if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
            self.errors[component.key] = "应为列表，每一项是一组字段"
            return
        if len(rows) > MOST_ROWS:
            self.errors[component.key] = f"最多 {MOST_ROWS} 条，现有 {len(rows)} 条"
            return
        fields = inputs_of(component.components)
        cleaned = [_Scope(fields, row, self.around, outer=scope).check() for row in rows]
        self.values[component.key] = [row.values for row in cleaned]
        for index, row in enumerate(cleaned):
            self.errors.update({f"{component.key}[{index}].{key}": message for key, message in row.errors.items()})

    def check_presence(self, hidden: frozenset[str], scope: Mapping[str, object]) -> None:
        for component in self.fields:
            if component.key in hidden or component.key in self.errors or component.disabled or component.readonly:
                continue
            if is_required(component, scope) and is_missing(self.values.get(component.key)):
                self.errors[component.key] = missing(component)

    def refuse_unknown(self) -> None:
        known = [component.key for component in self.fields]
        for key, value in self.given.items():
            if key not in known and value is not None and value != "":
                self.errors[str(key)] = f"没有“{key}”这个字段，可填的是：{'、'.join(known) or '无'}"


def is_required(component: Component, scope: Mapping[str, object]) -> bool:
    rules = component.rules
    return rules.required or (rules.required_if is not None and evaluate(rules.required_if, scope))


def is_missing(value: object) -> bool:
    """Nothing, an empty list, or a box that is not ticked; zero is an answer."""
    return value is None or value is False or value == []


def missing(component: Component) -> str:
    if component.kind in ONE_CHOICE | MANY_CHOICES:
        return f"请选择{component.title}"
    if component.kind is Kind.CHECKBOX:
        return f"请勾选“{component.title}”"
    if component.kind is Kind.DYNAMICLIST:
        return f"请至少填写一条{component.title}"
    return f"请填写{component.title}"
