"""Every component in every state on one page, in the test profile only: to be looked at, and checked by axe."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, abort, render_template

from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.page import Page
from webapp.services import services
from webapp.shared.due import due, ended
from webapp.shared.http.errors import DESIGNED, Problem

blueprint = Blueprint("gallery", __name__, url_prefix="/_gallery")


def install(app: Flask) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("")
def index() -> str:
    return _show("base/portal.html")


@blueprint.get("/desk")
def desk() -> str:
    return _show("base/desk.html")


@blueprint.get("/errors/<int:status>")
def error(status: int) -> tuple[str, int]:
    if status not in DESIGNED:
        abort(404)
    problem = Problem(status, retry_after_s=540 if status == 429 else None)
    return render_template(f"errors/{status}.html", problem=problem, name=status), status


def _show(base: str) -> str:
    now, calendar = services().clock.now(), WorkCalendar((), ())
    dues = [
        due(now + timedelta(days=12), now, calendar),
        due(now + timedelta(days=3), now, calendar, is_provisional=True),
        due(now + timedelta(days=1), now, calendar),
        due(now + timedelta(seconds=1), now, calendar),
        due(now - timedelta(days=4), now, calendar),
        ended(now, now + timedelta(days=1)),
        ended(now, now - timedelta(days=1)),
    ]
    page: Page[str] = Page(items=[], page=5, per_page=20, total=233)
    return render_template("gallery/index.html", base=base, dues=dues, now=now, page=page, statuses=sorted(DESIGNED))
