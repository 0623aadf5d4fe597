"""Letters: list and search, one letter with its history, its attachments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext

from letterbox.domain.permissions import EGOV_ROLES
from letterbox.domain.vocabulary import WINDOW_KINDS, Category, Criterion, EventName, LetterStatus
from letterbox.domain.words import LABELS, label
from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.patience import READING_S, patience
from letterbox.services.records.related import Family
from letterbox.services.records.views import LetterLine, LetterRecord
from letterbox.store.unit_names import UnitNames
from webapp.desk import presenters
from webapp.desk.blueprint import blueprint
from webapp.desk.tasks import shows_units
from webapp.services import desk, services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import nearest, page_number, searchable
from webapp.shared.timeline.event_words import EventLine, line_of
from webapp.shared.timeline.fact_words import MEANS, VERDICTS

ENTRY = Entry(lazy_gettext("来信"), "desk.letters", access.LETTER_READERS, order=20, prefix="desk.letter")
PREVIEWED = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

WORDS = {"PREVIEWED": PREVIEWED, "CRITERIA": LABELS[Criterion], "VERDICTS": VERDICTS, "MEANS": MEANS}
"""What the parts of a letter's page are drawn with."""


@blueprint.get("/letters")
@access.needs(*access.LETTER_READERS)
def letters() -> str:
    asked = {name: searchable(request.args.get(name, "")) for name in ("q", "status", "unit", "category")}
    search = partial(
        services().records.search,
        access.actor(),
        q=asked["q"],
        status=asked["status"] or None,
        unit=asked["unit"] or None,
        category=asked["category"] or None,
        overdue=request.args.get("overdue") == "1",
        broken_promise=request.args.get("broken_promise") == "1",
    )
    found = nearest(lambda number: search(page=number), page_number(request.args.get("page")))
    return render_template(
        "desk/letters.html",
        page=found,
        asked={**asked, **{each: request.args.get(each) == "1" for each in ("overdue", "broken_promise")}},
        statuses=[(str(each), label(each)) for each in LetterStatus],
        categories=[(str(each), label(each)) for each in Category],
        units=[unit for unit in services().unit_directory.units() if unit.kind != "office"],
        due_of=presenters.due_maker(),
        windows=WINDOW_KINDS,
        shows_units=shows_units(access.actor()),
    )


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that the letter page and the task page show about a letter."""

    letter: LetterRecord
    limits: list[presenters.LimitLine]
    timeline: list[EventLine]
    suggestion: presenters.SuggestionView | None
    earlier: list[LetterLine]
    family: Family
    names: dict[str, str]
    names_then: UnitNames
    is_on_its_way: bool


def dossier(number: str) -> Dossier:
    """Raises NotFound, also for a letter that is not the reader's to see."""
    actor = access.actor()
    letter = services().records.open(number, actor)
    names = presenters.unit_names_then()
    return Dossier(
        letter=letter,
        limits=presenters.limit_lines(letter.limits),
        timeline=[line_of(event, names.at(event.at)) for event in letter.events],
        suggestion=presenters.suggestion_view(letter.suggestion),
        earlier=services().records.earlier(number, actor),
        family=services().related.family(number, actor),
        names=dict(names.current),
        names_then=names,
        is_on_its_way=desk().figures.is_on_its_way(number),
    )


@blueprint.get("/letters/<number>")
@access.needs(*access.LETTER_READERS)
def letter(number: str) -> str:
    found = dossier(searchable(number))
    return render_template(
        "desk/letter.html",
        dossier=found,
        letter=found.letter,
        own_tasks=_own_tasks(number),
        offers=services().actions.offered(searchable(number), access.actor()),
        decides_on_files=access.actor().has(*EGOV_ROLES),
        shows_publication=access.actor().has(*EGOV_ROLES) and _was_published(found.letter),
        **WORDS,
    )


def _was_published(letter: LetterRecord) -> bool:
    return any(event.name == EventName.LETTER_PUBLISHED for event in letter.events)


def _own_tasks(number: str) -> list[Any]:
    """The reader's open tasks of the letter; none are shown while the engine is away."""
    try:
        with patience(READING_S):
            return services().tasks.of_letter(number, access.actor())
    except EngineUnavailable:
        return []
