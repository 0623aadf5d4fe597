"""A web server that says what it was asked, for the tests of the server in front."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
@app.route("/<path:path>", methods=["GET", "POST"])
def asked(path: str) -> Response:
    return jsonify(path=path, headers=dict(request.headers), bytes=len(request.get_data()))
