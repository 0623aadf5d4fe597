"""Bearer tokens to actors. No session cookie is looked at here."""

from __future__ import annotations

from collections.abc import Collection

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from letterbox.domain import words
from letterbox.domain.errors import NotAllowed
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from webapp.api.ports import core


def require(roles: Collection[Role]) -> Actor:
    """The caller, who must hold one of ``roles``. Raises Unauthorized or NotAllowed."""
    actor = known_caller()
    if actor is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", {"realm": "letterbox"}))
    if not actor.has(*roles):
        held = words.roles(actor.roles) or "无"
        raise NotAllowed(f"这个调用需要以下角色之一：{words.roles(roles)}；令牌的角色是：{held}")
    return actor


def known_caller() -> Actor | None:
    """The token's actor, None if no token was sent. Raises Unauthorized if it is not (or no longer) known."""
    if g.caller is None and "Authorization" in request.headers:
        given = request.authorization
        token = given.token if given is not None and given.type == "bearer" else None
        g.caller = core().sign_in.with_token(token) if token else None
        if g.caller is None:
            fault: dict[str, str | None] = {"realm": "letterbox", "error": "invalid_token"}
            raise Unauthorized(www_authenticate=WWWAuthenticate("bearer", fault))
    actor: Actor | None = g.caller
    return actor


def caller() -> Actor:
    """The actor that ``require`` has let in."""
    actor: Actor = g.caller
    return actor


def client_key() -> str:
    """Whom wrong query codes are counted against, beside the letter itself."""
    return request.remote_addr or "-"
