"""Ending one process that the comparison found to be too much."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Role
from letterbox.services.operations.processes.ending import EndOutcome
from webapp.ops.blueprint import blueprint, page
from webapp.ops.forms import ReasonForm
from webapp.services import operator
from webapp.shared.http import access
from webapp.shared.typed import named_by


@blueprint.get("/letters/<number>/processes/<instance_id>/end")
@access.needs(Role.OPERATOR)
def mend_end(number: str, instance_id: str) -> ResponseReturnValue:
    """What it is, why it is too much; nothing is done yet."""
    return _shown(number, instance_id, ReasonForm())


@blueprint.post("/letters/<number>/processes/<instance_id>/end")
@access.needs(Role.OPERATOR)
@named_by(ReasonForm)
def mend_end_do(number: str, instance_id: str) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    try:
        ended = operator().ending.end(access.actor(), number, instance_id, form.reason.data or "")
    except FieldErrors as refusal:
        form.reason.errors = list(refusal.errors.values())
        return _shown(number, instance_id, form, 422, refusal.errors)
    if ended.outcome is EndOutcome.REFUSED:
        return page("end", 409, planned=ended, form=form, errors={})
    flash(gettext("已结束：%(name)s。原因记入了运维记录。", name=ended.name), "ok")
    return redirect(url_for("ops.record", letter=number))


def _shown(
    number: str, instance_id: str, form: ReasonForm, status: int = 200, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    planned = operator().ending.end(access.actor(), number, instance_id, "", dry_run=True)
    return page("end", status, planned=planned, form=form, errors=errors or {})
