"""What operators did: who, when, to which letter, why, with what result."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from webapp.ops.blueprint import WHO, blueprint, page
from webapp.services import operator
from webapp.shared.http import access
from webapp.shared.paging import asked, page_number


@blueprint.get("/record")
@access.needs(*WHO)
def record() -> ResponseReturnValue:
    letter = asked("letter")
    found = operator().log.page(access.actor(), letter=letter, page=page_number(request.args.get("page")))
    return page("record", page=found, letter=letter)
