"""Home and the finished letters that everybody may read (P3)."""

from __future__ import annotations

from flask import render_template, request

from letterbox.domain.errors import Unavailable
from letterbox.domain.vocabulary import Category
from letterbox.services.publication.published import PublishedLetter
from webapp.portal import presenters
from webapp.portal.blueprint import blueprint
from webapp.services import services
from webapp.shared.http.security import may_be_cached
from webapp.shared.paging import nearest, page_number

RECENT = 5
QUERY_MAX = 100


@blueprint.get("/")
def home() -> str:
    may_be_cached()
    return render_template("portal/home.html", recent=_recent(), words=presenters)


def _recent() -> list[PublishedLetter] | None:
    """None while the database is away: the page itself still says how to write."""
    try:
        return list(services().publication.search("", None, None, 1).items[:RECENT])
    except Unavailable:
        return None


@blueprint.get("/letters")
def letters() -> str:
    may_be_cached()
    q = request.args.get("q", "").strip()[:QUERY_MAX]
    category = request.args.get("category", "")
    unit = request.args.get("unit", "")[:QUERY_MAX]
    known = category if category in set(Category) else ""
    search = services().publication.search
    page = nearest(lambda number: search(q, known or None, unit or None, number), page_number(request.args.get("page")))
    return render_template(
        "portal/letters.html",
        page=page,
        q=q,
        category=known,
        unit=unit,
        units=[each for each in services().unit_directory.units() if each.kind in presenters.SHOWN_KINDS],
        categories=presenters.categories(),
    )


@blueprint.get("/letters/<number>")
def letter(number: str) -> str:
    may_be_cached()
    return render_template("portal/letter.html", letter=services().publication.get(number))
