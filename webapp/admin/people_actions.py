"""What is done to people after a second look: out of use and back, roles ended, passwords, sessions."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import NotFound, Unavailable
from letterbox.domain.vocabulary import OFFICE_ROLES, Role
from letterbox.domain.words import label
from letterbox.services.staff.person_views import PersonLine, RoleView
from letterbox.services.tasks.unowned import OpenGroups
from webapp.admin.blueprint import PEOPLE, blueprint, page
from webapp.admin.confirm import Confirm, confirmed
from webapp.admin.forms import ReasonForm
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.sign_in.step_up import fresh_sign_in
from webapp.shared.typed import named_by


@blueprint.route("/people/<int:person_id>/deactivate", methods=["GET", "POST"])
@access.needs(Role.ADMIN)
@fresh_sign_in
@named_by(ReasonForm)
def person_deactivate(person_id: int) -> ResponseReturnValue:
    def act(reason: str) -> ResponseReturnValue:
        services().people.deactivate(access.actor(), person_id, reason)
        return _done(person_id, gettext("已停用，此人现在不能登录。没人接手的任务在“无人办理”里。"))

    return confirmed(lambda: _ask_deactivation(_line(person_id)), act)


def _ask_deactivation(line: PersonLine) -> Confirm:
    left, warnings = _left_behind(line.id, None)
    claimed = _claimed(line.id)
    consequences = [
        gettext("%(name)s马上不能登录，已打开的页面也随即失效。", name=line.name),
        gettext("正在进行和将要开始的休假代办一并结束。"),
        gettext("%(count)d 个角色保留在档案里，重新启用后照常。", count=len(line.roles)),
    ]
    if claimed:
        consequences.append(gettext("已领取的 %(count)d 项任务会显示在“无人办理”，可以释放给别人。", count=claimed))
    return _about(
        line, gettext("停用%(name)s", name=line.name), gettext("停用这个人"), consequences, warnings=warnings, left=left
    )


@blueprint.route("/people/<int:person_id>/activate", methods=["GET", "POST"])
@access.needs(*PEOPLE)
@fresh_sign_in
@named_by(ReasonForm)
def person_activate(person_id: int) -> ResponseReturnValue:
    def ask() -> Confirm:
        line = _line(person_id)
        says = [gettext("可以用原来的密码登录，保留的 %(count)d 个角色重新生效。", count=len(line.roles))]
        return _about(line, gettext("启用%(name)s", name=line.name), gettext("启用"), says, danger=False)

    def act(reason: str) -> ResponseReturnValue:
        services().people.activate(access.actor(), person_id, reason)
        return _done(person_id, gettext("已启用。"))

    return confirmed(ask, act)


@blueprint.route("/people/<int:person_id>/roles/<int:role_id>/end", methods=["GET", "POST"])
@access.needs(Role.SECURITY_ADMIN)
@fresh_sign_in
@named_by(ReasonForm)
def role_end(person_id: int, role_id: int) -> ResponseReturnValue:
    def act(reason: str) -> ResponseReturnValue:
        services().people.end_role(access.actor(), person_id, role_id, reason)
        return _done(person_id, gettext("角色已解除。"))

    return confirmed(lambda: _ask_end_of_role(person_id, role_id), act)


def _ask_end_of_role(person_id: int, role_id: int) -> Confirm:
    line = _line(person_id)
    role = next((each for each in line.roles if each.id == role_id), None)
    if role is None:
        raise NotFound(gettext("这个人没有这个角色，或者已经解除"))
    left, warnings = _left_behind(person_id, role.groups)
    consequences = [
        gettext("%(name)s马上看不到、也办不了这个岗位的任务。", name=line.name),
        gettext("他用这个岗位领取、还没办完的任务会显示在“无人办理”。"),
    ]
    title = gettext("解除%(name)s的角色：%(role)s", name=line.name, role=_role_words(role))
    return _about(line, title, gettext("解除角色"), consequences, warnings=warnings, left=left)


@blueprint.route("/people/<int:person_id>/reset-password", methods=["GET", "POST"])
@access.needs(Role.SECURITY_ADMIN)
@fresh_sign_in
@named_by(ReasonForm)
def person_reset_password(person_id: int) -> ResponseReturnValue:
    def ask() -> Confirm:
        line = _line(person_id)
        consequences = [
            gettext("原密码马上失效，%(name)s在各处的登录都会结束。", name=line.name),
            gettext("生成一个一次性密码，只显示一次，请当面或者打电话告诉本人。"),
            gettext("本人第一次登录时必须改成自己的密码，并会收到通知。"),
        ]
        if any(role.role in OFFICE_ROLES for role in line.roles):
            consequences.insert(
                0, gettext("%(name)s有办公室岗位：由另一位管理员确认后才生效，密码显示给确认人。", name=line.name)
            )
        title = gettext("重设%(name)s的密码", name=line.name)
        return _about(line, title, gettext("重设密码"), consequences)

    def act(reason: str) -> ResponseReturnValue:
        password = services().people.reset_password(access.actor(), person_id, reason)
        if password is None:
            return _done(person_id, gettext("申请已提出，由另一位管理员在“待确认”里确认后生效。"))
        heading = gettext("密码已重设")
        return page("password", people=[(_line(person_id), password)], heading=heading)

    return confirmed(ask, act)


@blueprint.route("/people/<int:person_id>/end-sessions", methods=["GET", "POST"])
@access.needs(Role.SECURITY_ADMIN)
@named_by(ReasonForm)
def person_end_sessions(person_id: int) -> ResponseReturnValue:
    def ask() -> Confirm:
        line = _line(person_id)
        consequences = [gettext("%(name)s在所有设备上都要重新登录；任务里自动保存的草稿还在。", name=line.name)]
        return _about(line, gettext("结束%(name)s的登录", name=line.name), gettext("结束登录"), consequences)

    def act(reason: str) -> ResponseReturnValue:
        services().people.end_sessions(access.actor(), person_id, reason)
        return _done(person_id, gettext("此人的登录已全部结束。"))

    return confirmed(ask, act)


@blueprint.route("/people/<int:person_id>/reset-second-factor", methods=["GET", "POST"])
@access.needs(Role.SECURITY_ADMIN)
@fresh_sign_in
@named_by(ReasonForm)
def person_reset_second_factor(person_id: int) -> ResponseReturnValue:
    def ask() -> Confirm:
        line = _line(person_id)
        consequences = [
            gettext("原来手机上的动态码和恢复码都不能用了，%(name)s在各处的登录都会结束。", name=line.name),
            gettext("下次登录时，本人用密码登录，再设置新的动态码。请先当面或者打电话确认是本人。"),
        ]
        return _about(line, gettext("重设%(name)s的动态码", name=line.name), gettext("重设动态码"), consequences)

    def act(reason: str) -> ResponseReturnValue:
        services().people.reset_second_factor(access.actor(), person_id, reason)
        return _done(person_id, gettext("动态码已重设，本人登录时会看到这件事。"))

    return confirmed(ask, act)


def _line(person_id: int) -> PersonLine:
    return services().people.open(access.actor(), person_id).line


def _done(person_id: int, message: str) -> ResponseReturnValue:
    flash(message, "ok")
    return redirect(url_for("admin.person", person_id=person_id))


def _about(
    line: PersonLine,
    title: str,
    button: str,
    consequences: list[str],
    *,
    danger: bool = True,
    warnings: list[str] | None = None,
    left: list[OpenGroups] | None = None,
) -> Confirm:
    names = {unit.code: unit.short_name for unit in services().unit_directory.units()}
    back = url_for("admin.person", person_id=line.id)
    return Confirm(
        title=title,
        button=button,
        back=back,
        consequences=consequences,
        danger=danger,
        warnings=warnings or (),
        left=left or (),
        names=names,
    )


def _left_behind(person_id: int, groups: frozenset[str] | None) -> tuple[list[OpenGroups], list[str]]:
    """What nobody would work on afterwards; while the engine is away that is said instead."""
    try:
        return services().unowned_tasks.left_behind(access.actor(), person_id, groups), []
    except Unavailable:
        return [], [
            gettext(
                "流程引擎暂时没有响应，现在查不到此人岗位上还有哪些任务。可以稍后再来，或者办完后到“无人办理”查看。"
            )
        ]


def _claimed(person_id: int) -> int:
    try:
        return services().unowned_tasks.claimed_by(person_id)
    except Unavailable:
        return 0


def _role_words(role: RoleView) -> str:
    return label(role.role, "Role") + (f"（{role.unit_name}）" if role.unit_name else "")
