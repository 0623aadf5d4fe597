"""Refusals as pages: every error says what happened and what to do; machines get their own rendering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, Unauthorized

from letterbox.domain.errors import (
    FieldErrors,
    LetterboxError,
    NotAllowed,
    NotFound,
    TaskGone,
    TooManyAttempts,
    Unavailable,
    WrongState,
)
from letterbox.engine.errors import EngineRefused
from webapp.shared.http.security import FORM_TYPES, NulRefused
from webapp.shared.typed import TypedText, typed_here

STATUS_OF: tuple[tuple[type[LetterboxError], int], ...] = (
    (FieldErrors, 422),
    (NotFound, 404),
    (NotAllowed, 403),
    (WrongState, 409),
    (TooManyAttempts, 429),
    (Unavailable, 503),
    (EngineRefused, 409),
)
DESIGNED = frozenset({400, 403, 404, 405, 409, 413, 422, 429, 500, 503})
KEY = "letterbox.error_renderers"


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal on its way to whoever met it. ``message`` is in the product's own words, or empty."""

    status: int
    message: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    retry_after_s: int | None = None
    done_by: str | None = None
    done_at: str | None = None


class TokenProblem(Unauthorized):
    """A token does not open; ``description`` says why in the product's own words."""


Renderer = Callable[[Problem], Response]


def install(app: Flask) -> None:
    app.extensions[KEY] = []
    app.register_error_handler(LetterboxError, lambda error: render(problem_of(error)))
    app.register_error_handler(CSRFError, _form_refused)
    app.register_error_handler(NulRefused, _nul)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(RecursionError, lambda _error: render(Problem(400, TOO_DEEP)))
    app.register_error_handler(Exception, _unexpected)


def _form_refused(_error: CSRFError) -> Response:
    """Came from elsewhere, or from a page of a session that is over; the trail says which if somebody is signed in."""
    g.form_refused = True
    return render(Problem(400, EXPIRED))


EXPIRED = "页面打开的时间太长，或者浏览器没有接受 Cookie，所以这一步没有办成。"


TOO_DEEP = "内容嵌套得太深，无法读取。"


def add_renderer(app: Flask, prefix: str, renderer: Renderer) -> None:
    """Below ``prefix`` (``/api/``) errors are rendered by ``renderer``, also unknown addresses."""
    app.extensions[KEY].append((prefix, renderer))


def problem_of(error: LetterboxError) -> Problem:
    status = next((status for kind, status in STATUS_OF if isinstance(error, kind)), 500)
    return Problem(
        status=status,
        message=error.message if status != 500 else "",
        fields=error.errors if isinstance(error, FieldErrors) else {},
        retry_after_s=error.retry_after_s if isinstance(error, TooManyAttempts) else None,
        done_by=error.done_by if isinstance(error, TaskGone) else None,
        done_at=error.done_at if isinstance(error, TaskGone) else None,
    )


def render(problem: Problem) -> Response:
    for prefix, renderer in current_app.extensions[KEY]:
        if request.path.startswith(prefix):
            return _with_retry(renderer(problem), problem)
    name = problem.status if problem.status in DESIGNED else (500 if problem.status >= 500 else 400)
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "errors/fragment.html" if is_fragment else f"errors/{name}.html"
    response = make_response(
        render_template(template, problem=problem, name=name, typed=typed_with(problem)), problem.status
    )
    if is_fragment:
        response.headers["HX-Retarget"] = "#messages"
        response.headers["HX-Reswap"] = "innerHTML"
    return _with_retry(response, problem)


def typed_with(problem: Problem) -> list[TypedText]:
    """What was typed into the form that was refused; a body that is too large was not read. No cache keeps it."""
    is_form = request.method == "POST" and request.mimetype in FORM_TYPES
    return typed_here() if is_form and problem.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE else []


def _with_retry(response: Response, problem: Problem) -> Response:
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def _from_http(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error
    detail = error.description or "" if isinstance(error, TokenProblem) else ""
    response = render(Problem(status, detail))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _nul(error: NulRefused) -> Response:
    detail = gettext("不能含有空字符（NUL）。")
    return render(
        Problem(400, gettext("地址或者填写的内容里有空字符（NUL）。"), {error.field: detail} if error.field else {})
    )


def _unexpected(error: Exception) -> Response:
    current_app.logger.exception("unexpected error", exc_info=error)
    return render(Problem(500))
