"""Handing a task on to a named colleague, or taking it over (H3)."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, SelectField, TextAreaField

from letterbox.domain.errors import FieldErrors
from letterbox.domain.words import label
from webapp.desk.blueprint import blueprint
from webapp.services import desk, services
from webapp.shared.http import access
from webapp.shared.typed import named_by


class ReassignForm(Form):  # type: ignore[misc]
    person = SelectField(_("交给谁办理"), validate_choice=False)
    note = TextAreaField(_("交办意见"))


@blueprint.get("/tasks/<task_id>/hand-on")
@access.needs()
def task_hand_on(task_id: str) -> str:
    return _page(task_id, ReassignForm())


@blueprint.post("/tasks/<task_id>/hand-on")
@access.needs()
@named_by(ReassignForm)
def task_hand_on_send(task_id: str) -> ResponseReturnValue:
    form = ReassignForm(request.form)
    chosen = form.person.data or ""
    try:
        if not chosen.isdecimal():
            raise FieldErrors({"person": gettext("请选择交给谁办理")})
        name = services().reassigning.reassign(task_id, int(chosen), form.note.data or "", access.actor())
    except FieldErrors as refusal:
        return _page(task_id, form, refusal.errors), 422
    if chosen == access.actor().id:
        flash(gettext("已由您接手办理。"), "ok")
        return redirect(url_for("desk.task", task_id=task_id))
    flash(gettext("已交给%(name)s办理，并通知了本人。", name=name), "ok")
    return redirect(url_for("desk.tasks"))


def _page(task_id: str, form: ReassignForm, errors: dict[str, str] | None = None) -> str:
    facts = desk().tasks.open_from_facts(task_id, access.actor()).facts
    people = services().reassigning.colleagues(task_id, access.actor())
    form.person.choices = [
        ("", gettext("请选择")),
        *((str(each.id), _described(each.name, each.roles, each.id)) for each in people),
    ]
    for name, message in (errors or {}).items():
        form[name].errors = [message]
    return render_template("desk/hand_on.html", facts=facts, form=form, errors=errors or {})


def _described(name: str, roles: tuple[str, ...], person_id: int) -> str:
    me = gettext("（我自己）") if str(person_id) == access.actor().id else ""
    return f"{name}{me} · {'、'.join(label(role, 'Role') for role in roles)}"
