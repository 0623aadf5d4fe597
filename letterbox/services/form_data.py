"""What a task's form is shown with: the options of its lists and the values already known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.secrecy import masked
from letterbox.domain.vocabulary import EventName, UnitKind
from letterbox.services.accused import OPTION, answer_of
from letterbox.services.contacts import as_row
from letterbox.services.public_copies import may_be_public, undecided
from letterbox.services.secrecy import mask_for_others
from letterbox.services.task_facts import TaskFacts
from letterbox.services.visibility.rule import excluded_in_family
from letterbox.store.beside import CoHandling
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.people import Unit
from letterbox.store.replies import Contact, Reply

FORM_INPUTS = frozenset(
    {"units", "all_units", "other_units", "co_handlers", "failed_reviews", "is_public", "letter_category", "by_person"}
)
"""What every form is given (``letter_data``): its conditions and lists may name these besides its own fields."""
UNIT_LISTS = frozenset({"units", "all_units", "other_units", "co_handlers"})


class FormData:
    """Reads within the caller's session."""

    def options(self, session: Session, facts: TaskFacts) -> dict[str, Any]:
        """Input data of the task's form."""
        return letter_data(session, self._letter(session, facts))

    def prefilled(self, session: Session, facts: TaskFacts) -> dict[str, Any]:
        """The values a form opens with, by task; a form without such fields ignores them."""
        letter = self._letter(session, facts)
        suggestion = letter.suggestion or {}
        if facts.key == TaskKey.SCREEN_LETTER:
            urgent = bool(suggestion.get("urgent") or suggestion.get("red_flag"))
            category = letter.category or suggestion.get("category")
            return _known({"category": category, "urgent": urgent, "accused_unit": answer_of(letter)})
        if facts.key == TaskKey.ASSIGN_LETTER:
            lead = next((each["unit"] for each in suggestion.get("units", [])), None)
            return _known(
                {"lead_unit": lead, "co_units": [each["value"] for each in _co_handlers(session, letter)] or None}
            )
        if facts.key == TaskKey.RULE_ON_RETURN:
            return _known({"lead_unit": _last(session, letter, EventName.LETTER_RETURNED).get("proposed_unit")})
        if facts.key == TaskKey.DECIDE_EXTENSION:
            return _known({"due_on": _last(session, letter, EventName.EXTENSION_REQUESTED).get("due_on")})
        if facts.key == TaskKey.DRAFT_REPLY:
            return self._draft(session, letter)
        if facts.key == TaskKey.REVIEW_REPLY:
            return {"publish": may_be_public(letter) and undecided(session, letter) == 0}
        return {}

    def _draft(self, session: Session, letter: Letter) -> dict[str, Any]:
        """The unit's last reply to go on from, and the contacts it recorded so far."""
        own_replies = select(Reply).where(Reply.letter_id == letter.id, Reply.unit_code == letter.lead_unit)
        reply = session.scalars(own_replies.order_by(Reply.round.desc())).first()
        own = (Contact.letter_id == letter.id, Contact.unit_code == letter.lead_unit)
        contacts = session.scalars(select(Contact).where(*own).order_by(Contact.at))
        mask = mask_for_others(letter)
        known: dict[str, Any] = {"contacts": masked([as_row(each) for each in contacts], mask)}
        if reply is not None:
            promise = reply.promise_on.isoformat() if reply.promise_on else None
            known |= {"reply": mask(reply.body), "unmet_demand": reply.unmet_demand, "promise_on": promise}
        return _known(known)

    def _letter(self, session: Session, facts: TaskFacts) -> Letter:
        return session.scalars(select(Letter).where(Letter.number == facts.number)).one()


def _last(session: Session, letter: Letter, name: EventName) -> dict[str, Any]:
    """The facts of the letter's last event of this name: what was proposed or applied for."""
    query = select(LetterEvent).where(LetterEvent.letter_id == letter.id, LetterEvent.name == name)
    event = session.scalars(query.order_by(LetterEvent.id.desc()).limit(1)).first()
    return event.data if event else {}


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


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
