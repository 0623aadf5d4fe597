"""What another administrator proposed about somebody's rights: confirmed or sent back."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import NotFound
from letterbox.domain.words import label
from letterbox.services.staff.rights_requests import RequestView
from webapp.admin.blueprint import PEOPLE, blueprint, page
from webapp.admin.confirm import Confirm, confirmed
from webapp.admin.forms import ReasonForm
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.sign_in.step_up import fresh_sign_in
from webapp.shared.typed import named_by


@blueprint.get("/requests")
@access.needs(*PEOPLE)
def requests() -> ResponseReturnValue:
    asked = services().rights_requests
    return page("requests", waiting=asked.waiting(access.actor()), decided=asked.decided(access.actor()))


@blueprint.post("/requests/<int:request_id>/confirm")
@access.needs(*PEOPLE)
@fresh_sign_in
def request_confirm(request_id: int) -> ResponseReturnValue:
    done = services().rights_requests.confirm(access.actor(), request_id)
    line = services().people.open(access.actor(), done.person_id).line
    if done.password is not None:
        return page("password", people=[(line, done.password)], heading=gettext("密码已重设"))
    flash(gettext("已确认，%(name)s的角色马上生效。", name=line.name), "ok")
    return redirect(url_for("admin.requests"))


@blueprint.route("/requests/<int:request_id>/refuse", methods=["GET", "POST"])
@access.needs(*PEOPLE)
@named_by(ReasonForm)
def request_refuse(request_id: int) -> ResponseReturnValue:
    def act(reason: str) -> ResponseReturnValue:
        services().rights_requests.refuse(access.actor(), request_id, reason)
        flash(gettext("申请已退回。"), "ok")
        return redirect(url_for("admin.requests"))

    return confirmed(lambda: _ask_refusal(_open_request(request_id)), act)


def _ask_refusal(asked: RequestView) -> Confirm:
    return Confirm(
        title=gettext("退回申请：%(what)s", what=request_words(asked)),
        button=gettext("退回申请"),
        back=url_for("admin.requests"),
        consequences=[gettext("%(name)s的角色和密码都不变，本人会收到通知。", name=asked.person)],
        danger=False,
    )


def request_words(asked: RequestView) -> str:
    if asked.role is None:
        return str(gettext("重设%(name)s的密码", name=asked.person))
    unit = f"（{asked.unit_name}）" if asked.unit_name else ""
    return str(gettext("授予%(name)s角色“%(role)s”", name=asked.person, role=label(asked.role, "Role") + unit))


def _open_request(request_id: int) -> RequestView:
    found = next((each for each in services().rights_requests.waiting(access.actor()) if each.id == request_id), None)
    if found is None:
        raise NotFound(gettext("没有这个申请，或者已经处理"))
    return found


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"request_words": request_words}
