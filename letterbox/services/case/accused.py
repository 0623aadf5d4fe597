"""Who is accused (A5): a unit, which is then kept away from the letter, or no unit, if somebody says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import ActorKind
from letterbox.domain.vocabulary import Category
from letterbox.services.case.case import Case
from letterbox.store.letters import Letter

NO_UNIT = "not_a_unit"
"""The answer that a person, or nobody known, is accused. No unit's code has an underscore."""
OPTION = {"label": "不针对单位（针对个人，或者说不清）", "value": NO_UNIT}
UNSAID = "检举控告须写明被检举控告的单位，它不会收到这封信；不针对单位的，请选“不针对单位”"


def name_accused(case: Case, category: Category, values: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The accused unit named in ``accused_unit``, and whether somebody said who is accused; (None, False) if the letter
    is no accusation.

    A program may leave the question open (the contract asks for nothing beyond what it names); whoever assigns the
    letter is then warned. Raises FieldErrors if a person leaves it open.
    """
    if category is not Category.REPORT:
        return None, False
    answer = values.get("accused_unit") or None
    if answer is None and case.actor.kind is ActorKind.PERSON:
        raise FieldErrors({"accused_unit": UNSAID})
    return None if answer == NO_UNIT else answer, answer is not None


def answer_of(letter: Letter) -> str | None:
    """The recorded word on who is accused, as the form's answer."""
    return letter.accused_unit or (NO_UNIT if letter.accused_stated else None)
