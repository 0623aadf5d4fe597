"""A year's notice by file or pasted text: read, shown day by day, then staged."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors
from letterbox.domain.limits import calendar_check
from letterbox.domain.limits.calendar import DayKind, DayRule
from letterbox.domain.limits.calendar_table import YEARS, CalendarRefused, decoded, is_table, parse_calendar
from letterbox.domain.limits.holiday_notice import LONGEST, read_notice, year_in
from letterbox.domain.vocabulary import Role
from webapp.admin import calendar_view
from webapp.admin.blueprint import blueprint, page, show_errors
from webapp.admin.forms import NoticeForm
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.paging import asked
from webapp.shared.typed import named_by

LARGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class Read:
    """What was understood. ``problems`` forbid staging; ``doubts`` and ``unread`` are for people to look at."""

    year: int
    rules: list[DayRule]
    problems: list[str]
    doubts: list[str]
    unread: list[str]

    @property
    def years(self) -> list[int]:
        return sorted({rule.date.year for rule in self.rules})

    @property
    def spans(self) -> list[tuple[str, DayKind, list[dt.date]]]:
        """Name, kind and days of each run of days, in the calendar's order."""
        rules = sorted(self.rules, key=lambda rule: rule.date)
        runs = groupby(enumerate(rules), key=lambda each: (each[1].name, each[1].kind, _run(each[0], each[1])))
        return [(name, kind, [rule.date for _, rule in found]) for (name, kind, _), found in runs]


@blueprint.get("/calendar/import")
@access.needs(Role.ADMIN)
def calendar_import() -> ResponseReturnValue:
    return _form_page(asked("year"), "")


@blueprint.post("/calendar/import/read")
@access.needs(Role.ADMIN)
@named_by(NoticeForm)
def calendar_read() -> ResponseReturnValue:
    """The preview: nothing is kept yet."""
    text, year = "", request.form.get("year", "").strip()
    try:
        text = _given()
        read = read_text(text, year)
    except CalendarRefused as refusal:
        return _refused(refusal, year, text)
    except FieldErrors as refusal:
        return _form_page(year, text or request.form.get("text", ""), 422, refusal.errors)
    return page("calendar_read", read=read, text=text, weekday=calendar_view.weekday)


@blueprint.post("/calendar/import/stage")
@access.needs(Role.ADMIN)
@named_by(NoticeForm)
def calendar_stage() -> ResponseReturnValue:
    text, year = request.form.get("text", ""), request.form.get("year", "").strip()
    try:
        read = read_text(text, year)
        if read.problems:
            raise FieldErrors({"text": "；".join(read.problems)})
        services().calendar_office.stage_all(access.actor(), read.year, read.rules)
    except CalendarRefused as refusal:
        return _refused(refusal, year, text)
    except FieldErrors as refusal:
        return _form_page(year, text, 422, {"text": "；".join(refusal.errors.values())})
    flash(gettext("%(year)d 年的安排已暂存，公布后生效。", year=read.year), "ok")
    return redirect(url_for("admin.calendar", year=read.year))


def read_text(text: str, year: str) -> Read:
    """A CSV table or the words of a notice. Raises CalendarRefused (rows of the table) or FieldErrors (no year, no day)."""
    before = services().calendar_office.without_own_days()
    if is_table(text):
        table = parse_calendar(text.encode(), before)
        return Read(year=table.year, rules=list(table.rules), problems=[], doubts=list(table.doubts), unread=[])
    reading = read_notice(text, _year(text, year))
    rules = [each.rule for each in reading.days]
    if not rules and not reading.problems:
        raise FieldErrors({"text": gettext("没有读出一天。请粘贴通知中写有“某月某日至某日放假、某月某日上班”的段落")})
    own = reading.of_year(reading.year)
    wrong = list(calendar_check.problems(own, before).values()) if own else []
    doubts = calendar_check.doubts(own, before) if own else []
    return Read(
        year=reading.year, rules=rules, problems=[*reading.problems, *wrong], doubts=doubts, unread=reading.unread
    )


def _given() -> str:
    """A file, if one was chosen; otherwise the pasted words. Raises FieldErrors, CalendarRefused for unreadable bytes."""
    upload = request.files.get("file")
    content = upload.stream.read(LARGEST_FILE + 1) if upload and upload.filename else b""
    if len(content) > LARGEST_FILE:
        raise FieldErrors({"file": gettext("文件太大，不像是一年的放假安排")})
    if upload and upload.filename and not content:
        raise FieldErrors({"file": gettext("文件是空的")})
    text = decoded(content) if content else request.form.get("text", "")
    if not text.strip():
        raise FieldErrors({"text": gettext("请粘贴放假通知，或者选择一个文件")})
    if len(text) > LONGEST and not content:
        raise FieldErrors({"text": gettext("文字太长，只要粘贴放假安排的几段")})
    return text


def _year(text: str, typed: str) -> int:
    """Typed, or named in the notice's heading. Raises FieldErrors."""
    if typed and not (typed.isascii() and typed.isdigit() and int(typed) in YEARS):
        raise FieldErrors({"year": gettext("年份应写成四位数字，例如 2027")})
    year = int(typed) if typed else year_in(text)
    if year is None or year not in YEARS:
        raise FieldErrors({"year": gettext("通知里没有看到是哪一年的安排，请填写年份")})
    return year


def _run(position: int, rule: DayRule) -> int:
    """Equal for days that follow each other."""
    return rule.date.toordinal() - position


def _form_page(year: str, text: str, status: int = 200, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    form = NoticeForm(data={"year": year, "text": text})
    show_errors(form, FieldErrors(errors or {}))
    return page("calendar_import", status, form=form, errors=errors or {})


def _refused(refusal: CalendarRefused, year: str, text: str) -> ResponseReturnValue:
    lines = [gettext("第 %(row)d 行：%(what)s", row=row, what=what) for row, what in sorted(refusal.problems.items())]
    return _form_page(year, text, 422, {"text" if text else "file": "；".join(lines)})
