"""The public copy of a letter in review: look at each piece of personal data, edit the texts, see what the public will see."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, StringField, TextAreaField

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import EGOV_ROLES
from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.patience import READING_S, patience
from letterbox.services.publication.public_copies import Prepared
from webapp.desk import presenters
from webapp.desk.blueprint import blueprint
from webapp.services import services
from webapp.shared import personal_words
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import nearest, page_number, searchable
from webapp.shared.typed import named_by

ENTRY = Entry(_("公开复看"), "desk.publications", frozenset(EGOV_ROLES), order=47, prefix="desk.publications")
DECISION = "piece-"
"""Prefix of the radio buttons of a piece."""


class CopyForm(Form):  # type: ignore[misc]
    title = StringField(_("标题"))
    body = TextAreaField(_("来信正文"))
    reply = TextAreaField(_("答复"))


@blueprint.get("/letters/<number>/public-copy")
@access.needs(*EGOV_ROLES)
def public_copy(number: str) -> str:
    return _page(searchable(number))


@blueprint.post("/letters/<number>/public-copy")
@access.needs(*EGOV_ROLES)
@named_by(CopyForm)
def public_copy_save(number: str) -> ResponseReturnValue:
    """Keeps what was decided and typed; whatever goes wrong, it comes back with the answer."""
    form = CopyForm(request.form)
    decisions = {name.removeprefix(DECISION): said for name, said in request.form.items() if name.startswith(DECISION)}
    texts = {name: (form[name].data or "").replace("\r\n", "\n") for name in personal_words.FIELDS}
    try:
        saved = services().public_copies.save(number, access.actor(), texts, decisions)
    except FieldErrors as refusal:
        return _page(number, form, refusal.errors, decisions), 422
    if saved.undecided:
        flash(gettext("已保存。还有 %(count)d 处没有选择隐去还是保留。", count=saved.undecided), "info")
    else:
        flash(gettext("已保存，每一处都已确认。审核通过并勾选公开后，公众看到的就是下面的样子。"), "ok")
    return redirect(url_for("desk.public_copy", number=number))


def _page(
    number: str, form: CopyForm | None = None, errors: dict[str, str] | None = None, given: dict[str, str] | None = None
) -> str:
    copy = services().public_copies.open(number, access.actor())
    if form is None:
        form = CopyForm(data=dict(copy.text.fields()))
    for name, message in (errors or {}).items():
        form[name].errors = [message]
    return render_template(
        "desk/public_copy.html",
        number=number,
        copy=copy,
        form=form,
        errors=errors or {},
        given=given or {},
        originals=_originals(copy),
        words=personal_words,
        task_id=_review_task(number),
        prefix=DECISION,
    )


def _originals(copy: Prepared) -> dict[str, list[tuple[str, bool]]]:
    """Each field's original text with what was found in it marked."""
    return {
        field: presenters.marked(text, [each.text for each in copy.findings if field in each.fields])
        for field, text in copy.original.fields()
    }


def _review_task(number: str) -> str | None:
    """The reader's open review of this letter, to go back to."""
    try:
        with patience(READING_S):
            tasks = services().tasks.of_letter(number, access.actor())
    except EngineUnavailable:
        return None
    return next((each.id for each in tasks if each.key == TaskKey.REVIEW_REPLY), None)


@blueprint.get("/publications")
@access.needs(*EGOV_ROLES)
def publications() -> str:
    """Published letters for which nobody has answered yet."""
    actor = access.actor()
    page = nearest(
        lambda number: services().publishing.to_look_at(actor, number), page_number(request.args.get("page"))
    )
    return render_template("desk/publications.html", page=page, words=personal_words)
