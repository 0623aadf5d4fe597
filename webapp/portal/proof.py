"""What a browser computes where letters come thick and fast: no puzzle, no third party."""

from __future__ import annotations

from flask import Response, jsonify, request

from webapp.portal.blueprint import blueprint
from webapp.services import services


@blueprint.get("/proof")
def proof_challenge() -> Response:
    return jsonify(services().letter_allowance.challenge(request.remote_addr or "-"))
