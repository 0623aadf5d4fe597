"""Light or dark, kept in a cookie; without one the person's system decides."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from webapp.shared.http import access, cookies

COOKIE = "theme"
THEMES = ("auto", "light", "dark")
MEDIA = {"auto": "screen and (prefers-color-scheme: dark)", "dark": "screen"}
YEAR_S = 31_536_000
blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")


def install(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(theme=theme, dark_media=dark_media, page_to_return_to=page_to_return_to)


def theme() -> str:
    chosen = g.get(COOKIE) or request.cookies.get(cookies.name_of(COOKIE), "auto")
    return chosen if chosen in THEMES else "auto"


def dark_media() -> str | None:
    """The media query under which dark.css counts; None when the person chose light."""
    return MEDIA.get(theme())


@blueprint.post("/theme")
def choose_theme() -> Response:
    response = redirect(_own_path(request.form.get("next", "")))
    return remember(response, request.form.get("theme", "auto"))  # type: ignore[arg-type]  # werkzeug's own Response


def show_at_once(chosen: str) -> None:
    """The page made by this request is already drawn so."""
    g.theme = chosen


def remember(response: Response, chosen: str) -> Response:
    cookies.put(response, COOKIE, chosen if chosen in THEMES else "auto", YEAR_S)
    return response


def page_to_return_to() -> str:
    """This page if its address can be opened again; after a form was sent to it, the nearest page above that can."""
    if request.method == "GET" and request.endpoint:
        return request.full_path.rstrip("?")
    parts = request.path.strip("/").split("/")
    above = ("/" + "/".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((path for path in map(_opened_by_get, above) if path), "")


def _opened_by_get(path: str) -> str | None:
    """``path``, with a slash at its end if it is a folder; None if no page is there."""
    try:
        current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]  # within a request
    except RequestRedirect:
        return f"{path}/"
    except HTTPException:
        return None
    return path


def _own_path(path: str) -> str:
    """Only a path of this site is followed."""
    return path if access.is_own_path(path) else url_for("portal.home")
