"""Changing a letter's category (A6): the open reply limit is computed anew from the same start, back and forth.

If a letter was an accusation once, by its writer's word or the office's, it stays one (its writer masked, the accused
kept away) until the writer agrees or a second person of the office does (A5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clock import iso
from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.events.screening import CategoryChangeAsked, CategoryChangeRefused, LetterRecategorised
from letterbox.domain.forms.form import Values
from letterbox.domain.limits.answerers import UNIT_ANSWERING
from letterbox.domain.permissions import ActorKind
from letterbox.domain.vocabulary import Category, LimitKind, Role
from letterbox.domain.words import label
from letterbox.services.case.accused import answer_of, name_accused
from letterbox.services.case.case import Case
from letterbox.services.case.custody import SUBMITTED
from letterbox.services.case.secrecy import conceal
from letterbox.services.case.standing import Act, is_in_place
from letterbox.services.limits.recompute import recategorise_reply
from letterbox.services.notices.notices import Notices
from letterbox.services.procedure.accusing import Accusing, refuse_followers
from letterbox.store.category_requests import CategoryRequest

AGREED, REFUSED, REPLACED = "agreed", "refused", "replaced"
DECIDED_BY_WRITER, DECIDED_BY_OFFICE = "writer", "office"
SCREENED_OTHERWISE = "甄别认为来信不是检举控告"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a letter is to become. ``accused``: a unit's code; ``is_stated``: somebody said whom an accusation is
    against."""

    category: Category
    accused: str | None
    is_stated: bool
    reason: str


class Recategorising:
    """What follows from the actions ``recategorise`` and ``confirm-category``, and from the writer's word on it."""

    def __init__(self, notices: Notices, accusing: Accusing) -> None:
        self._notices = notices
        self._accusing = accusing

    def may_recategorise(self, case: Case) -> str | None:
        if case.letter.status in SUBMITTED:
            return "回复已经提交，不能再更改类别"
        return None if is_in_place("recategorise", case.letter.status) else "来信受理之后、提交回复之前才能更改类别"

    def recategorise(self, case: Case, values: Values) -> None:
        """``values``: category, accused_unit? (of a report), reason. Raises FieldErrors.

        If the letter is an accusation, the change is first only asked for. Only one thing changes at once: another
        accused unit is kept away too.
        """
        letter, category = case.letter, Category(values["category"])
        accused, is_stated = name_accused(case, category, values)
        if (letter.category, letter.accused_unit, letter.accused_stated) == (category, accused, is_stated):
            raise FieldErrors({"category": f"来信已经是{label(category)}"})
        wish, before, kept = (
            Wish(category=category, accused=accused, is_stated=is_stated, reason=str(values["reason"])),
            letter.category,
            letter.accused_unit,
        )
        is_left = self.accept(case, wish)
        if not is_left or letter.accused_unit != kept:
            self._changed(case, wish, before)
        if is_left:
            self._ask(case, wish)

    def screened(self, case: Case, values: Values) -> Wish | None:
        """Apply the screener's category. Returns what the writer or a second person has to agree to, for ``ask``; None
        if nothing."""
        category = Category(values["category"])
        is_leaving = case.letter.category == Category.REPORT and category is not Category.REPORT
        accused, is_stated = name_accused(case, Category.REPORT if is_leaving else category, values)
        if is_leaving:
            self._accusing.accuse(
                case, accused or case.letter.accused_unit, is_stated=is_stated or case.letter.accused_stated
            )
            return Wish(category=category, accused=None, is_stated=False, reason=SCREENED_OTHERWISE)
        wish = Wish(category=category, accused=accused, is_stated=is_stated, reason=SCREENED_OTHERWISE)
        return wish if self.accept(case, wish) else None

    def accept(self, case: Case, wish: Wish) -> bool:
        """Apply the part of the wish that protects somebody. Returns whether a part is left that needs agreement."""
        letter = case.letter
        if wish.category is not Category.REPORT:
            if letter.category == Category.REPORT:
                refuse_followers(case, ())
                return True
            _set(case, wish)
            return False
        others = set(letter.excluded_units) - {wish.accused}
        if wish.accused or not others:
            self._accusing.accuse(case, wish.accused, is_stated=wish.is_stated)
        return bool(others)

    def ask(self, case: Case, wish: Wish | None) -> None:
        if wish is not None:
            self._ask(case, wish)

    def _ask(self, case: Case, wish: Wish) -> None:
        known = open_request(case.session, case.letter.id)
        if known is not None:
            known.outcome, known.decided_at = REPLACED, case.now
            case.session.flush()
        case.session.add(
            CategoryRequest(
                letter_id=case.letter.id,
                category=wish.category,
                accused_unit=wish.accused,
                accused_stated=wish.is_stated,
                reason=wish.reason,
                asked_at=case.now,
                asked_by_kind=case.actor.kind,
                asked_by_id=case.actor.id,
                asked_by_person=case.actor.person,
            )
        )
        case.record(
            CategoryChangeAsked(
                category=wish.category,
                accused_unit=wish.accused,
                accused_stated=wish.is_stated,
                reason=wish.reason,
            )
        )
        facts: dict[str, Any] = {"category_name": label(wish.category), "is_report": wish.category is Category.REPORT}
        self._notices.notify_roles(case, "category_change_asked", [Role.SCREENER, Role.REVIEWER], **facts)
        self._notices.notify_writer(case, "writer_category_asked", **facts)

    def may_confirm(self, case: Case) -> str | None:
        """Whether this actor can be the second person. A token counts as the person who answers for it."""
        if refusal := self.may_recategorise(case):
            return refusal
        request = open_request(case.session, case.letter.id)
        if request is None:
            return "没有等待确认的类别更改"
        if case.actor.kind is not ActorKind.PERSON:
            return "须由登录的人员确认"
        if request.asked_by_person is None:
            return "提出更改的令牌没有登记由谁负责，分不清是不是同一个人：请由登录的人员重新提出，或者由来信人同意"
        if request.asked_by_person == case.actor.person:
            return "须由提出更改以外的另一位工作人员确认，或者由来信人同意"
        return "来信人没有同意改变类别，只有他本人可以改变主意" if _was_refused(case) else None

    def confirm(self, case: Case, values: Values) -> None:
        """By a second person of the office; ``values``: outcome (agree, refuse), reason."""
        self._decide(case, DECIDED_BY_OFFICE, agrees=values["outcome"] == "agree", reason=str(values["reason"]))

    def answer(self, case: Case, *, agrees: bool, comment: str) -> None:
        """By the writer. Raises WrongState if nothing is asked of him now."""
        if not is_asked(case.session, case.letter.id, case.letter.status):
            raise WrongState("现在没有需要您确认的类别")
        self._decide(case, DECIDED_BY_WRITER, agrees=agrees, reason=comment)

    def _decide(self, case: Case, by: str, *, agrees: bool, reason: str) -> None:
        request = open_request(case.session, case.letter.id)
        if request is None:
            raise WrongState("没有等待确认的类别更改")
        request.outcome, request.decided_by, request.decided_at = AGREED if agrees else REFUSED, by, case.now
        if not agrees:
            case.record(CategoryChangeRefused(by=by, reason=reason or None))
            self._notices.notify_roles(
                case, "category_change_refused", [Role.SCREENER], by_writer=by == DECIDED_BY_WRITER, words=reason
            )
            return
        wish = Wish(
            category=Category(request.category),
            accused=request.accused_unit,
            is_stated=request.accused_stated,
            reason=request.reason,
        )
        refuse_followers(case, [wish.accused] if wish.accused else [])
        before = case.letter.category
        _set(case, wish)
        self._changed(case, wish, before, agreed_by=by)

    def _changed(self, case: Case, wish: Wish, before: str | None, agreed_by: str | None = None) -> None:
        """Record the change and notify. Why a letter is no accusation any more is not for the unit to read: the
        officer's words say what it was about and may say whose it was."""
        letter = case.letter
        case.record(
            LetterRecategorised(
                category=wish.category,
                before=Category(before) if before else None,
                accused_unit=wish.accused,
                accused_stated=wish.is_stated,
                reason=wish.reason,
                agreed_by=agreed_by,
            )
        )
        case.commands.update_variables(category=wish.category)
        replies = case.limits.running(LimitKind.REPLY)
        old = replies[0].due_at if replies else None
        reply = recategorise_reply(case)
        is_moved = reply is not None and reply.due_at != old
        due = iso(reply.due_at) if reply is not None else ""
        words: dict[str, Any] = {"category_name": label(wish.category), "due": due, "moved": is_moved}
        if letter.lead_unit:
            roles = UNIT_ANSWERING
            reason = "" if before == Category.REPORT else wish.reason
            self._notices.notify_roles(case, "letter_recategorised", roles, letter.lead_unit, reason=reason, **words)
        self._notices.notify_writer(case, "writer_recategorised", **words)

    def present(self, case: Case) -> Mapping[str, Any]:
        return {"category": case.letter.category, "accused_unit": answer_of(case.letter)}


def _set(case: Case, wish: Wish) -> None:
    """Set the category. Nobody but the accused of the new category is kept away any more."""
    letter = case.letter
    letter.category, letter.accused_unit, letter.accused_stated = wish.category, wish.accused, wish.is_stated
    letter.excluded_units = [wish.accused] if wish.accused else []
    conceal(letter)


def open_request(session: Session, letter_id: int) -> CategoryRequest | None:
    query = select(CategoryRequest).where(CategoryRequest.letter_id == letter_id, CategoryRequest.outcome.is_(None))
    return session.scalars(query).first()


def is_asked(session: Session, letter_id: int, status: str) -> bool:
    """Whether the writer is asked to agree now."""
    return is_in_place(Act.ANSWER_CATEGORY, status) and open_request(session, letter_id) is not None


def _was_refused(case: Case) -> bool:
    """Whether the writer's last answer to such a question was no."""
    words = select(CategoryRequest.outcome).where(
        CategoryRequest.letter_id == case.letter.id, CategoryRequest.decided_by == DECIDED_BY_WRITER
    )
    return case.session.scalars(words.order_by(CategoryRequest.id.desc()).limit(1)).first() == REFUSED
