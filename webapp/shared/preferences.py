"""Light or dark, kept in a cookie; without one the person's system decides."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for

COOKIE = "theme"
THEMES = ("auto", "light", "dark")
MEDIA = {"auto": "screen and (prefers-color-scheme: dark)", "dark": "screen"}
YEAR_S = 31_536_000
blueprint = Blueprint("preferences", __name__, url_prefix="/preferences")


def install(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(theme=theme, dark_media=dark_media)


def theme() -> str:
    chosen = request.cookies.get(COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


def dark_media() -> str | None:
    """The media query under which dark.css counts; None when the person chose light."""
    return MEDIA.get(theme())


@blueprint.post("/theme")
def choose_theme() -> Response:
    response = redirect(_own_path(request.form.get("next", "")))
    chosen = request.form.get("theme", "auto")
    response.set_cookie(
        COOKIE,
        chosen if chosen in THEMES else "auto",
        max_age=YEAR_S,
        samesite="Lax",
        httponly=True,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response  # type: ignore[return-value]  # werkzeug types redirect() as its own Response


def _own_path(path: str) -> str:
    """Only a path of this site is followed."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else url_for("portal.home")
