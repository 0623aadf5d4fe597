"""Letters: list and search, one letter with its history, its attachments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from letterbox.domain.permissions import EGOV_ROLES
from letterbox.domain.vocabulary import WINDOW_KINDS, Category, Criterion, EventName, LetterStatus
from letterbox.domain.words import LABELS, label
from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.patience import READING_S, patience
from letterbox.services.records.ordering import Order
from letterbox.services.records.related import Family
from letterbox.services.records.views import LetterLine, LetterRecord
from letterbox.store.unit_names import UnitNames
from webapp.desk import for_you, presenters
from webapp.desk.blueprint import blueprint
from webapp.desk.for_you import NowWith, Said
from webapp.desk.tasks import shows_units
from webapp.services import desk, services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import nearest, page_number, searchable
from webapp.shared.timeline.event_words import EventLine, line_of
from webapp.shared.timeline.fact_words import MEANS, VERDICTS
from webapp.shared.timeline.quiet_words import folded

ENTRY = Entry(lazy_gettext("来信"), "desk.letters", access.LETTER_READERS, order=20, prefix="desk.letter")
PREVIEWED = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

TICKS = ("overdue", "broken_promise")
DAYS = ("since", "until")
ORDERS = ((str(Order.OLDEST), "旧的在前"), (str(Order.DUE), "最近期限在前"))
"""Choices beside the usual order, which has no word in the address."""
FOUND_IN = {"body": "正文", "place": "地点", "addition": "补充", "reply": "答复"}
"""Where words were found, as a page calls it."""

WORDS = {"PREVIEWED": PREVIEWED, "CRITERIA": LABELS[Criterion], "VERDICTS": VERDICTS, "MEANS": MEANS}
"""What the parts of a letter's page are drawn with."""


@blueprint.get("/letters")
@access.needs(*access.LETTER_READERS)
def letters() -> ResponseReturnValue:
    """Whoever types a letter's number, however he writes it, is led to the letter."""
    asked = {name: searchable(request.args.get(name, "")) for name in ("q", "status", "unit", "category")}
    asked |= {name: _day(name) for name in DAYS} | {"sort": _sort()}
    others = any(asked[name] for name in asked if name != "q") or any(map(_ticked, TICKS))
    number = (
        None if others else services().records.numbered(access.actor(), asked["q"], services().settings.number_prefix)
    )
    if number is not None:
        return redirect(url_for("desk.letter", number=number))
    search = partial(
        services().records.search,
        access.actor(),
        q=asked["q"],
        since=parsed(asked["since"]),
        until=parsed(asked["until"]),
        order=Order(asked["sort"]) if asked["sort"] else Order.NEWEST,
        status=asked["status"] or None,
        unit=asked["unit"] or None,
        category=asked["category"] or None,
        overdue=_ticked("overdue"),
        broken_promise=_ticked("broken_promise"),
    )
    found = nearest(lambda number: search(page=number), page_number(request.args.get("page")))
    return render_template(
        "desk/letters.html",
        page=found,
        asked={**asked, **{each: _ticked(each) for each in TICKS}},
        others=others,
        narrowed_by=lambda **changed: url_for("desk.letters", **{**request.args, **changed, "page": None}),
        statuses=[(str(each), label(each)) for each in LetterStatus],
        categories=[(str(each), label(each)) for each in Category],
        orders=ORDERS,
        places=FOUND_IN,
        units=[unit for unit in services().unit_directory.units() if unit.kind != "office"],
        due_of=presenters.due_maker(),
        windows=WINDOW_KINDS,
        shows_units=shows_units(access.actor()),
    )


def _ticked(name: str) -> bool:
    return request.args.get(name) == "1"


def _day(name: str) -> str:
    """A day of the address; empty for anything else."""
    given = request.args.get(name, "")
    return given if parsed(given) else ""


def _sort() -> str:
    given = request.args.get("sort", "")
    return given if given in dict(ORDERS) else ""


def parsed(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that the letter page and the task page show about a letter."""

    letter: LetterRecord
    limits: list[presenters.LimitLine]
    timeline: list[tuple[bool, list[EventLine]]]
    suggestion: presenters.SuggestionView | None
    earlier: list[LetterLine]
    family: Family
    names: dict[str, str]
    names_then: UnitNames
    is_on_its_way: bool
    said: list[Said]
    now: list[NowWith] | None
    """Who has it, None while the engine cannot say."""


def dossier(number: str, *, is_away: bool = False) -> Dossier:
    """``is_away``: the engine was just waited for in vain. Raises NotFound, also for a letter not the reader's to see."""
    actor = access.actor()
    letter = services().records.open(number, actor)
    names = presenters.unit_names_then()
    return Dossier(
        letter=letter,
        limits=presenters.limit_lines(letter.limits),
        timeline=folded([line_of(event, names.at(event.at)) for event in letter.events]),
        suggestion=presenters.suggestion_view(letter.suggestion),
        earlier=services().records.earlier(number, actor),
        family=services().related.family(number, actor),
        names=dict(names.current),
        names_then=names,
        is_on_its_way=desk().figures.is_on_its_way(number),
        said=for_you.said_in(letter.events, names.at),
        now=None if is_away else _now_with(number, letter),
    )


def _now_with(number: str, letter: LetterRecord) -> list[NowWith] | None:
    try:
        with patience(READING_S):
            holders = desk().holders.of(number, access.actor())
    except EngineUnavailable:
        return None
    return for_you.now_with(letter, holders, presenters.due_maker())


@blueprint.get("/letters/<number>")
@access.needs(*access.LETTER_READERS)
def letter(number: str) -> str:
    found = dossier(searchable(number))
    return render_template(
        "desk/letter.html",
        dossier=found,
        letter=found.letter,
        own_tasks=_own_tasks(number) if found.now is not None else [],
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
