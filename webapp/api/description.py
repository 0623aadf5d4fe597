"""The interface describes itself."""

from __future__ import annotations

from flask import Response

from webapp.api.answers import ok
from webapp.api.blueprint import blueprint
from webapp.api.specification import document


@blueprint.get("/openapi.json")
def openapi() -> Response:
    response = ok(document())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
