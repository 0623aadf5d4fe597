"""What follows when a letter becomes an accusation (A5): the accused are kept away, and their work on it ends or moves.

If the accused unit leads or co-handles the letter, the office has to take the letter from it first.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from letterbox.domain.errors import FieldErrors
from letterbox.domain.vocabulary import Category, EndCause, LetterStatus, LimitKind, Role
from letterbox.services.case.case import Case
from letterbox.services.case.secrecy import conceal
from letterbox.services.notices.notices import Notices
from letterbox.services.side_processes import co_handling, instructions, supervision
from letterbox.services.visibility.rule import kept_away_people, who_stands_in
from letterbox.store.letters import Letter
from letterbox.store.notices import FormDraft
from letterbox.store.state import EngineFact

FIRST_RECALL = {
    LetterStatus.RETURNED: "这个单位退回了这封来信，正在等候裁定：请先裁定，改由别的单位办理，再改为检举控告",
    LetterStatus.ASSIGNED: "来信正要派发给这个单位：请稍后收回来信，再改为检举控告",
}
RECALL = "这个单位正在办理这封来信：请先收回来信或撤销协办，再改为检举控告"
JOINED = "有来信并在这封信之下（{numbers}），检举控告只能与针对同一单位的检举控告合并：请先把它们分出"


class Accusing:
    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def accuse(self, case: Case, unit: str | None, *, is_stated: bool) -> None:
        """Make the letter an accusation, against ``unit`` if one is given. Raises FieldErrors."""
        letter = case.letter
        excluded = sorted({*letter.excluded_units, *([unit] if unit else [])})
        _refuse_work(case, unit)
        refuse_followers(case, excluded)
        before = who_stands_in(case.session, letter.excluded_units)
        letter.category = Category.REPORT
        letter.accused_unit, letter.accused_stated, letter.excluded_units = unit, is_stated, excluded
        conceal(letter)
        if unit:
            _end_work(case, unit)
            _forget_drafts(case)
        if who_stands_in(case.session, excluded) is not before:
            self._notices.notify_roles(case, "task_waiting", [Role.SCREENER], by_mail=True)


def _refuse_work(case: Case, unit: str | None) -> None:
    letter = case.letter
    if unit is None:
        return
    if unit == letter.lead_unit:
        raise FieldErrors({"accused_unit": FIRST_RECALL.get(LetterStatus(letter.status), RECALL)})
    if unit in {row.unit_code for row in co_handling.running(case)}:
        raise FieldErrors({"accused_unit": RECALL})


def refuse_followers(case: Case, excluded: Sequence[str]) -> None:
    """Raises FieldErrors if a letter that waits under this one is not an accusation against the same: one reply answers
    all."""
    waiting = select(Letter).where(Letter.leading_id == case.letter.id, Letter.status == LetterStatus.JOINED)
    others = [
        each.number
        for each in case.session.scalars(waiting.order_by(Letter.id))
        if each.category != Category.REPORT or sorted(each.excluded_units) != sorted(excluded)
    ]
    if others:
        raise FieldErrors({"category": JOINED.format(numbers="、".join(others[:5]))})


def _end_work(case: Case, unit: str) -> None:
    """End the unit's supervisions and instructions; if the unit made a promise, the office has to report on it from now
    on."""
    supervision.end_all(case, EndCause.ACCUSED, unit)
    instructions.end_all(case, EndCause.ACCUSED, unit)
    for limit in case.limits.running(LimitKind.PROMISE):
        if limit.unit_code == unit:
            limit.unit_code = None
            case.watch.recheck()


def _forget_drafts(case: Case) -> None:
    away = kept_away_people(case.session, case.letter.excluded_units, case.now)
    of_letter = select(EngineFact.value["id"].astext).where(
        EngineFact.key.startswith("task:"), EngineFact.value["number"].astext == case.letter.number
    )
    theirs = FormDraft.person_id.in_(away), FormDraft.task_id.in_(of_letter)
    case.session.execute(delete(FormDraft).where(*theirs))
