"""The owner's own change: files uploaded, taken out, dropped again; what was found and what would differ."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors
from webapp.shared.http import access
from webapp.studio import presenters
from webapp.studio.blueprint import approvals, blueprint, owner_only, page, studio
from webapp.studio.forms import DeployForm


@blueprint.get("/change")
@owner_only
def change() -> ResponseReturnValue:
    return shown(DeployForm())


def shown(form: DeployForm, status: int = 200, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """The page of the change; ``errors``: field → message, "" for one that belongs to no field."""
    proposal = studio().proposal(access.actor())
    return page(
        "change",
        status,
        proposal=proposal,
        findings=presenters.findings(proposal.findings, proposal.files),
        counts=presenters.counts(proposal.changes),
        others=approvals().others(access.actor()),
        last=approvals().last_of(access.actor()),
        form=form,
        errors=errors or {},
    )


@blueprint.post("/change/files")
@owner_only
def upload() -> ResponseReturnValue:
    chosen = [each for each in request.files.getlist("files") if each.filename]
    uploads = [(each.filename or "", each.stream.read()) for each in chosen]
    if not uploads:
        return shown(DeployForm(), 422, {"files": gettext("请选择要上传的文件")})
    try:
        taken = studio().upload(access.actor(), uploads)
    except FieldErrors as refusal:
        return shown(DeployForm(), 422, refusal.errors)
    for is_kept, said, tone in (
        (True, gettext("已收下 %(names)s，还没有部署。"), "ok"),
        (False, gettext("%(names)s 和现行的完全相同。"), "info"),
    ):
        if names := [name for name, found in taken.items() if found is is_kept]:
            flash(said % {"names": "、".join(names)}, tone)
    return redirect(url_for("studio.change"))


@blueprint.post("/change/files/<name>/drop")
@owner_only
def drop(name: str) -> ResponseReturnValue:
    studio().discard_file(access.actor(), name)
    flash(gettext("%(name)s 的改动已放弃。", name=name), "ok")
    return redirect(url_for("studio.change"))


@blueprint.post("/change/files/<name>/take-out")
@owner_only
def take_out(name: str) -> ResponseReturnValue:
    studio().take_out(access.actor(), name)
    flash(gettext("%(name)s 将在部署时从这一套里删去。", name=name), "ok")
    return redirect(url_for("studio.change"))


@blueprint.post("/change/discard")
@owner_only
def discard() -> ResponseReturnValue:
    studio().discard(access.actor())
    flash(gettext("您的改动已全部放弃，现行的流程没有变。"), "ok")
    return redirect(url_for("studio.change"))
