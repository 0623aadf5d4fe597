"""Standard texts for replies: the unit's own and the common ones."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, SelectField, StringField, TextAreaField

from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import EGOV_ROLES
from letterbox.domain.vocabulary import UNIT_ROLES, Role
from letterbox.services.records.standard_texts import may_keep
from webapp.desk import presenters
from webapp.desk.blueprint import blueprint
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.typed import named_by

KEEPERS = tuple(sorted(UNIT_ROLES | EGOV_ROLES | {Role.ADMIN}))
ENTRY = Entry(_("范文"), "desk.texts", frozenset(KEEPERS), order=60, prefix="desk.text")
COMMON = ""


class TextForm(Form):  # type: ignore[misc]
    unit = SelectField(_("谁可以用"), validate_choice=False)
    title = StringField(_("名称"))
    body = TextAreaField(_("内容"))


@blueprint.get("/texts")
@access.needs(*KEEPERS)
def texts() -> str:
    return render_template(
        "desk/texts.html", texts=services().standard_texts.list(access.actor()), names=presenters.unit_names()
    )


@blueprint.route("/texts/new", methods=["GET", "POST"])
@access.needs(*KEEPERS)
@named_by(TextForm)
def text_new() -> ResponseReturnValue:
    form = TextForm(request.form)
    if request.method != "POST":
        return _form_page(form)
    unit = form.unit.data or None
    try:
        services().standard_texts.add(unit, form.title.data or "", form.body.data or "", access.actor())
    except FieldErrors as refusal:
        return _form_page(form, refusal.errors), 422
    flash(gettext("已加上，拟写回复时就能用。"), "ok")
    return redirect(url_for("desk.texts"))


@blueprint.route("/texts/<int:text_id>", methods=["GET", "POST"])
@access.needs(*KEEPERS)
@named_by(TextForm)
def text_change(text_id: int) -> ResponseReturnValue:
    known = services().standard_texts.get(text_id, access.actor())
    if request.method != "POST":
        return _form_page(TextForm(data={"title": known.title, "body": known.body}), text_id=text_id)
    form = TextForm(request.form)
    try:
        services().standard_texts.change(text_id, form.title.data or "", form.body.data or "", access.actor())
    except FieldErrors as refusal:
        return _form_page(form, refusal.errors, text_id=text_id), 422
    flash(gettext("已保存。"), "ok")
    return redirect(url_for("desk.texts"))


@blueprint.post("/texts/<int:text_id>/remove")
@access.needs(*KEEPERS)
def text_remove(text_id: int) -> ResponseReturnValue:
    services().standard_texts.remove(text_id, access.actor())
    flash(gettext("已删除。"), "ok")
    return redirect(url_for("desk.texts"))


def _form_page(form: TextForm, errors: dict[str, str] | None = None, text_id: int | None = None) -> str:
    actor, names = access.actor(), presenters.unit_names()
    own = [(code, names.get(code, code)) for code in sorted(actor.units())]
    form.unit.choices = [*own, *([(COMMON, gettext("全部单位"))] if may_keep(actor, None) else [])]
    for name, message in (errors or {}).items():
        form[name].errors = [message]
    return render_template("desk/text_form.html", form=form, errors=errors or {}, text_id=text_id)
