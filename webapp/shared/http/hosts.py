"""Under which names the site is asked for; whoever asks under another gets nothing that would repeat that name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask
from werkzeug.sansio.utils import get_host, host_is_trusted
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from letterbox.settings import Settings, listed
from webapp.services import services_of

ITSELF = ("127.0.0.1", "localhost", "::1")
"""Health checks and the machine's own browser."""
UNKNOWN = (
    "本站不以这个地址提供服务，请核对网址。\n"
    "This site is not served under this host name; an administrator can add it to LETTERBOX_HOSTS.\n"
)


def install(app: Flask) -> None:
    """Before every page: an address made from a foreign name could be kept, mailed or cached."""
    settings = services_of(app).settings
    trusted, inner = trusted_hosts(settings), app.wsgi_app

    def guarded(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = get_host(environ["wsgi.url_scheme"], environ.get("HTTP_HOST"), _server(environ))
        if not is_trusted(asked, trusted):
            answer = Response(UNKNOWN, 400, {"Cache-Control": "no-store"}, content_type="text/plain; charset=utf-8")
            return answer(environ, start_response)
        if _came_unencrypted(environ, settings):
            return redirect(public_address(environ, settings), 308)(environ, start_response)
        return inner(environ, start_response)

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


def public_address(environ: dict[str, Any], settings: Settings) -> str:
    """The same page at the public address."""
    query = environ.get("QUERY_STRING")
    return settings.public_url.rstrip("/") + quote(environ.get("PATH_INFO", "/")) + (f"?{query}" if query else "")


def _came_unencrypted(environ: dict[str, Any], settings: Settings) -> bool:
    """The one proxy in front says that the browser spoke HTTP, and the public address is HTTPS."""
    said = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip()
    return settings.trusted_proxies == 1 and said == "http" and settings.public_url.startswith("https://")


def _server(environ: dict[str, Any]) -> tuple[str, int | None] | None:
    name = environ.get("SERVER_NAME")
    return (name, int(environ["SERVER_PORT"])) if name else None
