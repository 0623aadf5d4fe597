"""The OpenID Connect provider as the web doors meet it: authorization code with PKCE, state and nonce (Authlib)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException

from letterbox.domain.errors import NotAllowed, NotFound, Unavailable
from webapp.services import services, services_of

KEY = "letterbox.sso"
NAME = "sso"
AWAY = "统一登录暂时连不上，请稍后再试，或者用密码登录"
REFUSED = "统一登录没有成功，请再试一次"


def install(app: Flask) -> None:
    """Nothing is asked of the provider before the first sign-in."""
    settings = services_of(app).settings
    app.jinja_env.globals["has_single_sign_on"] = bool(settings.oidc_issuer)
    if not settings.oidc_issuer:
        return
    oauth = OAuth(app)
    oauth.register(
        NAME,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.oidc_scopes,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if settings.oidc_client_secret else "none",
            "timeout": 10,
        },
    )
    app.extensions[KEY] = oauth


def is_on() -> bool:
    return KEY in current_app.extensions


def to_provider(endpoint: str, **asked: Any) -> ResponseReturnValue:
    """Send the browser to the provider; it comes back to ``endpoint``. Raises NotFound, Unavailable."""
    try:
        answer: ResponseReturnValue = _client().authorize_redirect(_own_address(endpoint), **asked)
    except (RequestException, OAuthError, ValueError) as error:
        raise _away(error) from error
    return answer


def come_back() -> Mapping[str, Any]:
    """The claims of the identity token, its signature, issuer, audience, time and nonce checked.

    Raises NotAllowed if the provider or the answer says no, Unavailable if it cannot be asked.
    """
    try:
        token = _client().authorize_access_token()
    except RequestException as error:
        raise _away(error) from error
    except (OAuthError, JoseError, ValueError, KeyError) as error:
        current_app.logger.warning("single sign-on refused: %s", type(error).__name__)
        raise NotAllowed(REFUSED) from error
    claims = token.get("userinfo")
    if not isinstance(claims, Mapping) or not claims.get("sub"):
        raise NotAllowed(REFUSED)
    return claims if services().settings.oidc_claim in claims else _with_more(token, claims)


def _with_more(token: Any, claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """Many providers say a name only at their userinfo endpoint; it must be about the same subject (OIDC Core 5.3.2)."""
    try:
        more = _client().userinfo(token=token)
    except (RequestException, OAuthError, ValueError) as error:
        raise _away(error) from error
    if more.get("sub") != claims["sub"]:
        raise NotAllowed(REFUSED)
    return {**more, **claims}


def end_address() -> str | None:
    """Where the provider's own session is ended; None if it does not offer it or cannot be asked."""
    try:
        metadata = _client().load_server_metadata()
    except (RequestException, ValueError, NotFound):
        return None
    end = metadata.get("end_session_endpoint")
    back = {"client_id": services().settings.oidc_client_id, "post_logout_redirect_uri": _own_address("desk.sign_in")}
    return f"{end}?{urlencode(back)}" if isinstance(end, str) else None


def _client() -> Any:
    if not is_on():
        raise NotFound("这里没有开通统一登录")
    return getattr(current_app.extensions[KEY], NAME)


def _own_address(endpoint: str) -> str:
    """By the public address of the settings, never by what a request says."""
    return f"{services().settings.public_url.rstrip('/')}{url_for(endpoint)}"


def _away(error: Exception) -> Unavailable:
    current_app.logger.warning("single sign-on cannot be reached: %s", type(error).__name__)
    return Unavailable(AWAY)
