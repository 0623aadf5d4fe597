"""Trying stuck things again and giving them up: what will happen is said first, what happened after."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.services.operations.stuck.items import Stuck
from webapp.ops import stuck as lists
from webapp.ops.blueprint import WHO, blueprint, page
from webapp.ops.forms import ReasonForm
from webapp.services import operator
from webapp.shared.http import access
from webapp.shared.typed import named_by

MOST_AT_ONCE = 200


@blueprint.post("/retry/confirm")
@access.needs(*WHO)
def retry_confirm() -> ResponseReturnValue:
    """What the chosen ones are and what retrying each would do; nothing is done yet."""
    chosen = _chosen()
    if not chosen:
        flash(gettext("没有选中，或者选中的已经不再停滞。"), "warn")
        return redirect(url_for("ops.stuck"))
    return page("retry", chosen=chosen, form=ReasonForm(), errors={})


@blueprint.post("/retry")
@access.needs(*WHO)
@named_by(ReasonForm)
def retry() -> ResponseReturnValue:
    form, chosen = ReasonForm(request.form), _chosen()
    if not chosen:
        flash(gettext("选中的事项已经不再停滞：也许已经办成，也许已经取消。什么也没有做。"), "warn")
        return redirect(url_for("ops.stuck"))
    try:
        results = operator().retrying.retry(access.actor(), chosen, form.reason.data or "")
    except FieldErrors as refusal:
        return _again(chosen, form, refusal)
    return page("results", results=results)


@blueprint.post("/drop")
@access.needs(*WHO)
@named_by(ReasonForm)
def drop() -> ResponseReturnValue:
    form = ReasonForm(request.form)
    kind, _colon, stuck_id = request.form.get("item", "").partition(":")
    item = operator().stuck.one(access.actor(), kind, stuck_id)
    try:
        operator().discarding.discard(access.actor(), item, form.reason.data or "")
    except FieldErrors as refusal:
        return lists.shown_one(item, form, 422, _at_field(form, refusal))
    except WrongState as refusal:
        return lists.shown_one(item, form, 409, {"": refusal.message})
    flash(gettext("已放弃：%(name)s。原因记入了运维记录。", name=item.name), "ok")
    return redirect(url_for("ops.stuck"))


def _chosen() -> list[Stuck]:
    """What is stuck just now among the ticked ``kind:id``."""
    wanted = set(request.form.getlist("item")[:MOST_AT_ONCE])
    return [each for each in operator().stuck.all(access.actor()).items if f"{each.kind}:{each.id}" in wanted]


def _again(chosen: list[Stuck], form: ReasonForm, refusal: FieldErrors) -> ResponseReturnValue:
    errors = _at_field(form, refusal)
    if len(chosen) == 1 and request.form.get("from") == "one":
        return lists.shown_one(chosen[0], form, 422, errors)
    return page("retry", 422, chosen=chosen, form=form, errors=errors)


def _at_field(form: ReasonForm, refusal: FieldErrors) -> dict[str, str]:
    form.reason.errors = list(refusal.errors.values())
    return refusal.errors
