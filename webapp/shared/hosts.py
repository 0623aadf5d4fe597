"""Under which names the site is asked for; whoever asks under another gets nothing that would repeat that name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.sansio.utils import get_host, host_is_trusted
from werkzeug.wrappers import Response

from letterbox.settings import Settings, listed
from webapp.shared.context import services_of

ITSELF = ("127.0.0.1", "localhost", "::1")
"""Health checks and the machine's own browser."""
UNKNOWN = (
    "本站不以这个地址提供服务，请核对网址。\n"
    "This site is not served under this host name; an administrator can add it to LETTERBOX_HOSTS.\n"
)


def install(app: Flask) -> None:
    """Before every page: an address made from a foreign name could be kept, mailed or cached."""
    trusted, inner = trusted_hosts(services_of(app).settings), app.wsgi_app

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = get_host(environ["wsgi.url_scheme"], environ.get("HTTP_HOST"), _server(environ))
        if is_trusted(asked, trusted):
            return inner(environ, start_response)
        refusal = Response(UNKNOWN, 400, {"Cache-Control": "no-store"}, content_type="text/plain; charset=utf-8")
        return refusal(environ, start_response)

    app.wsgi_app = guarded  # type: ignore[method-assign]


def trusted_hosts(settings: Settings) -> list[str]:
    """The public address's host, this machine by its own names, and what ``LETTERBOX_HOSTS`` adds; without ports."""
    public = urlsplit(settings.public_url).hostname
    return [*dict.fromkeys(filter(None, (public, settings.web_host, *ITSELF, *listed(settings.hosts))))]


def is_trusted(asked: str, trusted: Iterable[str]) -> bool:
    """``asked``: name or address, with or without port. A name that begins with a dot stands for all below it."""
    if not host_is_trusted(asked):  # characters that no host has
        return False
    name = urlsplit(f"//{asked}").hostname or ""
    return any(name.endswith(each) if each.startswith(".") else name == each.lower() for each in trusted)


def _server(environ: dict[str, Any]) -> tuple[str, int | None] | None:
    name = environ.get("SERVER_NAME")
    return (name, int(environ["SERVER_PORT"])) if name else None
