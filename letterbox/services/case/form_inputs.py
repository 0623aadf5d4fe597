"""What the forms of a letter's tasks and actions are given: units for lists, facts of the letter for conditions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.vocabulary import UnitKind
from letterbox.services.case.accused import OPTION
from letterbox.services.visibility.rule import excluded_in_family
from letterbox.store.letters import Letter
from letterbox.store.people import Unit
from letterbox.store.side_processes import CoHandling

FORM_INPUTS = frozenset(
    {"units", "all_units", "other_units", "co_handlers", "failed_reviews", "is_public", "letter_category", "by_person"}
)
"""What every form is given (``letter_data``): its conditions and lists may name these besides its own fields."""
UNIT_LISTS = frozenset({"units", "all_units", "other_units", "co_handlers"})


def _co_handlers(session: Session, letter: Letter) -> list[dict[str, str]]:
    """Units that co-handle it now, also one that was taken out of use meanwhile."""
    query = select(Unit.code, Unit.name).join(CoHandling, CoHandling.unit_code == Unit.code)
    query = query.where(CoHandling.letter_id == letter.id, CoHandling.outcome.is_(None)).order_by(CoHandling.id)
    return [{"label": unit.name, "value": unit.code} for unit in session.execute(query)]


def letter_data(session: Session, letter: Letter, given: Collection[str] = FORM_INPUTS) -> dict[str, Any]:
    """What the forms of a letter's tasks and actions are given: units for lists, facts of the letter for conditions.

    ``units``: those it may be given to, so never the accused one (A5); ``other_units``: of these, not its lead;
    ``all_units``: whom an accusation may be against, first of all no unit, last the offices; ``co_handlers``: those that co-handle it now.
    Lists of units are empty where ``given`` (what the form uses) names none of them. ``by_person``: true where a page
    draws the form for somebody, who must answer what a machine may leave open (A5).
    """
    every, offices = _units(session, letter) if UNIT_LISTS & set(given) else ([], [])
    away = excluded_in_family(session, letter) if every else frozenset()
    units = [each for each in every if each["value"] not in away]
    return {
        "units": units,
        "other_units": [each for each in units if each["value"] != letter.lead_unit],
        "all_units": [OPTION, *every, *offices],
        "co_handlers": _co_handlers(session, letter) if "co_handlers" in given else [],
        "failed_reviews": letter.failed_reviews,
        "is_public": letter.is_public,
        "letter_category": letter.category,
        "by_person": False,
    }


def _units(session: Session, letter: Letter) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Undertaking units, those suggested for this letter first; and the offices, which undertake nothing."""
    query = select(Unit.code, Unit.name, Unit.kind).where(Unit.is_active).order_by(Unit.position, Unit.code)
    rows = session.execute(query).all()
    suggested = [each["unit"] for each in (letter.suggestion or {}).get("units", [])]
    ranked = sorted(rows, key=lambda unit: suggested.index(unit.code) if unit.code in suggested else len(suggested))
    options = [(unit.kind == UnitKind.OFFICE, {"label": unit.name, "value": unit.code}) for unit in ranked]
    return [each for is_office, each in options if not is_office], [each for is_office, each in options if is_office]
