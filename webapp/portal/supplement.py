"""What a writer adds to his letter, asked for or not, with files."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext as _

from letterbox.domain.errors import FieldErrors, NotFound, TooManyAttempts, Unavailable, WrongState
from letterbox.domain.letter import MAX_ATTACHMENTS
from letterbox.services.intake.attachments import UploadRef
from webapp.portal.blueprint import blueprint
from webapp.portal.forms import SupplementForm
from webapp.portal.steps import errors_of, put_errors
from webapp.portal.track import action_page, opened, page_of, private_redirect
from webapp.services import services
from webapp.shared.http.client import client_digest
from webapp.shared.typed import named_by


@blueprint.get("/track/supplement")
def track_supplement() -> Response:
    letter = opened()
    return action_page("supplement", SupplementForm(), letter, is_possible=letter.can_supplement, files=[])


@blueprint.post("/track/supplement")
@named_by(SupplementForm)
def track_supplement_send() -> Response:
    """Files that were good are kept while something else is wrong: they come back with the form."""
    letter, form = opened(), SupplementForm(request.form)
    files, refused = _stored(letter.number)
    if not form.validate() or refused:
        if refused:
            put_errors(form, {"attachments": "；".join(refused)})
        return page_of("supplement", 422, form=form, letter=letter, files=files, errors=errors_of(form))
    tokens = tuple(each.token for each in files)
    try:
        services().writers_side.supplement(letter.number, form.body.data, tokens)
    except FieldErrors as wrong:
        put_errors(form, {"attachments" if name == "uploads" else name: words for name, words in wrong.errors.items()})
        return page_of("supplement", 422, form=form, letter=letter, files=files, errors=errors_of(form))
    except WrongState as late:
        return page_of("supplement", 409, form=form, letter=letter, files=files, problem=late.message)
    flash(_("补充的内容已经收到。"), "ok")
    return private_redirect("portal.track_letter")


def _stored(number: str) -> tuple[list[UploadRef], list[str]]:
    """Files sent before and with this request, and why others were not taken."""
    files, refused = [], []
    for token in request.form.getlist("upload")[:MAX_ATTACHMENTS]:
        try:
            files.append(services().attachments.upload(token))
        except NotFound as gone:
            refused.append(gone.message)
    for chosen in (each for each in request.files.getlist("attachments") if each.filename):
        if len(files) >= MAX_ATTACHMENTS:
            words = _("附件最多 %(count)d 个，“%(name)s”没有加上", count=MAX_ATTACHMENTS, name=chosen.filename)
            refused.append(words)
            continue
        try:
            together_with = [each.token for each in files]
            stored = services().attachments.store(
                chosen.read(), chosen.filename or "", client_digest(), together_with=together_with, number=number
            )
            files.append(stored)
        except (FieldErrors, TooManyAttempts, Unavailable) as wrong:
            refused.append(wrong.message)
    return files, refused
