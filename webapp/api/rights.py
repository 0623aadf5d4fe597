"""Which roles may call which route: the one table (contract, "Machine interface")."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.domain.permissions import SEES_ALL_LETTERS
from letterbox.domain.vocabulary import TOKEN_ROLES, UNIT_ROLES, Role

STAFF = frozenset(TOKEN_ROLES) - {Role.CHANNEL}
READERS = SEES_ALL_LETTERS | UNIT_ROLES
"""Who has letters to read at all; which ones, the services decide letter by letter."""
SUPERVISORS = frozenset({Role.SUPERVISOR, Role.COORDINATOR, Role.LEADER})

RIGHTS: Mapping[str, frozenset[Role] | None] = {
    "api.receive_letter": frozenset({Role.CHANNEL, Role.SCREENER}),
    "api.list_foreign_replies": frozenset({Role.CHANNEL, Role.SCREENER}),
    "api.mark_handed_back": frozenset({Role.CHANNEL, Role.SCREENER}),
    "api.list_letters": READERS,
    "api.get_letter": None,
    "api.get_limits": READERS,
    "api.supplement_letter": None,
    "api.withdraw_letter": None,
    "api.evaluate_letter": None,
    "api.confirm_promise": None,
    "api.act_on_letter": STAFF,
    "api.list_tasks": STAFF,
    "api.get_task": STAFF,
    "api.complete_task": STAFF,
    "api.get_figures": SUPERVISORS,
    "api.move_clock": frozenset({Role.OPERATOR}),
    "api.openapi": None,
}
"""None: no token is needed; the query code, if anything, opens the letter."""

MOVABLE_CLOCK_ONLY = frozenset({"api.move_clock"})
"""In production there are no such addresses."""


def of(endpoint: str) -> frozenset[Role] | None:
    """A route without a row is open to nobody."""
    return RIGHTS.get(endpoint, frozenset())
