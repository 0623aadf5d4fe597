"""The audit trail as views write it: who and from where are the request's; which act, and about what, they say."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request

from letterbox.domain.audit import NOTHING, Act, Result, Thing
from letterbox.domain.permissions import Actor
from letterbox.services.audit_trail import ORIGIN, AuditTrail, Origin
from webapp.shared.context import services
from webapp.shared.logs import request_id


def install(app: Flask) -> None:
    """After the request ids."""
    app.before_request(_begin)


def _begin() -> None:
    ORIGIN.set(Origin(request.remote_addr or "", request_id()))
    g.noted = False


def note(
    what: Act, *, object: Thing = NOTHING, result: Result = Result.DONE, actor: Actor | None = None, **detail: Any
) -> None:
    """One entry. ``actor``: by default whoever is signed in or holds the token. Raises Unavailable as ``AuditTrail.note``."""
    g.noted = True
    trail: AuditTrail = services().trail
    trail.note(what, actor=actor or _present(), object=object, result=result, detail=detail)


def _present() -> Actor | None:
    """Whoever this request is known to be; a session is not looked up for it."""
    live = g.get("live_session")
    found: Actor | None = live.person.actor if live is not None else g.get("caller")
    return found
