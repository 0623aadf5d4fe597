"""The holder of a telephone or mailbox says whether it is the writer's. Opening the link says nothing: the button does."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from letterbox.domain.errors import NotFound
from webapp.portal.blueprint import blueprint
from webapp.portal.track import private_redirect
from webapp.services import services

KEY_MAX = 400


@blueprint.get("/confirm")
def confirm() -> Response:
    key = request.args.get("key", "")[:KEY_MAX]
    try:
        question = services().confirmation.question(key)
    except NotFound:
        return _gone()
    return make_response(render_template("portal/confirm.html", question=question, key=key))


@blueprint.post("/confirm")
def confirm_send() -> Response:
    key = request.form.get("key", "")[:KEY_MAX]
    is_denied = request.form.get("answer") == "no"
    try:
        (services().confirmation.deny if is_denied else services().confirmation.confirm)(key)
    except NotFound:
        return _gone()
    if is_denied:
        flash(_("已经记下：不是您写的信，以后不会再发到这里。"), "ok")
        return private_redirect("portal.home")
    flash(_("已经确认，谢谢。先前的通知马上发给您，以后的也会发到这里。"), "ok")
    return private_redirect("portal.track")


def _gone() -> Response:
    """The link is no page that is missing: it says what became of it and how to get another."""
    return make_response(render_template("portal/confirm_gone.html"), HTTPStatus.NOT_FOUND)
