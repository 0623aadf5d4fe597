"""Dangerous actions: a page that says what will happen to whom, a reason, one button."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import Form

from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.services.staff.unit_views import LedLetter
from letterbox.services.tasks.unowned import OpenGroups
from webapp.admin.blueprint import page, show_errors
from webapp.admin.forms import ReasonForm


@dataclass(frozen=True, slots=True)
class Confirm:
    """``consequences``: plain sentences. ``left``: groups that nobody will work for. ``blocked``: why it cannot be."""

    title: str
    button: str
    back: str
    consequences: Sequence[str]
    danger: bool = True
    needs_reason: bool = True
    warnings: Sequence[str] = ()
    left: Sequence[OpenGroups] = ()
    letters: Sequence[LedLetter] = ()
    blocked: str = ""
    names: dict[str, str] = field(default_factory=dict)


def confirmed(ask: Callable[[], Confirm], act: Callable[[str], ResponseReturnValue]) -> ResponseReturnValue:
    """GET shows the page, POST does it; a refusal comes back on the page with what was typed."""
    form = ReasonForm(request.form)
    if request.method != "POST":
        return _shown(ask(), form)
    try:
        return act(form.reason.data or "")
    except FieldErrors as refusal:
        return _shown(ask(), form, 422, show_errors(form, refusal))
    except WrongState as refusal:
        return _shown(ask(), form, 409, {"": refusal.message})


def _shown(
    confirm: Confirm, form: Form, status: int = 200, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    return page("confirm", status, confirm=confirm, form=form, errors=errors or {})
