"""The public's pages: write, track, read published letters. No account, no scripts needed."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext


def register(app: Flask) -> None:
    from webapp.portal import confirm, proof, published, supplement, track, write  # noqa: F401, PLC0415  # their views join the blueprint
    from webapp.portal.blueprint import blueprint  # noqa: PLC0415

    app.register_blueprint(blueprint)
    app.context_processor(lambda: {"portal_navigation": navigation()})


def navigation() -> list[tuple[str, str, str]]:
    """Endpoint, words, prefix of the endpoints for which the entry is the current one."""
    return [
        ("portal.write", gettext("写信"), "portal.write"),
        ("portal.track", gettext("查询来信"), "portal.track"),
        ("portal.letters", gettext("公开来信"), "portal.letter"),
    ]
