"""Is everything well: the parts' health and how much waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from flask.typing import ResponseReturnValue

from letterbox.domain.errors import Unavailable
from letterbox.services.operations.stuck.items import StuckKind, StuckList
from webapp.ops.blueprint import WHO, blueprint, page
from webapp.services import operator, services
from webapp.shared.http import access
from webapp.shared.http.navigation import Entry


def entry(count: Callable[[], int]) -> Entry:
    """With the number of things that stand still as its badge."""
    return Entry("运维", "ops.home", frozenset(WHO), order=70, count=count)


@blueprint.get("/")
@access.needs(*WHO)
def home() -> ResponseReturnValue:
    """Works without engine and database as far as that can be: this is where one looks then."""
    diagnosis = operator().doctor.examine()
    stuck = _stuck() if diagnosis.is_reachable else None
    waiting = services().operations.waiting() if diagnosis.is_reachable else None
    counts = Counter(each.kind for each in stuck.items) if stuck else Counter[StuckKind]()
    return page("home", diagnosis=diagnosis, stuck=stuck, counts=counts, waiting=waiting, kinds=list(StuckKind))


def _stuck() -> StuckList | None:
    try:
        return operator().stuck.all(access.actor())
    except Unavailable:
        return None
