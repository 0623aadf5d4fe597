"""What somebody typed into a form that could not be taken, given back to be copied under the fields' own labels.

A view that takes typed text says whose labels they are: ``@named_by(UnitForm)``, or ``@named_by(find=form_of_task)``
where only the address tells which form it was. A house test goes through the pages for fields that nobody names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request
from flask_babel import gettext
from wtforms import BooleanField, HiddenField, PasswordField
from wtforms import Form as PageForm
from wtforms.fields.choices import SelectFieldBase

from letterbox.domain.errors import LetterboxError
from letterbox.domain.forms.form import Form

View = TypeVar("View", bound=Callable[..., Any])
Finder = Callable[..., Form | None]

MOST_FIELDS = 60
ROW = re.compile(r"(\w+)\[(\d{1,4})\]\.(\w+)", re.ASCII)
CODE = re.compile(r"[\w.:+-]{0,40}", re.ASCII)
"""A choice's value, a date, a tick: nothing that somebody would miss."""
PRIVATE = frozenset(
    {
        "csrf_token",
        "_add",
        "_remove",
        "_join",
        "password",
        "proof_password",
        "proof_code",
        "old",
        "new",
        "repeated",
        "next",
        "file",
    }
)
"""Not typed by anybody, or nobody else's to read."""
NOT_TYPED = (SelectFieldBase, BooleanField, HiddenField, PasswordField)


@dataclass(frozen=True, slots=True)
class TypedText:
    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """Where a view's fields have their labels. ``find`` gets what the address holds; None while it cannot be known."""

    forms: tuple[type[PageForm], ...]
    find: Finder | None


def named_by(*forms: type[PageForm], find: Finder | None = None) -> Callable[[View], View]:
    """What is posted to the view has the labels of ``forms``, or of the form found."""

    def decorate(view: View) -> View:
        view.typed_fields = Named(forms, find)  # type: ignore[attr-defined]  # read by named
        return view

    return decorate


def named(view: Callable[..., Any] | None) -> Named | None:
    """What the view said of its fields; None if it did not."""
    found: Named | None = getattr(view, "typed_fields", None)
    return found


def typed_here() -> list[TypedText]:
    """What was typed into the form that the present request sent; what the form does not know comes last, numbered."""
    said = named(current_app.view_functions.get(request.endpoint or ""))
    if said is None or said.find is not None:
        return typed_texts(request.form, _found(said.find) if said and said.find else None)
    known = {field.name for form in said.forms for field in form()}
    labelled = [
        TypedText(name, label, text)
        for name, label in labels(said.forms).items()
        if (text := request.form.get(name, "")).strip() and name not in PRIVATE
    ]
    return labelled + typed_texts({name: text for name, text in request.form.items() if name not in known})


def _found(find: Finder) -> Form | None:
    try:
        return find(**request.view_args or {})
    except LetterboxError:
        return None


def labels(forms: Iterable[type[PageForm]]) -> dict[str, str]:
    """Name → label of every field that one types into."""
    fields = (field for form in forms for field in form())
    return {field.name: str(field.label.text) for field in fields if not isinstance(field, NOT_TYPED)}


def typed_texts(posted: Mapping[str, Any], form: Form | None = None) -> list[TypedText]:
    """Every non-empty field that was posted, under its label and with the words of what was chosen.

    While the form cannot be had: what somebody wrote himself, numbered, without the codes of choices.
    """
    given = [(name, str(text)) for name, text in posted.items() if name not in PRIVATE and str(text).strip()]
    if form is None:
        written = [(name, text) for name, text in given if not CODE.fullmatch(text)][:MOST_FIELDS]
        return [TypedText(name, gettext("第 %(n)s 栏", n=n), text) for n, (name, text) in enumerate(written, 1)]
    return [TypedText(name, _label(name, form), _words(name, text, form)) for name, text in given[:MOST_FIELDS]]


def _label(name: str, form: Form) -> str:
    if row := ROW.fullmatch(name):
        outer = form.fields.get(row[1])
        inner = {each.key: each.title for each in outer.components} if outer else {}
        title = outer.title if outer else row[1]
        return f"{title} {int(row[2]) + 1} · {inner.get(row[3], row[3])}"
    field = form.fields.get(name)
    return field.title if field else name


def _words(name: str, text: str, form: Form) -> str:
    field = form.fields.get(name)
    options = {option.value: option.label for option in field.options} if field else {}
    return options.get(text, text)
