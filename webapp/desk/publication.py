"""What is public of a letter: correct it, withdraw it, see what was there before."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, StringField, TextAreaField

from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import EGOV_ROLES
from letterbox.services.publication.public_text import PublicText
from webapp.desk.blueprint import blueprint
from webapp.services import services
from webapp.shared import personal_words
from webapp.shared.http import access
from webapp.shared.paging import searchable
from webapp.shared.typed import named_by


class CorrectForm(Form):  # type: ignore[misc]
    title = StringField(_("标题"))
    body = TextAreaField(_("来信正文"))
    reply = TextAreaField(_("答复"))
    reason = TextAreaField(_("更正的理由"))


class WithdrawForm(Form):  # type: ignore[misc]
    withdraw_reason = TextAreaField(_("撤下的理由"))


@blueprint.get("/letters/<number>/publication")
@access.needs(*EGOV_ROLES)
def publication(number: str) -> str:
    return _page(searchable(number))


@blueprint.post("/letters/<number>/publication")
@access.needs(*EGOV_ROLES)
@named_by(CorrectForm)
def publication_correct(number: str) -> ResponseReturnValue:
    form = CorrectForm(request.form)
    title, body, reply, reason = (form[name].data or "" for name in ("title", "body", "reply", "reason"))
    try:
        edition = request.form.get("edition", 0, type=int)
        keep = request.form.getlist("keep")
        services().publishing.correct(number, title, body, reply, reason, access.actor(), edition=edition, keep=keep)
    except FieldErrors as refusal:
        return _page(number, form, refusal.errors), 422
    flash(gettext("已更正，公开页面现在显示新的内容；原来的版本保留在下面。"), "ok")
    return redirect(url_for("desk.publication", number=number))


@blueprint.post("/letters/<number>/publication/withdraw")
@access.needs(*EGOV_ROLES)
@named_by(WithdrawForm)
def publication_withdraw(number: str) -> ResponseReturnValue:
    reason = request.form.get("withdraw_reason", "")
    try:
        services().publishing.withdraw(number, reason, access.actor())
    except FieldErrors as refusal:
        return _page(number, None, {"withdraw_reason": refusal.errors["reason"]}), 422
    flash(gettext("已撤下，公开页面不再显示这封来信。"), "ok")
    return redirect(url_for("desk.publication", number=number))


def _page(number: str, form: CorrectForm | None = None, errors: dict[str, str] | None = None) -> str:
    published = services().publishing.open(number, access.actor())
    if form is None and published.now is not None:
        form = CorrectForm(data=dict(zip(("title", "body", "reply"), published.now, strict=True)))
    withdrawal = WithdrawForm(request.form)
    for name, message in (errors or {}).items():
        field = withdrawal.withdraw_reason if name == "withdraw_reason" else form and form._fields.get(name)
        if field is not None:
            field.errors = [message]
    found, keep = published.findings, request.form.getlist("keep")
    if form is not None and request.form:
        typed = PublicText(**{name: form[name].data or "" for name in personal_words.FIELDS})
        found = services().publishing.findings(number, typed, keep, access.actor())
    return render_template(
        "desk/publication.html",
        published=published,
        form=form,
        withdrawal=withdrawal,
        errors=errors or {},
        findings=found,
        words=personal_words,
    )
