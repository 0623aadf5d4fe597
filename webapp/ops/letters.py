"""One letter's processes: where they stand, what waits, what does not go on, and what can be done about it."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from letterbox.domain.errors import NotFound
from webapp.ops.blueprint import WHO, blueprint, page
from webapp.ops.repairs import offers
from webapp.services import operator
from webapp.shared.http import access
from webapp.shared.paging import asked


@blueprint.get("/letters")
@access.needs(*WHO)
def letters() -> ResponseReturnValue:
    """By number only: whoever runs the machine has no reason to search what people wrote."""
    number = asked("number").upper()
    if not number:
        return page("letters", number="", missing=False)
    try:
        operator().processes.of(access.actor(), number)
    except NotFound:
        return page("letters", 404, number=number, missing=True)
    return redirect(url_for("ops.letter", number=number))


@blueprint.get("/letters/<number>")
@access.needs(*WHO)
def letter(number: str) -> ResponseReturnValue:
    actor = access.actor()
    view = operator().processes.of(actor, number)
    return page(
        "letter",
        view=view,
        stuck=operator().stuck.all(actor).of(frozenset({number})),
        offers=offers(view, actor),
    )
