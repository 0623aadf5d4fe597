"""The regime's tables, written down from the regime itself (D "limits", S4 "ladder"), not from the product's DMN."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

WORKING, CALENDAR, SET, CO = "working", "calendar", "set", "co"

LENGTHS: dict[str, tuple[str, int]] = {
    "screening": (WORKING, 2),
    "supplement": (WORKING, 5),
    "sign_for": (WORKING, 1),
    "return": (WORKING, 1),
    "return_ruling": (WORKING, 1),
    "reply": (WORKING, 5),
    "extension_decision": (WORKING, 1),
    "co_opinion": (CO, 1),
    "review": (WORKING, 1),
    "redo": (WORKING, 2),
    "supervision": (WORKING, 3),
    "instruction": (WORKING, 5),
    "evaluation": (CALENDAR, 15),
    "rehandling_decision": (WORKING, 2),
    "promise": (SET, 0),
}
CONSULTATION_REPLY = 2
"""H5: a policy consultation is answered within 2 working days."""
EXTENSION_CAP = 30
"""H7: working days from the start of the reply limit."""

OF_UNIT = frozenset({"sign_for", "return", "reply", "co_opinion", "redo", "supervision", "instruction", "promise"})
"""Limits that a unit answers for."""
OWN_WAY = frozenset(LENGTHS) - {"supervision", "instruction", "promise"}
"""Limits that end with the letter; the others go on after it was closed."""


@dataclass(frozen=True, slots=True)
class Rung:
    """``offset``: working days from the due day; ``time`` None: at the due instant."""

    step: str
    offset: int
    time: dt.time | None
    recipients: frozenset[str]


NINE = dt.time(9)
INSTANTS: dict[str, tuple[int, dt.time | None]] = {
    "near_due": (-1, NINE),
    "due_today": (0, NINE),
    "overdue": (0, None),
    "overdue_1": (1, NINE),
    "overdue_3": (3, NINE),
}
FIRST_URGENT = (-2, NINE)
"""An urgent letter's rows come each at the instant of the row before it, the first one two working days before."""

UNIT_RECIPIENTS: dict[str, frozenset[str]] = {
    "near_due": frozenset({"unit_handler"}),
    "due_today": frozenset({"unit_handler", "unit_deputy"}),
    "overdue": frozenset({"unit_handler", "unit_deputy"}),
    "overdue_1": frozenset({"unit_principal", "screener"}),
    "overdue_3": frozenset({"supervisor"}),
}
OFFICE_LIMITS = {
    "screening": "screener",
    "return_ruling": "screener",
    "extension_decision": "screener",
    "rehandling_decision": "screener",
    "review": "reviewer",
}
UNIT_LIMITS = OF_UNIT - {"return"}
LAPSES = {"supplement": frozenset({"screener"}), "evaluation": frozenset[str]()}
"""Their end is the event: one row at the due instant."""


def ladder(kind: str, *, urgent: bool) -> tuple[Rung, ...]:
    """The rows of S4 for a limit; none for the return window, whose passing is no lateness."""
    if kind in LAPSES:
        return (Rung(step="lapse", offset=0, time=None, recipients=LAPSES[kind]),)
    recipients = _recipients(kind)
    steps = [step for step in INSTANTS if step in recipients]
    instants = [INSTANTS[step] for step in steps]
    if urgent and instants:
        instants = [FIRST_URGENT, *instants[:-1]]
    return tuple(Rung(step, *instant, recipients[step]) for step, instant in zip(steps, instants, strict=True))


def _recipients(kind: str) -> dict[str, frozenset[str]]:
    if kind in UNIT_LIMITS:
        return UNIT_RECIPIENTS
    if kind not in OFFICE_LIMITS:
        return {}
    own = frozenset({OFFICE_LIMITS[kind]})
    above = frozenset({"coordinator"})
    return {"near_due": own, "due_today": own, "overdue": own | above, "overdue_1": above, "overdue_3": above}
