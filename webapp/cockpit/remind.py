"""Pressing many at once (催办): the letters of the present filter, those left out unticked, one message to all."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import Form, TextAreaField

from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Role
from letterbox.services.limits.open_limits import LimitRow
from letterbox.services.procedure.reminders import MANY, remind_many
from webapp.cockpit import words
from webapp.cockpit.blueprint import blueprint, due_maker
from webapp.cockpit.limits import filter_of, link_of
from webapp.services import cockpit, services
from webapp.shared.http import access
from webapp.shared.paging import asked
from webapp.shared.typed import named_by

REMINDERS = (Role.SCREENER, Role.SUPERVISOR)


class RemindForm(Form):  # type: ignore[misc]
    message = TextAreaField(lazy_gettext("催办要求"))


@blueprint.get("/remind")
@access.needs(*REMINDERS)
def remind() -> str:
    return _page(ticked=None)


@blueprint.post("/remind")
@access.needs(*REMINDERS)
@named_by(RemindForm)
def remind_send() -> ResponseReturnValue:
    numbers, message = request.form.getlist("number"), request.form.get("message", "")
    actor, values = access.actor(), {"message": message} if message.strip() else {}
    try:
        if not numbers:
            raise FieldErrors({"letters": gettext("请至少勾选一封来信")})
        results = remind_many(numbers, lambda number: services().actions.perform(number, "remind", values, actor))
    except FieldErrors as refusal:
        return _page(ticked=set(numbers), message=message, errors=refusal.errors), 422
    return render_template(
        "cockpit/reminded.html",
        results=results,
        left_out=max(0, len(set(numbers)) - MANY),
        titles={row.number: row.title for row in _rows()},
        link=link_of(),
    )


def _page(ticked: set[str] | None, message: str = "", errors: dict[str, str] | None = None) -> str:
    """``ticked`` None: all but those whose people were reminded just now."""
    rows = _rows()
    shown = rows[:MANY]
    pauses = cockpit().pauses.of([row.number for row in shown])
    return render_template(
        "cockpit/remind.html",
        rows=shown,
        pauses=pauses,
        form=RemindForm(),
        left_out=max(0, len(rows) - MANY),
        ticked={row.number for row in shown} - pauses.keys() if ticked is None else ticked,
        message=message,
        errors=errors or {},
        link=link_of(),
        words=words,
        due_of=due_maker(),
        asked=asked,
    )


def _rows() -> list[LimitRow]:
    """The letters of the filter, each once, by the limit that presses most."""
    actor = access.actor()
    first: dict[str, LimitRow] = {}
    for row in cockpit().limits.rows(actor, filter_of(actor)):
        if row.lateness is not None:
            known = first.setdefault(row.number, row)
            first[row.number] = min(known, row, key=lambda each: each.due_at)
    return list(first.values())
