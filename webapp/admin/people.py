"""People: list, page, form, roles given."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Role, UnitKind
from letterbox.domain.words import label
from letterbox.services.staff.person_rules import STAFF_ROLES
from webapp.admin.blueprint import PEOPLE, AdminNavigationEntry, blueprint, page, requests_for_me, show_errors
from webapp.admin.forms import NO_UNIT, NewPersonForm, PersonForm, RoleForm
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.paging import asked, page_number
from webapp.shared.sign_in.step_up import fresh_sign_in
from webapp.shared.typed import named_by

ENTRY = AdminNavigationEntry(
    "安全管理", "admin.people", frozenset({Role.SECURITY_ADMIN}), order=80, count=requests_for_me
)


@blueprint.get("/people")
@access.needs(*PEOPLE)
def people() -> ResponseReturnValue:
    narrowed = {"q": asked("q"), "role": asked("role"), "unit": asked("unit"), "state": asked("state", "active")}
    found = services().people.search(access.actor(), **narrowed, page=page_number(request.args.get("page")))
    roles = [(str(role), label(role)) for role in STAFF_ROLES]
    return page("people", page=found, asked=narrowed, roles=roles, units=services().unit_directory.units())


@blueprint.route("/people/new", methods=["GET", "POST"])
@access.needs(Role.ADMIN)
@fresh_sign_in
@named_by(NewPersonForm)
def person_new() -> ResponseReturnValue:
    form = NewPersonForm(request.form) if request.method == "POST" else NewPersonForm(request.args)
    form.unit.choices = unit_choices()
    if request.method != "POST":
        return page("person_form", form=form, person=None, errors={})
    try:
        roles = [form.read_role()] if form.role.data or form.unit.data else []
        person_id, password = services().people.create(access.actor(), form.read(), roles)
    except FieldErrors as refusal:
        return page("person_form", 422, form=form, person=None, errors=show_errors(form, refusal))
    line = services().people.open(access.actor(), person_id).line
    return page("password", people=[(line, password)], heading=gettext("%(name)s已新建", name=line.name))


@blueprint.get("/people/<int:person_id>")
@access.needs(*PEOPLE)
def person(person_id: int) -> ResponseReturnValue:
    return person_page(person_id, RoleForm())


def person_page(
    person_id: int, form: RoleForm, status: int = 200, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    record = services().people.open(access.actor(), person_id)
    form.unit.choices = unit_choices()
    log = services().admin_log.of(access.actor(), "person", str(person_id))
    leaves = [each for each in services().leaves.all(access.actor()) if each.person_id == person_id]
    waiting = [each for each in services().rights_requests.waiting(access.actor()) if each.person_id == person_id]
    sessions = services().sessions.of_person(person_id)
    return page(
        "person",
        status,
        record=record,
        person=record.line,
        form=form,
        log=log,
        leaves=leaves,
        waiting=waiting,
        sessions=sessions,
        factor=services().second_factors.of(person_id),
        errors=errors or {},
    )


@blueprint.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@access.needs(Role.ADMIN)
@fresh_sign_in
@named_by(PersonForm)
def person_edit(person_id: int) -> ResponseReturnValue:
    line = services().people.open(access.actor(), person_id).line
    if request.method != "POST":
        return page("person_form", form=PersonForm(obj=line), person=line, errors={})
    form = PersonForm(request.form)
    try:
        is_changed = services().people.edit(access.actor(), person_id, form.read(line.login))
    except FieldErrors as refusal:
        return page("person_form", 422, form=form, person=line, errors=show_errors(form, refusal))
    flash(gettext("人员资料已保存。") if is_changed else gettext("没有改动。"), "ok" if is_changed else "info")
    return redirect(url_for("admin.person", person_id=person_id))


@blueprint.post("/people/<int:person_id>/roles")
@access.needs(*PEOPLE)
@fresh_sign_in
@named_by(RoleForm)
def role_give(person_id: int) -> ResponseReturnValue:
    form = RoleForm(request.form)
    try:
        is_given = services().people.give_role(access.actor(), person_id, form.read_role())
    except FieldErrors as refusal:
        return person_page(person_id, form, 422, show_errors(form, refusal))
    if is_given:
        flash(gettext("角色已授予，马上生效。"), "ok")
    else:
        flash(gettext("申请已提出，由另一位管理员在“待确认”里确认后生效。"), "info")
    return redirect(url_for("admin.person", person_id=person_id))


def unit_choices() -> list[SelectChoice]:
    """Units in use, grouped by kind, after "none"."""
    units = services().unit_directory.units()
    grouped = ((label(kind), [unit for unit in units if unit.kind == kind]) for kind in UnitKind)
    chosen = [SelectChoice(unit.code, unit.name, optgroup=kind) for kind, group in grouped for unit in group]
    return [SelectChoice("", NO_UNIT), *chosen]
