"""Re-categorising midway (A6): the open reply limit is computed anew from the same start, back and forth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.domain.clock import iso
from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Category, EventName, LetterStatus, LimitKind, Role
from letterbox.domain.words import label
from letterbox.services.accused import answer_of, name_accused
from letterbox.services.accusing import Accusing
from letterbox.services.case import Case
from letterbox.services.limit_moves import recategorise_reply
from letterbox.services.notices import Notices
from letterbox.services.secrecy import conceal
from letterbox.services.unit_work import SUBMITTED

POSSIBLE_IN = frozenset({LetterStatus.SCREENED, LetterStatus.ASSIGNED, LetterStatus.HANDLING, LetterStatus.RETURNED})


class Recategorising:
    """What follows from the action ``recategorise``."""

    def __init__(self, notices: Notices, accusing: Accusing) -> None:
        self._notices = notices
        self._accusing = accusing

    def may_recategorise(self, case: Case) -> str | None:
        if case.letter.status in SUBMITTED:
            return "回复已经提交，不能再更改类别"
        return None if case.letter.status in POSSIBLE_IN else "来信受理之后、提交回复之前才能更改类别"

    def recategorise(self, case: Case, values: Mapping[str, Any]) -> None:
        """``values``: category, accused_unit? (of a report), reason. Raises FieldErrors."""
        letter, category = case.letter, Category(values["category"])
        accused, is_stated = name_accused(case, category, values)
        if (letter.category, letter.accused_unit, letter.accused_stated) == (category, accused, is_stated):
            raise FieldErrors({"category": f"来信已经是{label(category)}"})
        before = letter.category
        if category is Category.REPORT:
            self._accusing.accuse(case, accused, is_stated=is_stated)
        else:
            letter.category, letter.accused_unit, letter.accused_stated = category, None, False
            letter.excluded_units = []
            conceal(letter)
        case.record(
            EventName.LETTER_RECATEGORISED,
            category=category,
            before=before,
            accused_unit=accused,
            accused_stated=is_stated,
            reason=values["reason"],
        )
        case.tell_facts(category=category)
        replies = case.open_limits(LimitKind.REPLY)
        old = replies[0].due_at if replies else None
        reply = recategorise_reply(case)
        is_moved = reply is not None and reply.due_at != old
        due = iso(reply.due_at) if reply is not None else ""
        facts: dict[str, Any] = {"category_name": label(category), "due": due, "moved": is_moved}
        if letter.lead_unit:
            roles = (Role.UNIT_HANDLER, Role.UNIT_DEPUTY)
            self._notices.tell_roles(
                case, "letter_recategorised", roles, letter.lead_unit, reason=values["reason"], **facts
            )
        self._notices.tell_writer(case, "writer_recategorised", **facts)

    def present(self, case: Case) -> Mapping[str, Any]:
        return {"category": case.letter.category, "accused_unit": answer_of(case.letter)}
