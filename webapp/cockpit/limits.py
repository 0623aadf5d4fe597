"""Open limits: what is late, what comes next, who answers for it; the same as a file."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import lazy_gettext

from letterbox.domain.limits.answerers import BY_OFFICE
from letterbox.domain.limits.lateness import Lateness
from letterbox.domain.permissions import EGOV_ROLES, SEES_ALL_LETTERS, Actor
from letterbox.domain.vocabulary import WINDOW_KINDS, LimitKind, Role
from letterbox.services.limits.open_limits import LimitFilter
from webapp.cockpit import words
from webapp.cockpit.blueprint import blueprint, due_maker, file
from webapp.services import cockpit, services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry
from webapp.shared.paging import asked, nearest, page_number
from webapp.shared.sign_in.step_up import fresh_sign_in

ENTRY = Entry(lazy_gettext("时限总览"), "cockpit.limits", SEES_ALL_LETTERS, order=30, prefix="cockpit.limits")
ALL = "all"
"""Everybody's limits, said in the address: without a unit there, the e-gov office begins with what it answers for."""


@blueprint.get("/")
@access.needs(*SEES_ALL_LETTERS)
def limits() -> str:
    actor = access.actor()
    narrowed = filter_of(actor)
    page = nearest(lambda number: cockpit().limits.page(actor, narrowed, number), page_number(request.args.get("page")))
    return render_template(
        "cockpit/limits.html",
        page=page,
        narrowed=narrowed,
        link=link_of(),
        may_remind=actor.has(Role.SCREENER, Role.SUPERVISOR),
        own_unit=_own_unit(actor),
        units=services().unit_directory.units(),
        kinds=[each for each in LimitKind if each not in WINDOW_KINDS],
        windows=[each for each in LimitKind if each in WINDOW_KINDS],
        words=words,
        due_of=due_maker(),
    )


@blueprint.get("/limits.csv")
@access.needs(*SEES_ALL_LETTERS)
@fresh_sign_in
def limits_csv() -> Response:
    """Exactly what is filtered, all pages of it."""
    actor = access.actor()
    due_of = due_maker()
    rows = [words.limit_cells(row, due_of(row.due_at)) for row in cockpit().limits.rows(actor, filter_of(actor))]
    return file(words.LIMIT_HEADINGS, rows, "limits")


def filter_of(actor: Actor) -> LimitFilter:
    """The filter in the address; what makes no sense is ignored."""
    unit, kind, lateness = asked("unit"), asked("kind"), asked("lateness")
    return LimitFilter(
        unit="" if unit == ALL else unit or _own_unit(actor),
        kind=kind if kind in set(LimitKind) else "",
        lateness=lateness if lateness in set(Lateness) else "",
        urgent=asked("urgent") == "1",
        q=asked("q"),
        sort=asked("sort") if asked("sort") in words.SORTS else "",
    )


def link_of() -> partial[str]:
    """The present filter as an address, with changes."""
    actor = access.actor()
    return partial(_link, filter_of(actor), _own_unit(actor))


def _own_unit(actor: Actor) -> str:
    """Whose limits somebody begins with; empty: everybody's."""
    return BY_OFFICE if actor.roles & SEES_ALL_LETTERS <= EGOV_ROLES else ""


def _link(narrowed: LimitFilter, own_unit: str, endpoint: str = "cockpit.limits", **changes: str) -> str:
    """The present filter with changes, as an address; an empty value drops a part of the filter."""
    parts = {
        "unit": narrowed.unit,
        "kind": narrowed.kind,
        "lateness": narrowed.lateness,
        "urgent": "1" if narrowed.urgent else "",
        "q": narrowed.q,
        "sort": narrowed.sort,
    } | changes
    unit = parts.pop("unit") or ALL
    unit = "" if unit == (own_unit or ALL) else unit
    given: dict[str, Any] = {name: value for name, value in {"unit": unit, **parts}.items() if value}
    return url_for(endpoint, **given)
