"""The second factor: asked for after the password, set up at the first sign-in or from one's account."""

from __future__ import annotations

import io

import segno
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors, NotAllowed, TooManyAttempts, WrongState
from letterbox.services.access.sessions import Awaits, LiveSession, SignInMethod
from webapp.desk.blueprint import blueprint
from webapp.desk.sign_in import home, next_path
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.sign_in.step_up import ask_unless_fresh, fresh_sign_in

LONGEST = 40


@blueprint.get("/second-factor")
@access.half_signed_in
def second_factor() -> ResponseReturnValue:
    awaits = access.live().awaits
    if awaits is None:
        return redirect(_next())
    if awaits is Awaits.ENROLMENT:
        return redirect(url_for("desk.second_factor_new", next=request.args.get("next")))
    return _asked("", 200)


@blueprint.post("/second-factor")
@access.half_signed_in
def second_factor_send() -> ResponseReturnValue:
    live = access.live()
    if live.awaits is not Awaits.SECOND_FACTOR:
        return redirect(_next())
    try:
        way = services().second_factors.check(live.person.person_id, _code())
    except NotAllowed as refusal:
        return _asked(refusal.message, 403)
    except TooManyAttempts as refusal:
        return _asked(refusal.message, 429, {"Retry-After": str(refusal.retry_after_s)})
    access.complete_sign_in(SignInMethod(way))
    if way == SignInMethod.RECOVERY_CODE:
        left = services().second_factors.state(live.person.person_id, live.person.actor).codes_left
        flash(
            gettext("这个恢复码已经用过，还剩 %(count)d 个。换了手机请在“我的账号”重新设置动态码。", count=left), "warn"
        )
    return redirect(_next())


@blueprint.get("/second-factor/new")
@access.half_signed_in
def second_factor_new() -> ResponseReturnValue:
    """Explains, then shows what was begun; reading makes nothing."""
    return _may_not_set_up(access.live()) or _set_up({}, 200)


@blueprint.post("/second-factor/begin")
@access.half_signed_in
def second_factor_begin() -> ResponseReturnValue:
    live = access.live()
    if refusal := _may_not_set_up(live) or (ask_unless_fresh() if live.awaits is None else None):
        return refusal
    services().second_factors.begin(live.person.person_id)
    return redirect(url_for("desk.second_factor_new", next=request.args.get("next")))


@blueprint.post("/second-factor/confirm")
@access.half_signed_in
def second_factor_confirm() -> ResponseReturnValue:
    """The codes are on this page alone, once."""
    live = access.live()
    if refusal := _may_not_set_up(live) or (ask_unless_fresh() if live.awaits is None else None):
        return refusal
    try:
        codes = services().second_factors.confirm(live.person.actor, live.person.person_id, _code())
    except FieldErrors as refused:
        return _set_up(refused.errors, 422)
    except TooManyAttempts as refused:
        return _set_up({"code": refused.message}, 429)
    except WrongState as refused:
        flash(refused.message, "warn")
        return redirect(url_for("desk.second_factor_new", next=request.args.get("next")))
    access.complete_sign_in(SignInMethod.CODE)
    return _codes(codes, is_new=True)


@blueprint.post("/second-factor/recovery-codes")
@access.needs()
@fresh_sign_in
def second_factor_codes() -> ResponseReturnValue:
    live = access.live()
    return _codes(services().second_factors.renew_codes(live.person.actor, live.person.person_id), is_new=False)


@blueprint.post("/second-factor/remove")
@access.needs()
@fresh_sign_in
def second_factor_remove() -> ResponseReturnValue:
    live = access.live()
    services().second_factors.remove(live.person.actor, live.person.person_id)
    flash(gettext("动态码已取消，以后登录只用密码。"), "ok")
    return redirect(url_for("desk.account"))


def _may_not_set_up(live: LiveSession) -> ResponseReturnValue | None:
    """Whoever has a second factor must show it before he may put another in its place."""
    return redirect(url_for("desk.second_factor")) if live.awaits is Awaits.SECOND_FACTOR else None


def _asked(problem: str, status: int, headers: dict[str, str] | None = None) -> ResponseReturnValue:
    page = render_template("desk/second_factor.html", problem=problem, next=request.args.get("next"))
    return page, status, headers or {}


def _set_up(errors: dict[str, str], status: int) -> ResponseReturnValue:
    live = access.live()
    offer = services().second_factors.offer(live.person.person_id)
    picture = _qr_code(offer.uri) if offer else ""
    page = render_template(
        "desk/second_factor_new.html",
        offer=offer,
        picture=picture,
        errors=errors,
        is_signing_in=live.awaits is not None,
        next=request.args.get("next"),
    )
    return page, status


def _codes(codes: object, *, is_new: bool) -> ResponseReturnValue:
    return render_template("desk/recovery_codes.html", codes=codes, is_new=is_new, next=_next()), 200


def _qr_code(uri: str) -> str:
    """SVG without styles, which the page may hold under its policy; black on white also at night, for cameras."""
    buffer = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(
        buffer,
        kind="svg",
        scale=1,
        border=3,
        xmldecl=False,
        svgns=True,
        omitsize=True,
        nl=False,
        dark="#000",
        light="#fff",
        svgclass="lb-qr",
        lineclass=None,
        title=None,
    )
    return buffer.getvalue().decode()


def _code() -> str:
    return request.form.get("code", "")[:LONGEST]


def _next() -> str:
    return next_path() or home()
