"""Signing in with the government's own account (OpenID Connect), and proving with it who one is."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import NotAllowed, Unavailable
from letterbox.services.access.sessions import SignInMethod
from webapp.desk.blueprint import blueprint
from webapp.desk.sign_in import home, next_path
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.sign_in import sso

INTENT = "sso_intent"
PROOF_IS_NEW_S = 120
"""How long ago the provider may have asked for a password or more, where it was told to ask anew."""


@blueprint.get("/sso")
@access.open_to_all
def sso_start() -> ResponseReturnValue:
    """To the provider. What is wanted afterwards stays in this browser's signed cookie."""

    try:
        answer = sso.to_provider("desk.sso_back")
    except Unavailable as away:
        return _refusal(away.message)
    session[INTENT] = {"next": next_path()}
    return answer


@blueprint.get("/sso/prove")
@access.needs()
def sso_prove() -> ResponseReturnValue:
    """The provider asks anew, even if it knows the person still."""
    try:
        answer = sso.to_provider("desk.sso_back", prompt="login", max_age=0)
    except Unavailable as away:
        return _refusal(away.message)
    session[INTENT] = {"next": next_path(), "proves": access.live().person.person_id}
    return answer


@blueprint.get("/sso/back")
@access.open_to_all
def sso_back() -> ResponseReturnValue:
    """Where the provider sends the browser; nothing in the address is believed that this browser did not ask for."""

    intent = session.pop(INTENT, None) or {}
    try:
        claims = sso.come_back()
        person = services().single_sign_on.person_of(
            claims.get(services().settings.oidc_claim), access.device().address
        )
    except (NotAllowed, Unavailable) as refusal:
        return _refusal(refusal.message)
    path = str(intent.get("next") or "")
    following = path if access.is_own_path(path) else None
    if "proves" in intent:
        return _proved(person.person_id, intent["proves"], claims.get("auth_time"), following)
    access.begin_session(person, SignInMethod.SINGLE_SIGN_ON)
    return redirect(following or home())


def _proved(person_id: int, expected: object, asked_at: object, following: str | None) -> ResponseReturnValue:
    live = access.live_session()
    is_new = isinstance(asked_at, int) and datetime.now(UTC).timestamp() - asked_at < PROOF_IS_NEW_S
    if live is None or live.person.person_id != expected or person_id != expected or not is_new:
        flash(gettext("统一登录没有确认是您本人，请再试一次。"), "warn")
        return redirect(url_for("desk.prove", next=following))
    access.rise()
    return render_template("desk/proved.html", next=following or home())


def _refusal(message: str) -> ResponseReturnValue:
    flash(message, "bad")
    return redirect(url_for("desk.sign_in", next=next_path()))
