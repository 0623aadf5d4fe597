"""The live diagrams with the letters on each element, and the letters of one element."""

from __future__ import annotations

from flask import Response, render_template, request
from flask_babel import lazy_gettext

from letterbox.domain.page import Page
from letterbox.domain.permissions import SEES_ALL_LETTERS
from letterbox.engine.errors import EngineUnavailable
from letterbox.services.records.views import LetterLine
from letterbox.services.studio.process_map import Place
from webapp.cockpit import words
from webapp.cockpit.blueprint import blueprint, due_maker, file
from webapp.services import cockpit, services
from webapp.shared.http import access, security
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import asked, nearest, page_number
from webapp.shared.sign_in.step_up import fresh_sign_in

ENTRY = Entry(lazy_gettext("流程现况"), "cockpit.diagrams", SEES_ALL_LETTERS, order=32, prefix="cockpit.diagram")
PAGE, MOST = 50, 100_000


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
        places: list[Place] | None = cockpit().map.places(process, access.actor())
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
    process, element = asked("process"), asked("element")
    try:
        page = nearest(_letters, page_number(request.args.get("page")))
    except EngineUnavailable:
        page = None
    return render_template(
        "cockpit/letters.html",
        page=page,
        asked={"process": process, "element": element, "overdue": asked("overdue")},
        name=cockpit().map.name_of(process, element),
        due_of=due_maker(),
    )


@blueprint.get("/letters.csv")
@access.needs(*SEES_ALL_LETTERS)
@fresh_sign_in
def diagram_letters_csv() -> Response:
    """All of them, as a file."""
    due_of = due_maker()
    rows = [words.letter_cells(letter, due_of(letter.due_at)) for letter in _letters(1, per_page=MOST).items]
    return file(words.LETTER_HEADINGS, rows, "letters")


def _letters(page: int, per_page: int = PAGE) -> Page[LetterLine]:
    """Raises NotFound for a process, EngineUnavailable."""
    numbers = cockpit().map.letters_at(asked("process"), asked("element"))
    overdue = asked("overdue") == "1"
    return services().records.search(access.actor(), numbers=numbers, overdue=overdue, page=page, per_page=per_page)
