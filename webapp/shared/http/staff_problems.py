"""Refusals in the shell of those who sign in. Without the database the shell is bare: it must not ask anything."""

from __future__ import annotations

from flask import Response, g, jsonify, make_response, render_template, request

from webapp.shared.http.errors import DESIGNED, Problem, typed_with


def render(problem: Problem) -> Response:
    if request.accept_mimetypes.best == "application/json":
        return make_response(jsonify(error=problem.message or "error", fields=problem.fields), problem.status)
    if problem.status >= 500:
        g.live_session = None
    name = problem.status if problem.status in DESIGNED else (500 if problem.status >= 500 else 400)
    if request.headers.get("HX-Request") == "true":
        response = make_response(render_template("errors/fragment.html", problem=problem, name=name), problem.status)
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#messages", "innerHTML"
        return response
    return make_response(
        render_template("desk/error.html", problem=problem, name=name, typed=typed_with(problem)), problem.status
    )
