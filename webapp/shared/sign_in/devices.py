"""Known devices: a browser that has signed somebody in before keeps a signed proof of it, for that login alone.

It opens nothing. It only gives the login an allowance for wrong passwords on this device that strangers cannot use up.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Response, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from letterbox.domain.keys import Purpose
from webapp.services import services
from webapp.shared.http import cookies

COOKIE = "letterbox-device"
KEPT_S = 180 * 86_400
MOST_LOGINS = 8
"""People who share a computer, the last ones to sign in."""


def known_for(login: str) -> str | None:
    """The id of this device if ``login`` has signed in on it before."""
    return _known().get(_mark(login))


def remember(login: str) -> None:
    """At the end of this request the browser gets the proof."""
    g.device_of = login


def add_cookie(response: Response) -> Response:
    """After each request."""
    login = g.pop("device_of", None)
    if login is not None:
        known = _known()
        mark = _mark(login)
        kept = {each: device for each, device in known.items() if each != mark}
        kept[mark] = known.get(mark) or secrets.token_urlsafe(12)
        cookies.put(response, COOKIE, _signer().dumps(dict(list(kept.items())[-MOST_LOGINS:])), KEPT_S)
    return response


def _known() -> dict[str, str]:
    try:
        remembered = _signer().loads(request.cookies.get(cookies.name_of(COOKIE), ""), max_age=KEPT_S)
    except BadSignature:
        return {}
    return {str(mark): str(device) for mark, device in remembered.items()} if isinstance(remembered, dict) else {}


def _mark(login: str) -> str:
    """No login stands readable on a shared computer."""
    key = services().settings.keys.of(Purpose.KNOWN_DEVICE)
    return hmac.new(key.encode(), login.lower().encode(), hashlib.sha256).hexdigest()[:24]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.keys.oldest_first(Purpose.KNOWN_DEVICE), salt="known-device")
