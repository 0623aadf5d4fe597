"""A person's own page: roles, leave and substitutes, password."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.audit import AuditAct, Thing
from letterbox.domain.errors import FieldErrors
from letterbox.services.access.sessions import SignInMethod
from letterbox.services.access.sign_in import SignedIn
from webapp.desk import presenters
from webapp.desk.blueprint import blueprint
from webapp.services import desk, services
from webapp.shared.http import access, trail

FIELDS = ("old", "new", "repeated")
LONGEST = 200


@blueprint.get("/account")
@access.needs()
def account() -> str:
    return _page({})


@blueprint.post("/account/password")
@access.needs()
def account_password() -> ResponseReturnValue:
    """Other devices are signed out; this one stays."""
    old, new, repeated = (request.form.get(name, "") for name in FIELDS)
    try:
        _check_lengths(old, new)
        changed = desk().account.change_password(_me().person_id, old, new, repeated, access.device().address)
    except FieldErrors as refusal:
        return _page(refusal.errors), 422
    trail.note(AuditAct.PASSWORD_CHANGED, object=Thing("person", str(changed.person_id)))
    access.begin_session(changed, SignInMethod(access.live().how))
    flash(gettext("密码已修改，其他设备上的登录已失效。"), "ok")
    return redirect(url_for("desk.account"))


def _check_lengths(old: str, new: str) -> None:
    errors = {}
    if not old or len(old) > LONGEST:
        errors["old"] = gettext("请填写原密码")
    if len(new) > LONGEST:
        errors["new"] = gettext("新密码最多 200 个字符")
    if errors:
        raise FieldErrors(errors)


def _me() -> SignedIn:
    person = access.signed_in()
    assert person is not None  # noqa: S101  # the views need a sign-in
    return person


def _page(errors: dict[str, str]) -> str:
    me = _me()
    return render_template(
        "desk/account.html",
        account=desk().account.account(me.person_id),
        grants=sorted(me.actor.grants, key=lambda grant: (grant.for_whom or "", grant.role)),
        names=presenters.unit_names(),
        stand_ins=desk().account.stand_ins(me.person_id),
        sessions=services().sessions.of_person(me.person_id),
        must_change=me.must_change_password,
        password_length=services().passwords.length,
        factor=services().second_factors.state(me.person_id, me.actor),
        changes=desk().account.changes(me.person_id),
        here=access.live().id,
        errors=errors,
    )
