"""The data with which a task's form is shown: options of its lists, and values that are known already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import TaskKey
from letterbox.domain.events.handling import ExtensionRequested, LetterReturned
from letterbox.domain.secrecy import masked
from letterbox.domain.vocabulary import Category
from letterbox.services.case.accused import answer_of
from letterbox.services.case.contacts import as_row
from letterbox.services.case.form_inputs import _co_handlers, letter_data
from letterbox.services.case.secrecy import mask_for_others
from letterbox.services.publication.public_copies import may_be_public, undecided
from letterbox.services.tasks.facts import TaskFacts
from letterbox.store.letters import Letter, last_event
from letterbox.store.replies import Contact, Reply

USUAL_SCOPE: Mapping[str, str] = {Category.CONSULTATION: "4", Category.COMPLAINT: "5", Category.HELP: "5"}
"""Category → which of the six kinds of matter (A3) a letter of it usually is [ours]; the screener sees it and decides."""


class FormData:
    """Reads the data within the caller's session."""

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
            scope = letter.scope or USUAL_SCOPE.get(str(category))
            known = {"category": category, "scope": scope, "urgent": urgent, "accused_unit": answer_of(letter)}
            return _known(known)
        if facts.key == TaskKey.ASSIGN_LETTER:
            lead = next((each["unit"] for each in suggestion.get("units", [])), None)
            return _known(
                {"lead_unit": lead, "co_units": [each["value"] for each in _co_handlers(session, letter)] or None}
            )
        if facts.key == TaskKey.RULE_ON_RETURN:
            returned = last_event(session, letter.id, LetterReturned)
            return _known({"lead_unit": returned.proposed_unit if returned else None})
        if facts.key == TaskKey.DECIDE_EXTENSION:
            applied = last_event(session, letter.id, ExtensionRequested)
            return _known({"due_on": applied.due_on.isoformat() if applied else None})
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


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
