"""Propose to deploy the owner's change, or an earlier bundle again."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors, WrongState
from webapp.shared.http import access
from webapp.shared.sign_in.step_up import fresh_sign_in
from webapp.shared.typed import named_by
from webapp.studio import presenters
from webapp.studio.blueprint import approvals, blueprint, owner_only, page, studio
from webapp.studio.change import shown
from webapp.studio.forms import DeployForm

Errors = dict[str, str]


@blueprint.post("/change/deploy")
@owner_only
@fresh_sign_in
@named_by(DeployForm)
def deploy() -> ResponseReturnValue:
    form = DeployForm(request.form)

    def act() -> int:
        seen = bool(form.seen_warnings.data)
        return studio().propose(access.actor(), form.note.data or "", seal=form.seal.data or "", seen_warnings=seen)

    return _proposed(act, form, lambda status, errors: shown(form, status, errors))


@blueprint.get("/bundles/<int:bundle_id>/restore")
@owner_only
def restore(bundle_id: int) -> ResponseReturnValue:
    return _restore_page(bundle_id, DeployForm(), 200, {})


@blueprint.post("/bundles/<int:bundle_id>/restore")
@owner_only
@fresh_sign_in
@named_by(DeployForm)
def restore_do(bundle_id: int) -> ResponseReturnValue:
    form = DeployForm(request.form)

    def act() -> int:
        seen, note, seal = bool(form.seen_warnings.data), form.note.data or "", form.seal.data or ""
        return studio().propose_return(access.actor(), bundle_id, note, seal=seal, seen_warnings=seen)

    return _proposed(act, form, lambda status, errors: _restore_page(bundle_id, form, status, errors))


def _restore_page(bundle_id: int, form: DeployForm, status: int, errors: Errors) -> ResponseReturnValue:
    actor = access.actor()
    bundle = studio().bundle(actor, bundle_id)
    proposal = studio().return_to(actor, bundle_id)
    found = presenters.findings(proposal.findings, {})
    return page(
        "restore",
        status,
        bundle=bundle,
        proposal=proposal,
        findings=found,
        counts=presenters.counts(proposal.changes),
        others=approvals().others(actor),
        form=form,
        errors=errors,
    )


def _proposed(
    act: Callable[[], int], form: DeployForm, again: Callable[[int, Errors], ResponseReturnValue]
) -> ResponseReturnValue:
    """To the proposal after a success; else the page again, with what was typed."""
    try:
        proposal_id = act()
    except FieldErrors as refusal:
        return again(422, form.show(refusal))
    except WrongState as refusal:
        return again(409, {"": refusal.message})
    flash(gettext("已提出，还没有部署：等另一位流程管理员查看后同意。"), "ok")
    return redirect(url_for("studio.proposal", proposal_id=proposal_id))
