"""Why a date is what it is: one limit, from the event that started it to the day on which it ends."""

from __future__ import annotations

from flask import render_template

from letterbox.domain.dates import WEEKDAYS
from letterbox.domain.events.words import STAFF_WORDS
from webapp.desk import presenters
from webapp.desk.blueprint import blueprint
from webapp.services import services
from webapp.shared.http import access
from webapp.shared.paging import searchable


@blueprint.get("/letters/<number>/limits/<int:limit_id>")
@access.needs(*access.LETTER_READERS)
def letter_limit(number: str, limit_id: int) -> str:
    """Why a limit ends when it does, day by day."""
    story = services().limit_stories.of(searchable(number), limit_id, access.actor())
    (line,) = presenters.limit_lines([story.limit])
    facts = {"story": story, "limit": story.limit, "line": line, "starts": STAFF_WORDS, "weekdays": WEEKDAYS}
    return render_template("desk/limit.html", **facts)
