"""Supervisions as a list, and the documents that come of them: the report, a leader's instruction with its answer."""

from __future__ import annotations

from functools import partial

from flask import render_template, request
from flask_babel import gettext, lazy_gettext

from letterbox.domain.errors import NotFound
from letterbox.domain.permissions import SEES_ALL_LETTERS
from letterbox.domain.supervision import OFFICE_UNITS
from letterbox.domain.vocabulary import SupervisionCause, SupervisionOffice
from letterbox.domain.words import label
from letterbox.services.records.views import LetterRecord
from letterbox.services.side_processes.supervision_lists import Stage, SupervisionFilter
from webapp.desk import presenters
from webapp.desk.blueprint import blueprint
from webapp.services import desk, services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import nearest, page_number, searchable

ENTRY = Entry(lazy_gettext("督办"), "desk.supervisions", SEES_ALL_LETTERS, order=25, prefix="desk.supervision")
STAGES = {
    "open": "没有结束的",
    Stage.FEEDBACK: "等单位反馈",
    Stage.ASSESSMENT: "等督查室评定",
    Stage.CLOSED: "已经结束",
    "all": "全部",
}


@blueprint.get("/supervisions")
@access.needs(*SEES_ALL_LETTERS)
def supervisions() -> str:
    narrowed = _filter()
    search = partial(desk().supervisions.page, access.actor(), narrowed)
    found = nearest(lambda number: search(page=number), page_number(request.args.get("page")))
    return render_template(
        "desk/supervisions.html",
        page=found,
        narrowed=narrowed,
        stages=[(str(stage), words) for stage, words in STAGES.items()],
        offices=[(str(each), label(each)) for each in SupervisionOffice],
        causes=[(str(each), label(each)) for each in SupervisionCause],
        units=[unit for unit in services().unit_directory.units() if unit.kind != "office"],
        due_of=presenters.due_maker(),
    )


def _filter() -> SupervisionFilter:
    """The filter in the address; what makes no sense is ignored."""
    asked = {name: searchable(request.args.get(name, "")) for name in ("stage", "office", "cause", "unit")}
    return SupervisionFilter(
        stage=asked["stage"] if asked["stage"] in STAGES else "open",
        office=asked["office"] if asked["office"] in set(SupervisionOffice) else "",
        cause=asked["cause"] if asked["cause"] in set(SupervisionCause) else "",
        unit=asked["unit"],
    )


@blueprint.get("/letters/<number>/supervisions/<int:supervision_id>")
@access.needs(*access.LETTER_READERS)
def supervision_report(number: str, supervision_id: int) -> str:
    """As a document to committee and government; a draft until it is reported."""
    letter = _letter(number)
    found = next((each for each in letter.supervisions if each.id == supervision_id), None)
    if found is None:
        raise NotFound(gettext("没有这次督办，或者它不归您查看。"))
    names = {unit.code: unit.name for unit in services().unit_directory.units()}
    office = names.get(OFFICE_UNITS[SupervisionOffice(found.office)], label(found.office, "SupervisionOffice"))
    return render_template("desk/supervision_report.html", letter=letter, supervision=found, office=office)


@blueprint.get("/letters/<number>/instructions/<int:instruction_id>")
@access.needs(*access.LETTER_READERS)
def instruction(number: str, instruction_id: int) -> str:
    letter = _letter(number)
    found = next((each for each in letter.instructions if each.id == instruction_id), None)
    if found is None:
        raise NotFound(gettext("没有这次批示，或者它不归您查看。"))
    return render_template("desk/instruction.html", letter=letter, instruction=found)


def _letter(number: str) -> LetterRecord:
    return services().records.open(searchable(number), access.actor())
