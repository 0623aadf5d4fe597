"""Signing in and out."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.audit import Act, Result, Thing
from letterbox.domain.errors import NotAllowed, TooManyAttempts
from webapp.desk.blueprint import blueprint
from webapp.desk.ports import desk, services
from webapp.shared import access, navigation, trail

LONGEST = 200
"""Characters of a login or password that are looked at; longer ones are nobody's."""


@blueprint.get("/sign-in")
@access.open_to_all
def sign_in() -> ResponseReturnValue:
    person = access.signed_in()
    if person is not None:
        return redirect(_next() or _home())
    return render_template("desk/sign_in.html", next=_next(), login="")


@blueprint.post("/sign-in")
@access.open_to_all
def enter() -> ResponseReturnValue:
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    errors = _missing(login, password)
    if errors:
        return _again(login, 422, errors=errors)
    try:
        person = services().sign_in.with_password(login, password, request.remote_addr or "?")
    except NotAllowed as refusal:
        _note_failure(login, "wrong")
        return _again(login, 403, wrong=refusal.message)
    except TooManyAttempts as refusal:
        _note_failure(login, "too_many")
        return _again(login, 429, locked=refusal, headers={"Retry-After": str(refusal.retry_after_s)})
    must_change = desk().account.account(person.person_id).must_change_password
    access.begin_session(person, must_change_password=must_change)
    trail.note(Act.SIGN_IN, object=Thing("person", str(person.person_id)), factor="password")
    return redirect(_next() or _home())


@blueprint.post("/sign-out")
@access.open_to_all
def sign_out() -> ResponseReturnValue:
    person = access.signed_in()
    if person is not None:
        trail.note(Act.SIGN_OUT, object=Thing("person", str(person.person_id)))
    access.end_session()
    flash(gettext("您已退出登录。"), "ok")
    return redirect(url_for("desk.sign_in"))


def _note_failure(login: str, why: str) -> None:
    """A name that nobody has may be a password typed into the wrong field: it is not kept."""
    person_id = services().sign_in.person_of(login)
    known = Thing("person", str(person_id)) if person_id is not None else Thing("login", "unknown")
    trail.note(Act.SIGN_IN_FAILED, object=known, result=Result.REFUSED, why=why)


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
        "desk/sign_in.html", next=_next(), login=login[:LONGEST], errors=errors or {}, wrong=wrong, locked=locked
    )
    return page, status, headers or {}


def _next() -> str | None:
    """The page asked for before, if it is one of ours; never the way out."""
    path = request.values.get("next", "")
    return path if access.is_own_path(path) and path != url_for("desk.sign_out") else None


def _home() -> str:
    """My tasks for those who deal with letters, else the first section that is theirs."""
    roles = access.actor().roles
    if roles & access.LETTER_READERS:
        return url_for("desk.tasks")
    own = [entry for entry in navigation.entries_for(roles) if entry.roles]
    return own[0].url if own else url_for("desk.tasks")


@blueprint.get("/sign-out")
@access.open_to_all
def sign_out_by_link() -> ResponseReturnValue:
    """Somebody typed the address: reading never changes anything."""
    abort(405)
