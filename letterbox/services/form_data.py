"""What a task's form is shown with: the options of its lists and the values already known."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.vocabulary import UnitKind
from letterbox.engine.vocabulary import TaskKey
from letterbox.services.task_facts import TaskFacts
from letterbox.store.letters import Letter
from letterbox.store.people import Unit
from letterbox.store.replies import Contact, Reply

FORM_INPUTS = frozenset({"units", "failed_reviews", "is_public", "letter_category"})
"""What every form is given (``FormData.options``): its conditions and lists may name these besides its own fields."""


class FormData:
    """Reads within the caller's session."""

    def options(self, session: Session, facts: TaskFacts) -> dict[str, Any]:
        """Input data of the form: ``units`` for lists, facts of the letter for conditions."""
        letter = self._letter(session, facts)
        return {
            "units": self._units(session, letter, without_accused=facts.key == TaskKey.ASSIGN_LETTER),
            "failed_reviews": letter.failed_reviews,
            "is_public": letter.is_public,
            "letter_category": letter.category,
        }

    def _units(self, session: Session, letter: Letter, *, without_accused: bool) -> list[dict[str, str]]:
        """Undertaking units, those suggested for this letter first; at assignment without the accused one (A5)."""
        undertaking = (Unit.is_active, Unit.kind != UnitKind.OFFICE)
        rows = session.execute(select(Unit.code, Unit.name).where(*undertaking).order_by(Unit.position, Unit.code))
        suggested = [each["unit"] for each in (letter.suggestion or {}).get("units", [])]
        ranked = sorted(rows, key=lambda unit: suggested.index(unit.code) if unit.code in suggested else len(suggested))
        excluded = letter.accused_unit if without_accused else None
        return [{"label": unit.name, "value": unit.code} for unit in ranked if unit.code != excluded]

    def prefilled(self, session: Session, facts: TaskFacts) -> dict[str, Any]:
        """The values a form opens with, by task; a form without such fields ignores them."""
        letter = self._letter(session, facts)
        suggestion = letter.suggestion or {}
        if facts.key == TaskKey.SCREEN_LETTER:
            urgent = bool(suggestion.get("urgent") or suggestion.get("red_flag"))
            return _known({"category": letter.category or suggestion.get("category"), "urgent": urgent})
        if facts.key == TaskKey.ASSIGN_LETTER:
            return _known({"lead_unit": next((each["unit"] for each in suggestion.get("units", [])), None)})
        if facts.key == TaskKey.DRAFT_REPLY:
            return self._draft(session, letter)
        if facts.key == TaskKey.REVIEW_REPLY:
            return {"publish": letter.is_public}
        return {}

    def _draft(self, session: Session, letter: Letter) -> dict[str, Any]:
        """The last round's reply to go on from, and the contacts recorded so far."""
        reply = session.scalars(select(Reply).where(Reply.letter_id == letter.id).order_by(Reply.round.desc())).first()
        contacts = session.scalars(select(Contact).where(Contact.letter_id == letter.id).order_by(Contact.at))
        known: dict[str, Any] = {"contacts": [_contact(each) for each in contacts]}
        if reply is not None:
            promise = reply.promise_on.isoformat() if reply.promise_on else None
            known |= {"reply": reply.body, "unmet_demand": reply.unmet_demand, "promise_on": promise}
        return _known(known)

    def _letter(self, session: Session, facts: TaskFacts) -> Letter:
        return session.scalars(select(Letter).where(Letter.number == facts.number)).one()


def _contact(row: Contact) -> dict[str, Any]:
    at = row.at.astimezone(OFFICE_ZONE).replace(tzinfo=None).isoformat(timespec="minutes")
    return {"at": at, "means": row.means, "person": row.person, "said": row.said, "reached": row.reached}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
