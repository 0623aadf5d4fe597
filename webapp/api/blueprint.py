"""The blueprint; before every call: who calls, and may he?"""

from __future__ import annotations

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import NotFound

from webapp.api import callers, rights
from webapp.services import services

PREFIX = "/api/"
LARGEST_BODY = 1024 * 1024

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.before_request
def _begin() -> None:
    request.max_content_length = LARGEST_BODY
    g.caller = None
    if request.endpoint in rights.MOVABLE_CLOCK_ONLY and not services().settings.profile.has_movable_clock:
        raise NotFound
    roles = rights.of(str(request.endpoint))
    if roles is not None:
        callers.require(roles)


@blueprint.after_request
def _end(response: Response) -> Response:
    response.headers["Vary"] = "Authorization"
    return response
