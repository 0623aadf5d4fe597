"""The list of what stands still, and one of it with everything known about it."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from letterbox.domain.page import part
from letterbox.services.operations.stuck.items import Stuck, StuckKind
from webapp.ops.blueprint import WHO, blueprint, page
from webapp.ops.forms import ReasonForm
from webapp.services import operator
from webapp.shared.http import access
from webapp.shared.paging import asked, nearest, page_number

PAGE = 30


def count() -> int:
    """For the navigation."""
    return operator().stuck.count(access.actor())


@blueprint.get("/stuck")
@access.needs(*WHO)
def stuck() -> ResponseReturnValue:
    wanted = {"kind": asked("kind"), "q": asked("q"), "again": asked("again")}
    everything = operator().stuck.all(access.actor())
    found = [each for each in everything.items if _fits(each, wanted)]
    shown = nearest(lambda number: part(found, number, PAGE), page_number(request.args.get("page")))
    return page(
        "stuck", page=shown, total=len(everything.items), is_cut=everything.is_cut, asked=wanted, kinds=list(StuckKind)
    )


@blueprint.get("/stuck/<kind>/<stuck_id>")
@access.needs(*WHO)
def stuck_one(kind: str, stuck_id: str) -> ResponseReturnValue:
    item = operator().stuck.one(access.actor(), kind, stuck_id)
    return shown_one(item, ReasonForm())


def shown_one(
    item: Stuck, form: ReasonForm, status: int = 200, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    """``errors``: what was refused, at its field; what was typed stays in ``form``."""
    actor = access.actor()
    others = [each for each in operator().stuck.all(actor).items if item.letter and each.letter == item.letter]
    return page(
        "stuck_one",
        status,
        item=item,
        form=form,
        errors=errors or {},
        trace=operator().stuck.trace(actor, item),
        others=[each for each in others if each != item],
    )


def _fits(item: Stuck, wanted: dict[str, str]) -> bool:
    if wanted["kind"] not in ("", item.kind):
        return False
    if wanted["again"] and bool(item.tries_left) != (wanted["again"] == "yes"):
        return False
    text = f"{item.letter} {item.element} {item.name} {item.failed_at} {item.cause}".lower()
    return wanted["q"].lower() in text
