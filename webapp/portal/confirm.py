"""The holder of a telephone or mailbox says whether it is the writer's. Opening the link says nothing: the button does."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request
from flask_babel import gettext as _

from webapp.portal.blueprint import blueprint
from webapp.portal.ports import services
from webapp.portal.track import private_redirect

KEY_MAX = 400


@blueprint.get("/confirm")
def confirm() -> Response:
    key = request.args.get("key", "")[:KEY_MAX]
    question = services().confirmation.question(key)
    return make_response(render_template("portal/confirm.html", question=question, key=key))


@blueprint.post("/confirm")
def confirm_send() -> Response:
    key = request.form.get("key", "")[:KEY_MAX]
    if request.form.get("answer") == "no":
        services().confirmation.deny(key)
        flash(_("已经记下：不是您写的信，以后不会再发到这里。"), "ok")
        return private_redirect("portal.home")
    services().confirmation.confirm(key)
    flash(_("已经确认，谢谢。先前的通知马上发给您，以后的也会发到这里。"), "ok")
    return private_redirect("portal.track")
