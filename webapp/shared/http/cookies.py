"""Cookies of ours beside the framework's: under ``__Host-`` where the site is served over HTTPS, and never for scripts."""

from __future__ import annotations

from flask import Response, current_app


def name_of(plain: str) -> str:
    """``theme`` → ``__Host-theme``: browsers take such a cookie only from this host, over HTTPS, for the whole site."""
    return f"__Host-{plain}" if _is_https() else plain


def put(response: Response, plain: str, value: str, max_age_s: int | None = None) -> None:
    """Set it on the answer; without ``max_age_s`` it ends with the browser."""
    response.set_cookie(
        name_of(plain), value, max_age=max_age_s, path="/", samesite="Lax", httponly=True, secure=_is_https()
    )


def expire(response: Response, plain: str) -> None:
    response.delete_cookie(name_of(plain), path="/", samesite="Lax", httponly=True, secure=_is_https())


def _is_https() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])
