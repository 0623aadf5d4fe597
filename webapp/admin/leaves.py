"""Leave and substitutes; for everybody, each sees what concerns him."""

from __future__ import annotations

from functools import partial

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from letterbox.domain.dates import day
from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.services.staff.leave_rules import LeaveInput
from letterbox.services.staff.leaves import LeaveView, SubstituteCandidate
from webapp.admin.blueprint import blueprint, page, show_errors
from webapp.admin.confirm import Confirm, confirmed
from webapp.admin.forms import LeaveForm, ReasonForm, chosen_id
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import asked, nearest, page_number
from webapp.shared.sign_in.step_up import fresh_sign_in
from webapp.shared.typed import named_by

ENTRY = Entry("休假代办", "admin.leaves", order=95, prefix="admin.leave")


@blueprint.get("/leaves")
@access.needs()
def leaves() -> ResponseReturnValue:
    is_past = asked("past") == "1"
    if not is_past:
        return page("leaves", leaves=services().leaves.all(access.actor()), is_past=False)
    past = partial(services().leaves.past, access.actor())
    shown = nearest(past, page_number(request.args.get("page")))
    return page("leaves", leaves=shown.items, is_past=True, shown=shown)


@blueprint.route("/leaves/new", methods=["GET", "POST"])
@access.needs()
@fresh_sign_in
@named_by(LeaveForm)
def leave_new() -> ResponseReturnValue:
    if request.method != "POST":
        today = services().administration.today()
        return _form_page(LeaveForm(data={"person_id": _first_person(), "from_on": today, "to_on": today}))
    form = LeaveForm(request.form)
    try:
        services().leaves.enter(access.actor(), _read(form))
    except FieldErrors as refusal:
        return _form_page(form, 422, show_errors(form, refusal))
    flash(gettext("休假已登记。"), "ok")
    return redirect(url_for("admin.leaves"))


@blueprint.route("/leaves/<int:leave_id>/end", methods=["GET", "POST"])
@access.needs()
@named_by(ReasonForm)
def leave_end(leave_id: int) -> ResponseReturnValue:
    def act(_reason: str) -> ResponseReturnValue:
        services().leaves.end(access.actor(), leave_id)
        flash(gettext("休假已结束，任务由本人继续办理。"), "ok")
        return redirect(url_for("admin.leaves"))

    return confirmed(lambda: _ask_end(leave_id), act)


@blueprint.route("/leaves/<int:leave_id>/substitute", methods=["GET", "POST"])
@access.needs()
@fresh_sign_in
@named_by(LeaveForm)
def leave_substitute(leave_id: int) -> ResponseReturnValue:
    leave = _open_leave(leave_id)
    form = LeaveForm(request.form, data={"substitute_id": str(leave.substitute_id or "")})
    form.substitute_id.choices = _substitutes()
    if request.method != "POST":
        return page("leave_substitute", form=form, leave=leave, errors={})
    try:
        services().leaves.appoint(access.actor(), leave_id, chosen_id(form.substitute_id.data))
    except FieldErrors as refusal:
        return page("leave_substitute", 422, form=form, leave=leave, errors=show_errors(form, refusal))
    flash(gettext("代办人已更换，马上生效。"), "ok")
    return redirect(url_for("admin.leaves"))


def _open_leave(leave_id: int) -> LeaveView:
    leave = next((each for each in services().leaves.all(access.actor()) if each.id == leave_id), None)
    if leave is None or not leave.may_end:
        raise NotFound(gettext("没有这条休假记录，或者它已经结束"))
    return leave


def _ask_end(leave_id: int) -> Confirm:
    leave = _open_leave(leave_id)
    return Confirm(
        title=gettext("提前结束%(name)s的休假", name=leave.person)
        if leave.is_now
        else gettext("取消%(name)s的休假", name=leave.person),
        button=gettext("结束休假") if leave.is_now else gettext("取消休假"),
        back=url_for("admin.leaves"),
        consequences=_end_consequences(leave),
        danger=False,
        needs_reason=False,
    )


def _end_consequences(leave: LeaveView) -> list[str]:
    span = gettext(
        "这段休假是 %(start)s 至 %(end)s，从现在起不再算休假。", start=day(leave.from_on), end=day(leave.to_on)
    )
    if not leave.substitute:
        return [span]
    return [
        span,
        gettext(
            "%(substitute)s从现在起看不到、也办不了%(name)s的任务，已办的记录不变。",
            substitute=leave.substitute,
            name=leave.person,
        ),
    ]


def _read(form: LeaveForm) -> LeaveInput:
    """Raises FieldErrors for dates that are none."""
    errors = {}
    if form.from_on.data is None:
        errors["from_on"] = gettext("请填写开始日期，例如 2026-11-03")
    if form.to_on.data is None:
        errors["to_on"] = gettext("请填写结束日期，例如 2026-11-05")
    if errors:
        raise FieldErrors(errors)
    return LeaveInput(
        person_id=chosen_id(form.person_id.data) or 0,
        substitute_id=chosen_id(form.substitute_id.data),
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        reason=form.reason.data or "",
    )


def _first_person() -> str:
    wanted = asked("person")
    if wanted:
        return wanted
    people = services().leaves.for_whom(access.actor())
    return str(people[0].id) if people else ""


def _form_page(form: LeaveForm, status: int = 200, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    form.person_id.choices = [_choice(each) for each in services().leaves.for_whom(access.actor())]
    form.substitute_id.choices = _substitutes()
    return page("leave_form", status, form=form, errors=errors or {})


def _substitutes() -> list[SelectChoice]:
    nobody = SelectChoice("", gettext("不安排代办人"))
    return [nobody, *(_choice(each) for each in services().leaves.substitutes(access.actor()))]


def _choice(each: SubstituteCandidate) -> SelectChoice:
    return SelectChoice(str(each.id), each.name + (f"（{each.units}）" if each.units else ""))
