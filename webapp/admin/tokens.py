"""Machine tokens: made and shown once, listed, revoked."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.clean_text import one_line
from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.domain.vocabulary import Role
from letterbox.services.access.token_rules import TokenInfo
from webapp.admin.blueprint import blueprint, page, show_errors
from webapp.admin.confirm import Confirm, confirmed
from webapp.admin.forms import ReasonForm, TokenForm
from webapp.admin.people import unit_choices
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.paging import asked
from webapp.shared.sign_in.step_up import fresh_sign_in
from webapp.shared.typed import named_by

LONGEST_NAME = 60


@blueprint.get("/tokens")
@access.needs(Role.SECURITY_ADMIN)
def tokens() -> ResponseReturnValue:
    every, now = services().tokens.all(), services().tokens.now()
    is_all = asked("state") == "all"
    shown = [each for each in every if is_all or each.revoked_at is None]
    names = {unit.code: unit.short_name for unit in services().unit_directory.units()}
    return page("tokens", tokens=shown, is_all=is_all, revoked=len(every) - len(shown), names=names, now=now)


@blueprint.route("/tokens/new", methods=["GET", "POST"])
@access.needs(Role.SECURITY_ADMIN)
@fresh_sign_in
@named_by(TokenForm)
def token_new() -> ResponseReturnValue:
    form = TokenForm(request.form, days=services().tokens.days)
    form.unit.choices = unit_choices()
    if request.method != "POST":
        return page("token_form", form=form, errors={})
    try:
        name = _name(form)
        token = services().tokens.create(
            form.role.data or "",
            name,
            form.unit.data or None,
            access.actor(),
            days=(form.days.data or 0) if "days" in request.form else None,
            networks=form.read_networks(),
            person=one_line(form.person.data or ""),
        )
    except FieldErrors as refusal:
        return page("token_form", 422, form=form, errors=show_errors(form, refusal))
    return page("token", token=token, name=name, role=form.role.data)


def _name(form: TokenForm) -> str:
    name = one_line(form.name.data or "")
    if len(name) > LONGEST_NAME:
        raise FieldErrors({"name": gettext("名称最多 %(count)d 个字", count=LONGEST_NAME)})
    if not form.role.data:
        raise FieldErrors({"role": gettext("请选择角色")})
    return name


@blueprint.route("/tokens/<int:token_id>/revoke", methods=["GET", "POST"])
@access.needs(Role.SECURITY_ADMIN)
@fresh_sign_in
@named_by(ReasonForm)
def token_revoke(token_id: int) -> ResponseReturnValue:
    token = _open_token(token_id)

    def act(reason: str) -> ResponseReturnValue:
        clean = one_line(reason)
        if not clean:
            raise FieldErrors({"reason": gettext("请写明原因，它会记入变更记录")})
        services().tokens.revoke(token.id, access.actor(), clean[:200])
        flash(gettext("令牌已撤销。"), "ok")
        return redirect(url_for("admin.tokens"))

    return confirmed(lambda: _ask_revocation(token), act)


def _ask_revocation(token: TokenInfo) -> Confirm:
    return Confirm(
        title=gettext("撤销令牌“%(name)s”", name=token.name),
        button=gettext("撤销令牌"),
        back=url_for("admin.tokens"),
        consequences=[gettext("用它连接的程序马上被拒绝，撤销后不能恢复，只能另建一个。")],
    )


def _open_token(token_id: int) -> TokenInfo:
    found = next((each for each in services().tokens.all() if each.id == token_id and each.revoked_at is None), None)
    if found is None:
        raise NotFound(gettext("没有这个令牌，或者已经撤销"))
    return found
