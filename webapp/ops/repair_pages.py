"""Moving, restarting, migrating and cancelling one letter's process: what will happen, a reason, the truth afterwards."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Role
from webapp.ops import repairs
from webapp.ops.blueprint import blueprint, page
from webapp.ops.forms import RepairForm
from webapp.ops.repairs import RepairPreview
from webapp.services import operator
from webapp.shared.http import access
from webapp.shared.paging import asked
from webapp.shared.typed import named_by


@blueprint.get("/letters/<number>/mend/<action>")
@access.needs(Role.OPERATOR)
def mend(number: str, action: str) -> ResponseReturnValue:
    """Nothing is done yet. ``to``: another element or version than the one proposed."""
    return _shown(repairs.preview(access.actor(), number, repairs.known(action), asked("to")), RepairForm())


@blueprint.post("/letters/<number>/mend/<action>")
@access.needs(Role.OPERATOR)
@named_by(RepairForm)
def mend_do(number: str, action: str) -> ResponseReturnValue:
    """Only if what would be done is still what was shown; otherwise it is shown again."""
    actor, form = access.actor(), RepairForm(request.form)
    planned = repairs.preview(actor, number, repairs.known(action), request.form.get("to", ""))
    if planned.obstacle:
        return _shown(planned, form, 409)
    if request.form.get("seen") != planned.seen:
        changed = gettext("您看的时候，这封来信变了：下面是它现在的样子，还没有做任何事")
        return _shown(planned, form, 409, {"": changed})
    try:
        repairs.check_confirmation(planned, form.number.data or "")
        result = repairs.carry_out(actor, planned, form.reason.data or "")
    except FieldErrors as refusal:
        for name, message in refusal.errors.items():
            form[name].errors = [message]
        return _shown(planned, form, 422, dict(refusal.errors))
    return page("repaired", planned=planned, result=result, view=operator().processes.at_rest(actor, number))


def _shown(
    planned: RepairPreview, form: RepairForm, status: int = 200, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    return page("repair", status, planned=planned, view=planned.view, form=form, errors=errors or {})
