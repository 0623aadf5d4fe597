"""My tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext

from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.engine.errors import EngineUnavailable
from letterbox.engine.patience import READING_S, patience
from letterbox.services.tasks.my_figures import TaskCounts
from letterbox.services.tasks.my_tasks import DeskTaskPage, TaskFilter
from webapp.desk.blueprint import blueprint
from webapp.desk.presenters import due_maker
from webapp.services import desk
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import nearest, page_number, searchable

ENTRY = Entry(lazy_gettext("我的任务"), "desk.tasks", order=10, prefix="desk.task")


@blueprint.get("/")
@access.needs()
def tasks() -> str:
    actor, narrowed = access.actor(), filter_of(request.args)
    page, is_away = _page(narrowed, page_number(request.args.get("page")))
    return render_template(
        "desk/tasks.html",
        page=page,
        is_away=is_away,
        narrowed=narrowed,
        kept=as_query(narrowed),
        figures=_figures(),
        kinds=desk().figures.kinds(actor),
        due_of=due_maker(),
        me=actor.id,
        shows_units=shows_units(actor),
    )


@blueprint.get("/tasks/beside")
@access.needs()
def tasks_column() -> str:
    """The list as a narrow column beside an open task, fetched after the page."""
    narrowed = filter_of(request.args)
    page, is_away = _page(narrowed, 1)
    return render_template(
        "desk/tasks_column.html",
        page=page,
        is_away=is_away,
        current=request.args.get("current", ""),
        kept=as_query(narrowed),
        due_of=due_maker(),
    )


def _page(narrowed: TaskFilter, number: int) -> tuple[DeskTaskPage, bool]:
    try:
        with patience(READING_S):
            return nearest(lambda shown: desk().tasks.page(access.actor(), narrowed, shown), number), False
    except EngineUnavailable:
        return DeskTaskPage(items=[], page=1, per_page=1, total=0), True


def _figures() -> TaskCounts | None:
    """Nothing to count for those whose work is not letters."""
    actor = access.actor()
    return desk().figures.of(actor) if actor.roles & access.LETTER_READERS else None


def shows_units(actor: Actor) -> bool:
    """Not for people of one unit: it would be the same on every line."""
    return len(actor.units()) != 1 or actor.has(*SEES_ALL_LETTERS)


def filter_of(given: Mapping[str, Any]) -> TaskFilter:
    """The filter in an address; what makes no sense is ignored."""
    return TaskFilter(
        q=searchable(given.get("q", "")),
        key=searchable(given.get("key", "")),
        urgent=given.get("urgent") == "1",
        overdue=given.get("overdue") == "1",
        mine=given.get("mine") == "1",
    )


def as_query(narrowed: TaskFilter) -> dict[str, Any]:
    """The filter as an address's parameters, empty ones left out."""
    flags = {name: "1" for name in ("urgent", "overdue", "mine") if getattr(narrowed, name)}
    return {name: value for name, value in (("q", narrowed.q), ("key", narrowed.key)) if value} | flags
