"""Prove once more who one is before a page or a download that needs it."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from letterbox.domain.errors import TooManyAttempts
from webapp.desk.blueprint import blueprint
from webapp.shared.http import access
from webapp.shared.sign_in import step_up


@blueprint.get("/prove")
@access.needs()
def prove() -> ResponseReturnValue:
    if access.live().is_fresh:
        return redirect(_next())
    return step_up.proof_page("", HTTPStatus.OK, action=url_for("desk.prove_send", next=_next()), kept=[])


@blueprint.post("/prove")
@access.needs()
def prove_send() -> ResponseReturnValue:
    """A page to go on from: what was asked for may be a download, which leaves the page where it is."""
    refusal = step_up.prove()
    if refusal is None:
        return render_template("desk/proved.html", next=_next())
    status = HTTPStatus.TOO_MANY_REQUESTS if isinstance(refusal, TooManyAttempts) else HTTPStatus.FORBIDDEN
    return step_up.proof_page(refusal.message, status, action=url_for("desk.prove_send", next=_next()), kept=[])


def _next() -> str:
    path = request.args.get("next", "")
    return path if access.is_own_path(path) else url_for("desk.tasks")
