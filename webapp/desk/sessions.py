"""Where I am signed in: list, end; and how long this sign-in still lasts."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from letterbox.domain.errors import NotFound
from webapp.desk.blueprint import blueprint
from webapp.services import services
from webapp.shared.http import access


@blueprint.post("/account/sessions/<int:session_id>/end")
@access.needs()
def session_end(session_id: int) -> ResponseReturnValue:
    """One's own only; anybody else's is not there."""
    live = access.live()
    if session_id == live.id:
        access.forget_session()
        flash(gettext("您已退出登录。"), "ok")
        return redirect(url_for("desk.sign_in"))
    if not services().sessions.end_one(live.person, session_id):
        raise NotFound(gettext("这个登录已经结束"))
    flash(gettext("已结束那台设备上的登录。"), "ok")
    return redirect(url_for("desk.account"))


@blueprint.post("/account/sessions/end-others")
@access.needs()
def sessions_end_others() -> ResponseReturnValue:
    live = access.live()
    services().sessions.end_others(live.person, live.id)
    flash(gettext("其他设备上的登录已全部结束。"), "ok")
    return redirect(url_for("desk.account"))


@blueprint.get("/session")
@access.needs()
def session_left() -> ResponseReturnValue:
    """Seconds until this sign-in ends by itself, and the form token for pages opened before; prolongs nothing."""
    return _left()


@blueprint.post("/session")
@access.needs()
def session_keep() -> ResponseReturnValue:
    """Somebody is still there."""
    return _left()


def _left() -> ResponseReturnValue:
    live = access.live()
    return {"left_s": access.left_s(live), "person": live.person.person_id, "token": generate_csrf()}
