"""Signing in and out."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import NotAllowed, TooManyAttempts
from letterbox.services.access.sessions import SignInMethod
from webapp.desk.blueprint import blueprint
from webapp.services import services
from webapp.shared.http import access, navigation
from webapp.shared.sign_in import devices, sso

LONGEST = 200
"""Characters of a login or password that are looked at; longer ones are nobody's."""


@blueprint.get("/sign-in")
@access.open_to_all
def sign_in() -> ResponseReturnValue:
    if access.signed_in() is not None:
        return redirect(next_path() or home())
    return render_template("desk/sign_in.html", next=next_path(), login="")


@blueprint.post("/sign-in")
@access.open_to_all
def enter() -> ResponseReturnValue:
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    errors = _missing(login, password)
    if errors:
        return _again(login, 422, errors=errors)
    try:
        person = services().sign_in.with_password(login, password, access.device().address, devices.known_for(login))
    except NotAllowed as refusal:
        return _again(login, 403, wrong=refusal.message)
    except TooManyAttempts as refusal:
        return _again(login, 429, locked=refusal, headers={"Retry-After": str(refusal.retry_after_s)})
    access.begin_session(person, SignInMethod.PASSWORD)
    devices.remember(login)
    if access.live().awaits is not None:
        return redirect(url_for("desk.second_factor", next=next_path()))
    return redirect(next_path() or home())


@blueprint.post("/sign-out")
@access.open_to_all
def sign_out() -> ResponseReturnValue:
    live = access.live_session()
    came_by_provider = live is not None and live.how == SignInMethod.SINGLE_SIGN_ON
    access.forget_session()
    if came_by_provider and (end := sso.end_address()):
        return render_template("desk/signed_out.html", end=end)
    flash(gettext("您已退出登录。"), "ok")
    return redirect(url_for("desk.sign_in"))


def _missing(login: str, password: str) -> dict[str, str]:
    errors = {}
    if not login or len(login) > LONGEST or "\0" in login:
        errors["login"] = gettext("请填写用户名")
    if not password or len(password) > LONGEST:
        errors["password"] = gettext("请填写密码")
    return errors


def _again(
    login: str,
    status: int,
    *,
    errors: dict[str, str] | None = None,
    wrong: str = "",
    locked: TooManyAttempts | None = None,
    headers: dict[str, str] | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "desk/sign_in.html", next=next_path(), login=login[:LONGEST], errors=errors or {}, wrong=wrong, locked=locked
    )
    return page, status, headers or {}


def next_path() -> str | None:
    """The page asked for before, if it is one of ours; never the way out."""
    path = request.values.get("next", "")
    return path if access.is_own_path(path) and path != url_for("desk.sign_out") else None


def home() -> str:
    """My tasks for those who deal with letters, else the first section that is theirs."""
    return navigation.home_for(access.actor().roles, access.LETTER_READERS)


@blueprint.get("/sign-out")
@access.open_to_all
def sign_out_by_link() -> ResponseReturnValue:
    """Somebody typed the address: reading never changes anything."""
    abort(405)
