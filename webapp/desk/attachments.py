"""Files of a letter: looking at them, and releasing those of an accusation one by one (A5)."""

from __future__ import annotations

from io import BytesIO

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import EGOV_ROLES
from letterbox.services.records.files import FileDecision
from webapp.desk.blueprint import blueprint
from webapp.desk.letters import PREVIEWED
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.paging import searchable

FILE = "file-"
"""Prefix of the radio buttons of a file."""


@blueprint.get("/letters/<number>/attachments/<int:attachment_id>")
@access.needs(*access.LETTER_READERS)
def letter_attachment(number: str, attachment_id: int) -> Response:
    """Pictures may be looked at (``?view=1``); everything else is only downloaded."""
    view, content = services().releasing.content(searchable(number), attachment_id, access.actor())
    is_shown = request.args.get("view") == "1" and view.media_type in PREVIEWED
    response = send_file(
        BytesIO(content), mimetype=view.media_type, as_attachment=not is_shown, download_name=view.filename
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/letters/<number>/attachments")
@access.needs(*EGOV_ROLES)
def attachments(number: str) -> str:
    return _page(searchable(number))


@blueprint.post("/letters/<number>/attachments")
@access.needs(*EGOV_ROLES)
def attachments_decide(number: str) -> ResponseReturnValue:
    """Radio buttons only: nothing that was typed could be lost."""
    given = {name.removeprefix(FILE): said for name, said in request.form.items() if name.startswith(FILE)}
    decisions = {int(each): said for each, said in given.items() if each.isdecimal() and said in set(FileDecision)}
    try:
        changed = services().releasing.decide(number, access.actor(), decisions)
    except FieldErrors as refusal:
        return _page(number, refusal.errors, decisions), 422
    if changed:
        flash(gettext("已记下 %(count)d 个附件的决定。", count=changed), "ok")
    return redirect(url_for("desk.letter", number=number))


def _page(number: str, errors: dict[str, str] | None = None, given: dict[int, str] | None = None) -> str:
    return render_template(
        "desk/attachments.html",
        number=number,
        files=services().releasing.files(number, access.actor()),
        errors=errors or {},
        given=given or {},
        prefix=FILE,
        previewed=PREVIEWED,
    )
