"""Open work without an owner, for those who answer for it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from letterbox.domain.errors import FieldErrors
from letterbox.domain.page import part
from letterbox.domain.vocabulary import Role
from letterbox.services.tasks.unowned import ANSWERS_FOR_ALL, Why
from webapp.admin.blueprint import blueprint, page
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import asked, nearest, page_number

PAGE = 100
WHO = ANSWERS_FOR_ALL | {Role.UNIT_PRINCIPAL}


def count() -> int:
    return services().unowned_tasks.count(access.actor())


ENTRY = Entry("无人办理", "admin.open_work", WHO, order=60, prefix="admin.open_work", count=count)


@blueprint.get("/open-work")
@access.needs(*WHO)
def open_work() -> ResponseReturnValue:
    return _shown()


@blueprint.post("/open-work/release")
@access.needs(*WHO)
def open_work_release() -> ResponseReturnValue:
    chosen = request.form.getlist("task")
    try:
        released = services().unowned_tasks.release(access.actor(), chosen)
    except FieldErrors as refusal:
        return _shown(422, {"tasks": refusal.errors["task"]})
    if released:
        flash(gettext("已释放 %(count)d 项任务，同岗位的人都可以领取。", count=released), "ok")
    if released < len(set(chosen)):
        left = len(set(chosen)) - released
        flash(gettext("%(count)d 项没有释放：情况已经变化，或者本来就没有人领取。", count=left), "warn")
    return redirect(url_for("admin.open_work"))


def _shown(status: int = 200, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    why, unit = asked("why"), asked("unit")
    everything = services().unowned_tasks.unowned(access.actor())
    names = {each.code: each.short_name for each in services().unit_directory.units()}
    shown = [each for each in everything if why in ("", each.why) and unit in ("", each.unit)]
    part_shown = nearest(lambda number: part(shown, number, PAGE), page_number(request.args.get("page")))
    return page(
        "open_work",
        status,
        unowned=part_shown.items,
        shown=part_shown,
        total=len(everything),
        asked={"why": why, "unit": unit},
        reasons=[str(each) for each in Why],
        names=names,
        errors=errors or {},
        now=services().clock.now(),
        units=sorted({each.unit for each in everything if each.unit}),
        reads_letters=bool(access.actor().roles & access.LETTER_READERS),
        can_release=any(each.claimed_by_id is not None for each in part_shown.items),
    )
