"""Refusals in the desk's own shell. Without the database the shell is bare: it must not ask anything."""

from __future__ import annotations

from flask import Response, g, jsonify, make_response, render_template, request

from webapp.desk.typed import typed_texts
from webapp.shared.errors import DESIGNED, Problem

KEPT = frozenset({"desk.task_submit", "desk.action_do"})
"""What was typed there is given back with the refusal."""


def render(problem: Problem) -> Response:
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(error=problem.message or "error", fields=problem.fields), problem.status)
    if problem.status >= 500:
        g.signed_in = None
    name = problem.status if problem.status in DESIGNED else (500 if problem.status >= 500 else 400)
    if request.headers.get("HX-Request") == "true":
        response = make_response(render_template("errors/fragment.html", problem=problem, name=name), problem.status)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#messages", "innerHTML"
        return response
    typed = typed_texts(request.form) if request.endpoint in KEPT else []
    return make_response(render_template("desk/error.html", problem=problem, name=name, typed=typed), problem.status)
