"""Which letters somebody may see, as a question about one letter and as a condition in SQL: the same rule twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from letterbox.domain.permissions import SEES_ALL_LETTERS, Actor
from letterbox.domain.vocabulary import BESIDE_LIMITS, EventName
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit


def may_see(session: Session, letter: Letter, actor: Actor) -> bool:
    """By office, as the lead unit, or as a unit that has work beside it; never an accusation against one's own (A5)."""
    if actor.may_see_letter(letter.lead_unit, letter.accused_unit):
        return True
    own = actor.units()
    if letter.accused_unit in own or not own:
        return False
    query = select(Limit.id).where(Limit.letter_id == letter.id, *_has_work(own))
    return session.scalars(query.limit(1)).first() is not None


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The SQL twin of ``may_see``."""
    if actor.has(*SEES_ALL_LETTERS):
        return Letter.id.is_not(None)
    own = sorted(actor.units())
    beside = Letter.id.in_(select(Limit.letter_id).where(*_has_work(own)))
    return and_(
        or_(Letter.lead_unit.in_(own), beside), or_(Letter.accused_unit.is_(None), Letter.accused_unit.not_in(own))
    )


INNER = frozenset({
    EventName.LETTER_SUBMITTED_TO_DEPUTY, EventName.HANDLER_INSTRUCTED, EventName.INSTRUCTION_ASKED, EventName.TASK_HANDED_ON,
    EventName.REPLY_DRAFTED, EventName.REPLY_SENT_BACK, EventName.REVIEW_PASSED, EventName.REVIEW_FAILED,
})  # fmt: skip
"""What happens between the lead unit and its reviewers; a unit beside the letter is not told of it."""
OWN_ONLY = frozenset({
    EventName.SUPERVISION_OPENED, EventName.SUPERVISION_ANSWERED, EventName.SUPERVISION_PRESSED,
    EventName.SUPERVISION_CLOSED, EventName.SUPERVISION_REPORTED, EventName.INSTRUCTION_GIVEN, EventName.INSTRUCTION_ANSWERED,
})  # fmt: skip
"""What an office or a leader asks of one unit is not another's to read."""


def is_told(name: str, data: Mapping[str, Any], own: Collection[str] | None, *, is_inside: bool) -> bool:
    """Whether an event stands in the record of a reader. ``own``: his units, None for an office; ``is_inside``: of the lead."""
    if own is None:
        return True
    if name in OWN_ONLY:
        return data.get("unit") in own
    return is_inside or name not in INNER


def _has_work(units: frozenset[str] | list[str]) -> tuple[ColumnElement[bool], ...]:
    """A unit released from its work no longer sees the letter; one that did it still does."""
    return Limit.unit_code.in_(sorted(units)), Limit.kind.in_(BESIDE_LIMITS), Limit.voided_at.is_(None)
