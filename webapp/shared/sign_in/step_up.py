"""What needs a recent proof of who one is: unmasking, deployments, roles, passwords and addresses of others, tokens, exports,
units (who gets which letters) and substitutes.

A view says ``@fresh_sign_in`` below its ``@needs``. Whoever proved himself longer ago than the setting allows is asked for his
password (or his second factor) on a page that carries everything he typed; with the proof the very same request goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from letterbox.domain.errors import NotAllowed, TooManyAttempts
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.sign_in import devices

View = TypeVar("View", bound=Callable[..., Any])

PASSWORD = "proof_password"  # noqa: S105  # the name of a field
CODE = "proof_code"
PROVE = "desk.prove"
NOT_KEPT = frozenset({"csrf_token", PASSWORD, CODE})
LONGEST = 200


def fresh_sign_in(view: View) -> View:
    """Only soon after a proof of who one is. Where a page is read before it is sent, the sending asks."""

    @wraps(view)
    def guarded(*arguments: Any, **named: Any) -> ResponseReturnValue:
        return _unless_only_shown() or cast(ResponseReturnValue, view(*arguments, **named))

    guarded.needs_fresh = True  # type: ignore[attr-defined]  # read by asks_for_proof
    return cast(View, guarded)


def asks_for_proof(app: Flask, endpoint: str) -> bool:
    """Whether a view says that it needs a recent proof."""
    return bool(getattr(app.view_functions[endpoint], "needs_fresh", False))


def _unless_only_shown() -> ResponseReturnValue | None:
    rule = request.url_rule
    is_only_shown = request.method != "POST" and rule is not None and "POST" in (rule.methods or ())
    return None if is_only_shown else ask_unless_fresh()


def ask_unless_fresh() -> ResponseReturnValue | None:
    """The page that asks for a proof, or None if there is one: then the view goes on."""
    if access.live().is_fresh:
        return None
    if request.method != "POST":
        return redirect(url_for(PROVE, next=request.full_path.rstrip("?")))
    problem, status = "", HTTPStatus.FORBIDDEN
    if PASSWORD in request.form or CODE in request.form:
        refusal = prove()
        if refusal is None:
            return None
        problem, status = refusal.message, _status(refusal)
    return proof_page(problem, status, action=request.full_path.rstrip("?"), kept=list(_kept()))


def prove() -> NotAllowed | TooManyAttempts | None:
    """Take the proof that the form holds; what is wrong with it, or None: then the session has a new token."""
    person, code = access.live().person, request.form.get(CODE, "").strip()[:LONGEST]
    try:
        if code:
            services().second_factors.check(person.person_id, code)
        else:
            login = services().sign_in.login_of(person.person_id)
            password = request.form.get(PASSWORD, "")[:LONGEST]
            services().sign_in.prove(person.person_id, password, access.device().address, devices.known_for(login))
    except (NotAllowed, TooManyAttempts) as refusal:
        return refusal
    access.rise()
    return None


def proof_page(problem: str, status: int, *, action: str, kept: list[tuple[str, str]]) -> ResponseReturnValue:
    """``kept``: fields (name, value) that the page carries on unseen."""
    has_code = services().second_factors.has_one(access.live().person.person_id)
    page = render_template(
        "desk/prove.html",
        problem=problem,
        action=action,
        kept=kept,
        field=PASSWORD,
        code=CODE if has_code else None,
        next=request.args.get("next"),
    )
    if request.headers.get("HX-Request") == "true":
        return page, status, {"HX-Retarget": "body", "HX-Reswap": "outerHTML"}
    return page, status


def _kept() -> Iterator[tuple[str, str]]:
    return ((name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT)


def _status(refusal: NotAllowed | TooManyAttempts) -> HTTPStatus:
    return HTTPStatus.TOO_MANY_REQUESTS if isinstance(refusal, TooManyAttempts) else HTTPStatus.FORBIDDEN
