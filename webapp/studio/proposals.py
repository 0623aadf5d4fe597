"""What another process owner has proposed: the second person looks at it and decides."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors, NotAllowed, Unavailable, WrongState
from letterbox.services.studio.views import BundleRefused
from webapp.shared.http import access
from webapp.shared.sign_in.step_up import fresh_sign_in
from webapp.shared.typed import named_by
from webapp.studio import presenters
from webapp.studio.blueprint import approvals, blueprint, owner_only, page
from webapp.studio.forms import DecisionForm

Errors = dict[str, str]


@blueprint.get("/proposals/<int:proposal_id>")
@owner_only
def proposal(proposal_id: int) -> ResponseReturnValue:
    return _shown(proposal_id, DecisionForm(), 200, {})


def _shown(proposal_id: int, form: DecisionForm, status: int, errors: Errors) -> ResponseReturnValue:
    look = approvals().look(access.actor(), proposal_id)
    return page(
        "proposal",
        status,
        look=look,
        findings=presenters.findings(look.findings, {}),
        counts=presenters.counts(look.changes),
        form=form,
        errors=errors,
    )


@blueprint.post("/proposals/<int:proposal_id>/approve")
@owner_only
@fresh_sign_in
@named_by(DecisionForm)
def approve(proposal_id: int) -> ResponseReturnValue:
    form = DecisionForm(request.form)
    try:
        live = approvals().approve(access.actor(), proposal_id, seal=form.seal.data or "")
    except BundleRefused as refusal:
        said = [f"{each.file} {each.element} {each.message}" for each in refusal.findings]
        return _shown(proposal_id, form, 409, {"": "；".join([refusal.message, *said])})
    except NotAllowed as refusal:
        return _shown(proposal_id, form, 403, {"": refusal.message})
    except WrongState as refusal:
        return _shown(proposal_id, form, 409, {"": refusal.message})
    except Unavailable as away:
        return _shown(proposal_id, form, 503, {"": away.message})
    flash(gettext("已部署。新来的信从现在起走这一套；在办的信继续走它开始时的那一套。"), "ok")
    return redirect(url_for("studio.bundle", bundle_id=live.id))


@blueprint.post("/proposals/<int:proposal_id>/send-back")
@owner_only
@named_by(DecisionForm)
def send_back(proposal_id: int) -> ResponseReturnValue:
    form = DecisionForm(request.form)
    try:
        approvals().send_back(access.actor(), proposal_id, form.reason.data or "")
    except FieldErrors as refusal:
        return _shown(proposal_id, form, 422, form.show(refusal))
    except (NotAllowed, WrongState) as refusal:
        return _shown(proposal_id, form, 409, {"": refusal.message})
    flash(gettext("已退回，提出的人会看到您写的原因。"), "ok")
    return redirect(url_for("studio.home"))


@blueprint.post("/proposals/<int:proposal_id>/withdraw")
@owner_only
def withdraw(proposal_id: int) -> ResponseReturnValue:
    approvals().withdraw(access.actor(), proposal_id)
    flash(gettext("已撤回。您的改动还在“我的改动”里。"), "ok")
    return redirect(url_for("studio.change"))
