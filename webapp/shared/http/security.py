"""Form tokens and response headers. Scripts and styles come from our own files only; nothing inline runs."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest

csrf = CSRFProtect()
"""Checks the token of every POST. The machine interface takes itself out by ``csrf.exempt(blueprint)``."""

FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
YEAR_S = 31_536_000
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
"""Other bodies are left unread here: their door has its own limit of size."""


class NulRefused(BadRequest):
    """``field``: the parameter or form field, None for the address itself."""

    def __init__(self, field: str | None) -> None:
        super().__init__()
        self.field = field


LONGEST_JSON = 1024 * 1024
"""Bytes of a JSON body, on whatever address: nobody types more, and files come in forms."""


def install(app: Flask) -> None:
    app.before_request(_bound_json)
    app.before_request(_refuse_nul)
    csrf.init_app(app)
    app.after_request(_add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def _bound_json() -> None:
    """What is larger is refused before it is read (413)."""
    if request.is_json:
        request.max_content_length = LONGEST_JSON


def _refuse_nul() -> None:
    """No address and no form holds a NUL: the database cannot store one, and nobody types it."""
    given = [*request.args.items(), *(request.form.items() if request.mimetype in FORM_TYPES else ())]
    name = next((name for name, value in given if "\0" in value), None)
    if name is not None or "\0" in request.path:
        raise NulRefused(name)


def csp_nonce() -> str:
    """For the rare ``<script nonce>``; one value a response."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def allow_inline_style_attributes() -> None:
    """For pages whose library writes ``style="…"`` into markup (diagram viewer); scripts stay locked."""
    g.csp_style_attributes = True


def may_be_cached() -> None:
    """For the few pages that are everybody's and hold nothing of the reader: a browser may keep them and ask if they changed.

    Every other answer is kept by no cache, not even the browser's: the next person at a shared computer finds nothing.
    """
    g.may_be_cached = True


def content_security_policy() -> str:
    nonce = f" 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else ""
    parts = [
        "default-src 'none'",
        f"script-src 'self'{nonce}",
        f"style-src 'self'{nonce}",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    if g.get("csp_style_attributes"):
        parts.append("style-src-attr 'unsafe-inline'")
    return "; ".join(parts)


def _add_headers(response: Response) -> Response:
    for name, value in FIXED_HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_security_policy())
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache" if g.get("may_be_cached") else "no-store"
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
    return response
