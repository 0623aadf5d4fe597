"""The live diagrams with the letters on each element, and the letters of one element."""

from __future__ import annotations

from functools import partial

from flask import Response, render_template, request
from flask_babel import lazy_gettext

from letterbox.domain.permissions import SEES_ALL_LETTERS
from letterbox.engine.errors import EngineUnavailable
from letterbox.services.process_map import Place
from webapp.cockpit.blueprint import asked, blueprint, cockpit, due_maker, services
from webapp.shared import access, security
from webapp.shared.navigation import Entry
from webapp.shared.paging import nearest, page_number

ENTRY = Entry(lazy_gettext("流程现况"), "cockpit.diagrams", SEES_ALL_LETTERS, order=32, prefix="cockpit.diagram")
PAGE = 50


@blueprint.get("/diagrams")
@access.needs(*SEES_ALL_LETTERS)
def diagrams() -> str:
    """The letter's own way; before the first deployment a page that says so."""
    processes = cockpit().map.processes()
    if not processes:
        return render_template("cockpit/diagram.html", process="", processes=[], places=[])
    return _shown(processes[0].key)


@blueprint.get("/diagrams/<process>")
@access.needs(*SEES_ALL_LETTERS)
def diagram(process: str) -> str:
    return _shown(process)


def _shown(process: str) -> str:
    security.allow_inline_style_attributes()
    try:
        places: list[Place] | None = cockpit().map.places(process)
    except EngineUnavailable:
        places = None
    return render_template(
        "cockpit/diagram.html",
        process=process,
        processes=cockpit().map.processes(),
        places=places,
        now=services().clock.now(),
    )


@blueprint.get("/diagrams/<process>.bpmn")
@access.needs(*SEES_ALL_LETTERS)
def diagram_file(process: str) -> Response:
    return Response(cockpit().map.drawing(process), mimetype="application/xml")


@blueprint.get("/letters")
@access.needs(*SEES_ALL_LETTERS)
def diagram_letters() -> str:
    """The letters that stand on ``element`` of ``process`` now, of every running version."""
    process, element, overdue = asked("process"), asked("element"), asked("overdue") == "1"
    name = cockpit().map.name_of(process, element)
    try:
        numbers = cockpit().map.letters_at(process, element)
    except EngineUnavailable:
        return render_template("cockpit/letters.html", page=None, process=process, name=name, overdue=overdue)
    search = partial(services().records.search, access.actor(), numbers=numbers, overdue=overdue, per_page=PAGE)
    return render_template(
        "cockpit/letters.html",
        page=nearest(lambda number: search(page=number), page_number(request.args.get("page"))),
        process=process,
        name=name,
        overdue=overdue,
        due_of=due_maker(),
    )
