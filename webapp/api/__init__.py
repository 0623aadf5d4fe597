"""The machine interface ``/api/v1``: bearer tokens, JSON, problem details; described by ``/api/v1/openapi.json``."""

from __future__ import annotations

from flask import Flask

from webapp.api import actions, channels, clock, description, figures, letters, tasks, writers
from webapp.api.blueprint import PREFIX, blueprint
from webapp.api.problems import as_response
from webapp.shared.http import errors, security

ROUTES = (letters, channels, writers, tasks, actions, figures, clock, description)


def register(app: Flask) -> None:
    """The API takes no session cookie, so it needs no form token either."""
    security.csrf.exempt(blueprint)
    app.register_blueprint(blueprint)
    errors.add_renderer(app, PREFIX, as_response)
