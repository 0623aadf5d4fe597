"""Units: list, page, form, taking out of use."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Role, UnitKind
from letterbox.domain.words import label
from letterbox.services.staff.unit_views import UnitLine
from webapp.admin.blueprint import AdminNavigationEntry, blueprint, page, requests_for_me, show_errors
from webapp.admin.confirm import Confirm, confirmed
from webapp.admin.forms import ReasonForm, UnitForm
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.paging import asked
from webapp.shared.sign_in.step_up import fresh_sign_in
from webapp.shared.typed import named_by

ENTRY = AdminNavigationEntry("系统管理", "admin.units", frozenset({Role.ADMIN}), order=80, count=requests_for_me)


@blueprint.get("/")
@access.needs(Role.ADMIN)
def home() -> ResponseReturnValue:
    return redirect(url_for("admin.units"))


@blueprint.get("/units")
@access.needs(Role.ADMIN)
def units() -> ResponseReturnValue:
    narrowed = {"q": asked("q"), "kind": asked("kind"), "state": asked("state", "active")}
    flagged = asked("flagged") == "1"
    found = services().units.search(access.actor(), **narrowed, flagged=flagged)
    kinds = [(str(kind), label(kind)) for kind in UnitKind]
    return page("units", units=found, asked=narrowed | {"flagged": flagged}, kinds=kinds)


@blueprint.route("/units/new", methods=["GET", "POST"])
@access.needs(Role.ADMIN)
@fresh_sign_in
@named_by(UnitForm)
def unit_new() -> ResponseReturnValue:
    form = UnitForm(request.form)
    if request.method != "POST":
        return _form_page(form, None)
    try:
        services().units.create(access.actor(), form.read())
    except FieldErrors as refusal:
        return _form_page(form, None, 422, show_errors(form, refusal))
    flash(gettext("单位已新建。接下来请到“人员”里为它安排专人、分管负责人和主要负责人。"), "ok")
    return redirect(url_for("admin.unit", code=form.code.data.strip()))


@blueprint.get("/units/<code>")
@access.needs(Role.ADMIN)
def unit(code: str) -> ResponseReturnValue:
    record = services().units.open(access.actor(), code)
    log = services().admin_log.of(access.actor(), "unit", code)
    return page("unit", record=record, unit=record.line, log=log, matters=services().units.matters)


@blueprint.route("/units/<code>/edit", methods=["GET", "POST"])
@access.needs(Role.ADMIN)
@fresh_sign_in
@named_by(UnitForm)
def unit_edit(code: str) -> ResponseReturnValue:
    line = services().units.open(access.actor(), code).line
    if request.method != "POST":
        return _form_page(UnitForm(data=_as_data(line)), line)
    form = UnitForm(request.form)
    try:
        is_changed = services().units.edit(access.actor(), code, form.read(code))
    except FieldErrors as refusal:
        return _form_page(form, line, 422, show_errors(form, refusal))
    flash(gettext("单位资料已保存。") if is_changed else gettext("没有改动。"), "ok" if is_changed else "info")
    return redirect(url_for("admin.unit", code=code))


@blueprint.route("/units/<code>/deactivate", methods=["GET", "POST"])
@access.needs(Role.ADMIN)
@fresh_sign_in
@named_by(ReasonForm)
def unit_deactivate(code: str) -> ResponseReturnValue:
    def act(reason: str) -> ResponseReturnValue:
        services().units.deactivate(access.actor(), code, reason)
        flash(gettext("单位已停用。"), "ok")
        return redirect(url_for("admin.unit", code=code))

    return confirmed(lambda: _ask_deactivation(code), act)


@blueprint.route("/units/<code>/activate", methods=["GET", "POST"])
@access.needs(Role.ADMIN)
@fresh_sign_in
@named_by(ReasonForm)
def unit_activate(code: str) -> ResponseReturnValue:
    def ask() -> Confirm:
        line = services().units.open(access.actor(), code).line
        return Confirm(
            title=gettext("启用%(name)s", name=line.name),
            button=gettext("启用"),
            back=url_for("admin.unit", code=code),
            danger=False,
            consequences=[gettext("它重新出现在写信和交办的单位列表里，原来的岗位照常。")],
        )

    def act(reason: str) -> ResponseReturnValue:
        services().units.activate(access.actor(), code, reason)
        flash(gettext("单位已启用。"), "ok")
        return redirect(url_for("admin.unit", code=code))

    return confirmed(ask, act)


def _ask_deactivation(code: str) -> Confirm:
    record = services().units.open(access.actor(), code)
    line = record.line
    blocked = gettext(
        "%(name)s还主办着 %(count)d 件未办结的来信，现在不能停用。请先由电子政务办改派，或者等它们办结。",
        name=line.name,
        count=line.open_letters,
    )
    return Confirm(
        title=gettext("停用%(name)s", name=line.name),
        button=gettext("停用这个单位"),
        back=url_for("admin.unit", code=code),
        consequences=[
            gettext("它不再出现在写信和交办的单位列表里，已办结的来信和记录都保留。"),
            gettext("%(count)d 人在这个单位的岗位保留，但不会再有新任务；不再需要的请逐个解除。", count=line.people),
            gettext("以后可以重新启用。"),
        ],
        letters=record.letters,
        blocked=blocked if line.open_letters else "",
    )


def _form_page(
    form: UnitForm, line: UnitLine | None, status: int = 200, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    topics: dict[str, list[tuple[str, str]]] = {}
    for matter in services().units.matters.values():
        topics.setdefault(matter.topic, []).append((matter.code, matter.name))
    return page("unit_form", status, form=form, unit=line, topics=topics, errors=errors or {})


def _as_data(line: UnitLine) -> dict[str, object]:
    return {
        "code": line.code,
        "name": line.name,
        "short_name": line.short_name,
        "kind": line.kind,
        "territory": "\n".join(line.territory),
        "matters": list(line.matters),
        "position": line.position,
    }
