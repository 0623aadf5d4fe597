"""From a form, its values and its errors to markup (``templates/forms/fields.html``)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import render_template
from markupsafe import Markup

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.forms.feel import ROW, Ast, Literal, to_json
from letterbox.domain.forms.form import Component, Form, Kind
from letterbox.domain.forms.form_conditions import describe, partially_evaluate, reverse
from letterbox.domain.forms.form_model import FREE_TEXT, LONGEST_TEXT, MANY_CHOICES, ONE_CHOICE, inputs_of
from letterbox.domain.forms.form_text import html_as_text, paragraphs
from webapp.shared.forms.posted import blank_row
from webapp.shared.forms.views import ChoiceView, DisplayView, FieldView, FormView, RowView, View

COUNTED_FROM = 200
"""Fields that take at least so many characters show how many are left."""
NEW_ROW = "__row__"
"""Stands for the number of a row in the template that scripts copy."""


def render_form(
    form: Form,
    values: Mapping[str, object] | None = None,
    errors: Mapping[str, str] | None = None,
    data: Mapping[str, object] | None = None,
    *,
    prefix: str = "f",
    summary: bool = True,
) -> Markup:
    """The fields of ``form``, with the error summary above them; the ``<form>`` element is the page's.

    ``values`` as posted, drafted or prefilled; keys that are not in it have the form's defaults. ``prefix`` begins every
    id, so that two forms fit on one page.
    """
    view = form_view(form, values or {}, errors or {}, data or {}, prefix)
    return Markup(render_template("forms/fields.html", form=view, summary=summary))  # noqa: S704  # Jinja escaped it


def form_view(
    form: Form, values: Mapping[str, object], errors: Mapping[str, str], data: Mapping[str, object], prefix: str = "f"
) -> FormView:
    page = _Page(fields=form.fields, values=values, errors=errors, data=data, prefix=prefix)
    items = page.views(form.components)
    ids = dict(_ids(items))
    linked = {ids[key]: message for key, message in errors.items() if key in ids}
    rest = [message for key, message in errors.items() if key not in ids]
    return FormView(items, {**linked, **({"": "；".join(rest)} if rest else {})})


def _ids(items: Sequence[View]) -> list[tuple[str, str]]:
    """(name, id) of everything that an error can be shown at."""
    found: list[tuple[str, str]] = []
    for item in items:
        if isinstance(item, DisplayView):
            found.extend(_ids(item.items))
        else:
            found.append((item.name, item.id))
            for row in item.rows:
                found.extend(_ids(row.items))
    return found


@dataclass(frozen=True)
class _Page:
    """The form, or (``base`` set) one row of a list in it, at the moment it is drawn."""

    fields: Mapping[str, Component]
    values: Mapping[str, object]
    errors: Mapping[str, str]
    data: Mapping[str, object]
    prefix: str
    base: str = ""
    row_fields: Mapping[str, Component] = field(default_factory=dict)

    def views(self, components: Sequence[Component]) -> tuple[View, ...]:
        drawn = (self.view(component) for component in components)
        return tuple(view for view in drawn if view is not None)

    def view(self, component: Component) -> View | None:
        """None for what the facts of the letter hide for good."""
        hide = partially_evaluate(component.hide, self.fields, self.data) if component.hide else Literal(False)
        if isinstance(hide, Literal) and hide.value is True:
            return None
        hide_on_page = None if isinstance(hide, Literal) else hide
        return self.field(component, hide_on_page) if component.holds_value else self.display(component, hide_on_page)

    def display(self, component: Component, hide: Ast | None) -> DisplayView:
        text = html_as_text(component.text) if component.kind is Kind.HTML else component.text
        return DisplayView(
            component.kind.value,
            label=component.label,
            description=component.description,
            watch=_watch(hide),
            blocks=paragraphs(text),
            items=self.views(component.components),
        )

    def field(self, component: Component, hide: Ast | None) -> FieldView:
        name = self.base + component.key
        needed = (
            partially_evaluate(component.rules.required_if, self.fields, self.data)
            if component.rules.required_if
            else None
        )
        required = component.rules.required or needed == Literal(True)
        needed_sometimes = needed if needed and not required and not isinstance(needed, Literal) else None
        plain = FieldView(
            kind=component.kind.value,
            key=component.key,
            name=name,
            id=f"{self.prefix}-{name.replace('[', '-').replace('].', '-')}",
            label=component.title,
            description=component.description,
            when=self.words(reverse(hide)) if hide else "",
            required_when=self.words(needed_sometimes) if needed_sometimes else "",
            watch=_watch(hide),
            required=required,
            optional=not required and not needed_sometimes and component.kind is not Kind.CHECKBOX,
            error=self.errors.get(name, ""),
            locked="disabled" if component.disabled else "readonly" if component.readonly else "",
        )
        return self.filled(component, plain)

    def filled(self, component: Component, view: FieldView) -> FieldView:
        value = self.value(component)
        if component.kind is Kind.DYNAMICLIST:
            return self.with_rows(component, view, value)
        if component.kind is Kind.CHECKBOX:
            return replace(view, checked=value is True or str(value).lower() in ("true", "on"))
        if component.kind in ONE_CHOICE | MANY_CHOICES:
            return replace(view, choices=self.choices(component, view.id, value), value=_typed(value))
        if component.kind is Kind.DATETIME:
            return replace(view, value=_moment(value, component.subtype), input_type=_INPUT_TYPES[component.subtype])
        return replace(view, value=_typed(value), limit=_limit(component))

    def value(self, component: Component) -> object:
        if component.disabled or component.readonly:
            return component.default if self.base else self.data.get(component.key, component.default)
        return self.values.get(component.key, component.default)

    def choices(self, component: Component, id_: str, value: object) -> tuple[ChoiceView, ...]:
        """The first choice has the field's own id, so that the summary's link leads to it."""
        chosen = {str(item) for item in value} if isinstance(value, list | tuple) else {_typed(value)}
        options = component.choices(self.data)
        return tuple(
            ChoiceView(
                id=id_ if index == 0 else f"{id_}-{index}",
                value=option.value,
                label=option.label,
                chosen=option.value in chosen,
            )
            for index, option in enumerate(options)
        )

    def with_rows(self, component: Component, view: FieldView, value: object) -> FieldView:
        rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
        if not rows and not view.error:
            rows = [blank_row(component)] * component.repetitions
        drawn = tuple(self.row(component, str(index), row) for index, row in enumerate(rows))
        new = None if component.fixed_rows else self.row(component, NEW_ROW, blank_row(component))
        return replace(view, rows=drawn, new_row=new)

    def row(self, component: Component, index: str, values: Mapping[str, object]) -> RowView:
        name = f"{component.key}[{index}]"
        row_fields = {child.key: child for child in inputs_of(component.components)}
        inside = replace(self, values=values, base=f"{name}.", row_fields=row_fields)
        number = str(int(index) + 1) if index.isdecimal() else ""
        return RowView(name, number, inside.views(component.components))

    def words(self, condition: Ast) -> str:
        return describe(condition, self.label)

    def label(self, name: str, value: object) -> tuple[str, str]:
        fields = self.row_fields if name.startswith(ROW) and self.row_fields else self.fields
        component = fields.get(name.removeprefix(ROW))
        if component is None:
            return name, _typed(value)
        words = {option.value: option.label for option in component.choices(self.data)}
        return component.title, words.get(str(value), _typed(value))


_INPUT_TYPES = {"date": "date", "time": "time", "datetime": "datetime-local"}


def _watch(hide: Ast | None) -> str:
    return json.dumps(to_json(hide), ensure_ascii=False) if hide else ""


def _limit(component: Component) -> int | None:
    limit = component.rules.max_length or LONGEST_TEXT
    return limit if component.kind in FREE_TEXT and limit >= COUNTED_FROM else None


def _typed(value: object) -> str:
    return "" if value is None or isinstance(value, list | tuple) else str(value)


def _moment(value: object, subtype: str) -> str:
    """An instant as the browser's control takes it, in the office's zone; anything else as it was typed."""
    text = _typed(value)
    if subtype != "datetime":
        return text
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = instant.astimezone(OFFICE_ZONE) if instant.tzinfo else instant
    return local.replace(tzinfo=None).isoformat(timespec="minutes")
