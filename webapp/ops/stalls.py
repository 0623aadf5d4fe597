"""What the periodic look found standing still: seen, looked for again, repaired by one press where that is the remedy."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors
from letterbox.domain.page import part
from letterbox.domain.vocabulary import Role
from webapp.ops.blueprint import WHO, blueprint, page
from webapp.ops.forms import ReasonForm
from webapp.services import operator
from webapp.shared.http import access
from webapp.shared.paging import nearest, page_number
from webapp.shared.typed import named_by

PAGE = 50


@blueprint.get("/stalls")
@access.needs(*WHO)
def stalls() -> ResponseReturnValue:
    return _shown()


@blueprint.post("/stalls")
@access.needs(*WHO)
def stalls_look() -> ResponseReturnValue:
    """Look now instead of waiting for the workers' next look."""
    operator().stalls.look()
    flash(gettext("刚刚检查过。新发现的要在下一次检查仍在时才列出。"), "ok")
    return redirect(url_for("ops.stalls"))


@blueprint.post("/stalls/<int:stall_id>/mend")
@access.needs(Role.OPERATOR)
@named_by(ReasonForm)
def stalls_mend(stall_id: int) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    try:
        repaired = operator().stalls.repair(access.actor(), stall_id, form.reason.data or "")
    except FieldErrors as refusal:
        at_field = {f"{name}-{stall_id}": words for name, words in refusal.errors.items()}
        return _shown(422, at_field, stall_id, form.reason.data or "")
    flash(gettext("已处理：%(name)s。仍然停滞的会继续列在这里。", name=repaired.words), "ok")
    return redirect(url_for("ops.stalls"))


def _shown(
    status: int = 200, errors: dict[str, str] | None = None, at: int | None = None, reason: str = ""
) -> ResponseReturnValue:
    """``at``: the stall whose form is open, with the ``reason`` that was typed into it."""
    every = operator().stalls.open(access.actor())
    asked = page_number(request.args.get("page"))
    if at is not None:
        asked = next((index // PAGE for index, each in enumerate(every) if each.id == at), 0) + 1
    shown = nearest(lambda number: part(every, number, PAGE), asked)
    looked_at = operator().stalls.looked_at()
    return page("stalls", status, shown=shown, looked_at=looked_at, errors=errors or {}, at=at, reason=reason)
