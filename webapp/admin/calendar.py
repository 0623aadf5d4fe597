"""The work calendar: look at a year, stage changes, see what would move, publish."""

from __future__ import annotations

import datetime as dt

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from letterbox.domain.errors import FieldErrors, NotFound, WrongState
from letterbox.domain.limits.calendar import DayKind
from letterbox.domain.limits.calendar_table import NAME_MAX, YEARS
from letterbox.domain.vocabulary import Role
from letterbox.services.limits.calendar_office import YearView
from webapp.admin import calendar_view
from webapp.admin.blueprint import blueprint, page, show_errors
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import asked
from webapp.shared.typed import named_by

ENTRY = Entry(lazy_gettext("工作日历"), "admin.calendar", frozenset({Role.SCREENER}), order=96, prefix="admin.calendar")
MOST_SHOWN = 300
"""Limits listed before publishing; how many more there are is said."""
AT_ONCE = 100
"""Letters moved while the page waits; the workers move the others."""
USUAL = "usual"


class DayForm(Form):  # type: ignore[misc]
    kind = RadioField(
        lazy_gettext("这一天"),
        choices=[
            SelectChoice(str(DayKind.OFF), lazy_gettext("放假")),
            SelectChoice(str(DayKind.WORK), lazy_gettext("上班（调休补班）")),
            SelectChoice(USUAL, lazy_gettext("不作特别安排")),
        ],
        validate_choice=False,
    )
    name = StringField(lazy_gettext("名称"))


@blueprint.get("/calendar")
@access.needs(Role.ADMIN, Role.SCREENER)
def calendar() -> ResponseReturnValue:
    view, today = services().calendar_office.year(_year(asked("year"))), services().administration.today()
    months = calendar_view.months(view, today)
    return page(
        "calendar",
        view=view,
        today=today,
        months=months,
        total=calendar_view.working_days(months),
        days=calendar_view.special_days(view),
        drafted=[year for year in services().calendar_office.drafted_years() if year != view.year],
        years=YEARS,
        weekday=calendar_view.weekday,
    )


@blueprint.get("/calendar/<int:year>.csv")
@access.needs(Role.ADMIN, Role.SCREENER)
def calendar_file(year: int) -> Response:
    text = calendar_view.as_csv(services().calendar_office.year(_known(year)))
    response = Response("\ufeff" + text, mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=calendar-{year}.csv"
    return response


@blueprint.get("/calendar/day")
@access.needs(Role.ADMIN)
def calendar_pick() -> ResponseReturnValue:
    """The date field leads to that day's page, also without scripts."""
    return redirect(url_for("admin.calendar_day", day=_day(asked("day")).isoformat()))


@blueprint.route("/calendar/days/<day>", methods=["GET", "POST"])
@access.needs(Role.ADMIN)
@named_by(DayForm)
def calendar_day(day: str) -> ResponseReturnValue:
    on = _day(day)
    view = services().calendar_office.year(on.year)
    if request.method != "POST":
        return _day_page(view, on, DayForm(data=_current(view, on)))
    form = DayForm(request.form)
    try:
        services().calendar_office.set_day(access.actor(), on, _kind(form), _name(form))
    except FieldErrors as refusal:
        return _day_page(view, on, form, 422, show_errors(form, refusal))
    flash(gettext("已暂存，公布后生效。"), "ok")
    return redirect(url_for("admin.calendar", year=on.year))


@blueprint.route("/calendar/<int:year>/publish", methods=["GET", "POST"])
@access.needs(Role.ADMIN)
def calendar_publish(year: int) -> ResponseReturnValue:
    office = services().calendar_office
    view = office.year(_known(year))
    if request.method != "POST":
        return _publish_page(view)
    try:
        staged_at = request.form.get("staged_at") or None
        moved = office.publish(access.actor(), year, staged_at=staged_at, at_once=AT_ONCE)
    except WrongState as refusal:
        return _publish_page(office.year(year), 409, {"": refusal.message})
    flash(gettext("%(year)d 年工作日历已公布，变动时限 %(count)d 个。", year=year, count=len(moved)), "ok")
    return redirect(url_for("admin.calendar", year=year))


@blueprint.post("/calendar/<int:year>/discard")
@access.needs(Role.ADMIN)
def calendar_discard(year: int) -> ResponseReturnValue:
    services().calendar_office.discard(access.actor(), _known(year))
    flash(gettext("暂存的安排已丢弃，生效的日历没有变。"), "ok")
    return redirect(url_for("admin.calendar", year=year))


def _publish_page(view: YearView, status: int = 200, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    preview = services().calendar_office.preview(view.year)
    off, work = calendar_view.changed_days(preview.changed_days, view.staged_calendar)
    shown = preview.moved[:MOST_SHOWN]
    return page(
        "calendar_publish",
        status,
        view=view,
        preview=preview,
        shown=shown,
        off=off,
        work=work,
        errors=errors or {},
        weekday=calendar_view.weekday,
        answering=calendar_view.answering,
    )


def _day_page(
    view: YearView, on: dt.date, form: Form, status: int = 200, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    usual = services().calendar_office.without_own_days().why(on)
    return page("calendar_day", status, view=view, on=on, form=form, usual=usual, errors=errors or {})


def _current(view: YearView, on: dt.date) -> dict[str, str]:
    """What the office itself says of the day, staged or in force."""
    rules = view.draft.rules if view.draft else view.own
    rule = next((rule for rule in rules if rule.date == on), None)
    return {"kind": str(rule.kind), "name": rule.name} if rule else {"kind": USUAL, "name": ""}


def _kind(form: Form) -> DayKind | None:
    chosen = str(form.kind.data or "")
    if chosen not in {*DayKind, USUAL}:
        raise FieldErrors({"kind": gettext("请选择这一天怎样安排")})
    return None if chosen == USUAL else DayKind(chosen)


def _name(form: Form) -> str:
    name = " ".join(str(form.name.data or "").split())
    if len(name) > NAME_MAX:
        raise FieldErrors({"name": gettext("名称最多 %(count)d 个字", count=NAME_MAX)})
    return name


def _year(text: str) -> int:
    return _known(int(text)) if text.isascii() and text.isdigit() else services().administration.today().year


def _known(year: int) -> int:
    if year not in YEARS:
        raise NotFound(gettext("没有这一年的日历"))
    return year


def _day(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise NotFound(gettext("没有这一天，日期应写成 2027-01-01")) from None
    _known(day.year)
    return day
