"""Bearer tokens to actors. No session cookie is looked at here."""

from __future__ import annotations

from collections.abc import Collection

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from letterbox.domain import words
from letterbox.domain.audit import AuditAct, AuditResult, Thing
from letterbox.domain.errors import NotAllowed
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.access.token_entry import TokenRefused
from webapp.services import services
from webapp.shared.http import trail
from webapp.shared.http.client import known_address
from webapp.shared.http.errors import TokenProblem

INVALID = WWWAuthenticate("bearer", {"realm": "letterbox", "error": "invalid_token"})


def require(roles: Collection[Role]) -> Actor:
    """The caller, who must hold one of ``roles``. Raises Unauthorized or NotAllowed."""
    actor = known_caller()
    if actor is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "letterbox"}))
    if not actor.has(*roles):
        own = words.roles(actor.roles) or "无"
        raise NotAllowed(f"这个调用需要以下角色之一：{words.roles(roles)}；令牌的角色是：{own}")
    return actor


def known_caller() -> Actor | None:
    """The token's actor, None if no token was sent. Raises Unauthorized if it does not open (any more, or from here)."""
    if g.caller is None and "Authorization" in request.headers:
        given = request.authorization
        token = given.token if given is not None and given.type == "bearer" else None
        try:
            g.caller = services().token_entry.actor_of(token, known_address()) if token else None
        except TokenRefused as refusal:
            thing = Thing("token", str(refusal.token_id))
            trail.note(
                AuditAct.SIGN_IN_FAILED, object=thing, result=AuditResult.REFUSED, factor="token", why=refusal.why
            )
            raise TokenProblem(refusal.message, www_authenticate=INVALID) from None
        if g.caller is None:
            raise Unauthorized(www_authenticate=INVALID)
    actor: Actor | None = g.caller
    return actor


def caller() -> Actor:
    """The actor that ``require`` has let in."""
    actor: Actor = g.caller
    return actor
