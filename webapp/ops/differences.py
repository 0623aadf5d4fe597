"""Do database and engine agree: compared when asked, mended when asked."""

from __future__ import annotations

import re

from flask import request
from flask.typing import ResponseReturnValue

from letterbox.services.operations.processes.ending import SUPERFLUOUS
from letterbox.services.operations.reconcile.differences import DIFFERENCE_WORDS, REPAIRABLE, Reconciliation
from webapp.ops.blueprint import WHO, blueprint, page
from webapp.ops.forms import CompareForm
from webapp.services import operator
from webapp.shared.http import access
from webapp.shared.typed import named_by

MOST_SHOWN = 200


@blueprint.get("/differences")
@access.needs(*WHO)
def differences() -> ResponseReturnValue:
    return _shown(None, "")


@blueprint.post("/differences")
@access.needs(*WHO)
@named_by(CompareForm)
def differences_look() -> ResponseReturnValue:
    """``repair``: mend what needs no decision, and look again. ``letters``: only these, however they are separated."""
    reconciling = operator().reconciling
    look = reconciling.repair if request.form.get("repair") else reconciling.compare
    letters = CompareForm(request.form).letters.data or ""
    return _shown(look(access.actor(), re.findall(r"[A-Z0-9]+", letters.upper())), letters.strip())


def _shown(found: Reconciliation | None, letters: str) -> ResponseReturnValue:
    shown = found.differences[:MOST_SHOWN] if found else ()
    left = [each for each in found.differences if not each.repaired] if found else []
    repairable = any(each.kind in REPAIRABLE for each in left)
    return page(
        "differences",
        found=found,
        shown=shown,
        left=left,
        names=DIFFERENCE_WORDS,
        repairable=repairable,
        letters=letters,
        superfluous=SUPERFLUOUS,
        form=CompareForm(data={"letters": letters}),
    )
