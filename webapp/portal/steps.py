"""The questions of writing a letter, one a page, and what each makes sure of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext
from wtforms import Form

from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors
from letterbox.domain.letter import checked
from webapp.portal import forms
from webapp.portal.draft import Draft

ID_OF = {"uploads": "attachments"}
"""The domain's field name → the id of the field on the page."""


@dataclass(frozen=True, slots=True)
class WritingStep:
    """``fields`` are the texts asked for on its page; ``words`` its short name in the summary."""

    key: str
    form: type[Form]
    fields: tuple[str, ...]
    words: Callable[[], str]


STEPS = (
    WritingStep(key="notice", form=forms.ConsentForm, fields=("consent",), words=lambda: gettext("写信须知")),
    WritingStep(key="category", form=forms.CategoryForm, fields=("category",), words=lambda: gettext("来信类别")),
    WritingStep(key="accused", form=forms.AccusedForm, fields=("accused",), words=lambda: gettext("检举控告的对象")),
    WritingStep(key="place", form=forms.PlaceForm, fields=("unit", "place"), words=lambda: gettext("地点或单位")),
    WritingStep(key="letter", form=forms.LetterForm, fields=("title", "body"), words=lambda: gettext("来信内容")),
    WritingStep(key="files", form=forms.FilesForm, fields=(), words=lambda: gettext("附件")),
    WritingStep(
        key="writer",
        form=forms.WriterForm,
        fields=("name", "phone", "email", "address"),
        words=lambda: gettext("联系方式"),
    ),
    WritingStep(key="visibility", form=forms.VisibilityForm, fields=("is_public",), words=lambda: gettext("是否公开")),
    WritingStep(key="check", form=forms.CheckForm, fields=(), words=lambda: gettext("核对并提交")),
)
BY_KEY = {step.key: step for step in STEPS}


def steps_for(draft: Draft) -> list[WritingStep]:
    """Only an accusation is asked whom it is against; it is not asked whether it may be published: it may not (A5)."""
    left_out = "visibility" if draft.is_report else "accused"
    return [step for step in STEPS if step.key != left_out]


def step_of_field(name: str) -> WritingStep:
    """Where a field is asked; the check page for one that no page asks."""
    owners = {"uploads": "files", "attachments": "files"}
    found = next((step for step in STEPS if name in step.fields), None)
    return found or BY_KEY[owners.get(name, "check")]


def neighbour(step: WritingStep, draft: Draft, offset: int) -> WritingStep:
    """The step after (1) or before (-1), within the ends."""
    order = steps_for(draft)
    if step not in order:
        step = BY_KEY["category"] if step.key == "accused" else order[-2]
    position = order.index(step)
    return order[min(max(position + offset, 0), len(order) - 1)]


def filled_form(step: WritingStep, draft: Draft) -> Form:
    """The step's form with the draft's texts."""
    data = {name: draft.get(name) for name in step.fields}
    if "consent" in data:
        return step.form(data={"consent": bool(data["consent"])})
    return step.form(data=data)


def validated(step: WritingStep, draft: Draft, clock: Clock) -> Form:
    """The step's form with every error of its own fields: its choices, and what the domain says of the letter."""
    form = filled_form(step, draft)
    for field in form:
        field.raw_data = [draft.get(field.name)] if draft.get(field.name) else []
    form.validate()
    put_errors(form, letter_errors(draft, clock))
    return form


def put_errors(form: Form, errors: dict[str, str]) -> None:
    """Show the errors at the form's fields; those of other pages are left alone."""
    for name, message in errors.items():
        field = form._fields.get(ID_OF.get(name, name))
        if field is not None and not field.errors:
            field.errors = [message]


def letter_errors(draft: Draft, clock: Clock) -> dict[str, str]:
    """Field → what to do, of the whole letter as it stands."""
    try:
        checked(draft.letter(), clock.now())
    except FieldErrors as refused:
        return refused.errors
    return {}


def first_wrong(draft: Draft, clock: Clock) -> tuple[WritingStep, Form] | None:
    """The first step whose page has an error, with its form."""
    for step in steps_for(draft):
        form = validated(step, draft, clock)
        if errors_of(form):
            return step, form
    return None


def errors_of(form: Form) -> dict[str, str]:
    """Field id → first message, in the order of the page."""
    return {field.id: str(field.errors[0]) for field in form if field.errors}
