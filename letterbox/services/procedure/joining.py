"""Joining (A6): letters of the same matter wait under a leading one. One reply answers every writer; each keeps their
code.

Whoever changes both locks the leading letter first, then those joined to it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from letterbox.bundle.vocabulary import MessageName, UnitOutcome, Variable, due_variable
from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.events.reply import ReplyDelivered
from letterbox.domain.events.screening import LetterJoined, LetterReleased
from letterbox.domain.forms.form import Values
from letterbox.domain.limits.answerers import UNIT_ANSWERING
from letterbox.domain.vocabulary import (
    ENDS_WITH_LETTER,
    FINAL_STATUSES,
    Category,
    EndCause,
    LetterStatus,
    LimitKind,
)
from letterbox.services.case.accused import name_accused
from letterbox.services.case.case import Case
from letterbox.services.case.custody import await_assignment, take_from_unit
from letterbox.services.case.leading import lock_leading, typed_number
from letterbox.services.case.secrecy import masked_for_others
from letterbox.services.case.standing import AT_WORK, is_in_place
from letterbox.services.notices.notices import Notices
from letterbox.services.procedure.accusing import Accusing
from letterbox.services.procedure.recategorising import open_request
from letterbox.services.side_processes.co_handling import end_all
from letterbox.services.side_processes.promises import Promises
from letterbox.store.letters import Letter
from letterbox.store.replies import Reply

ENDED = {
    LetterStatus.DECLINED: "没有受理",
    LetterStatus.CLOSED: "已经办结",
    LetterStatus.WITHDRAWN: "已由来信人撤回",
}


class Joining:
    """What follows from ``join``, ``release`` and a screening that ends with joining."""

    def __init__(self, notices: Notices, promises: Promises, accusing: Accusing) -> None:
        self._notices = notices
        self._accusing = accusing
        self._promises = promises

    def may_join(self, case: Case) -> str | None:
        status = LetterStatus(case.letter.status)
        if status is LetterStatus.JOINED:
            return "来信已经并入另一封来信；要改并，请先分出"
        if status is LetterStatus.AWAITING_SUPPLEMENT:
            return "正在等来信人补充材料，补充之后再并"
        return None if is_in_place("join", status) else "来信只能在甄别、交办或单位办理期间并入另一封来信"

    def join(self, case: Case, values: Values) -> None:
        """The action; ``values``: joined_to, reason."""
        self._join(case, values)
        case.commands.correlate(MessageName.LETTER_JOINED, {Variable.UNIT_OUTCOME: UnitOutcome.JOINED})

    def screened_as_joined(self, case: Case, values: Values) -> dict[str, Any]:
        """The screening's outcome; ``values``: joined_to, accused_unit? (of an accusation). Returns process variables."""
        if case.letter.category == Category.REPORT:
            accused, is_stated = name_accused(case, Category.REPORT, values)
            self._accusing.accuse(
                case, accused or case.letter.accused_unit, is_stated=is_stated or case.letter.accused_stated
            )
        self._join(case, values)
        return {}

    def _join(self, case: Case, values: Values) -> None:
        leading = self._leading(case, values)
        reason = values.get("reason") or None
        if case.letter.lead_unit and case.letter.status in AT_WORK:
            roles = UNIT_ANSWERING
            words = f"已并入来信 {leading.letter.number}，由办理那封信的单位统一答复"
            self._notices.notify_roles(case, "letter_recalled", roles, case.letter.lead_unit, reason=words)
        case.record(LetterJoined(joined_to=leading.letter.number, unit=case.letter.lead_unit, reason=reason))
        end_all(case, EndCause.JOINED)
        case.limits.void_all(*ENDS_WITH_LETTER)
        take_from_unit(case)
        case.letter.leading_id = leading.letter.id
        self._notices.notify_writer(case, "letter_joined")
        for follower in followers(case):
            follower.letter.leading_id = leading.letter.id
            follower.record(LetterJoined(joined_to=leading.letter.number, unit=None, reason="随所并入的来信一起并入"))
        if leading.letter.status == LetterStatus.ANSWERED:
            self.answer(leading, case)

    def _leading(self, case: Case, values: Values) -> Case:
        """The leading letter's case, locked before this one (``lock_leading``). Raises FieldErrors, WrongState."""
        typed = typed_number(values)
        number = lock_leading(case.session, values, case.actor)
        if number is None:
            raise FieldErrors({"joined_to": f"没有编号为 {typed} 的来信，请核对主信的编号"})
        if number == case.letter.number:
            words = "不能把来信并入它自己" if typed == number else f"{typed} 已经并入这封来信，不能反过来"
            raise FieldErrors({"joined_to": words})
        leading = next((each for each in case.others if each.letter.number == number), None)
        if leading is None:
            raise WrongState(f"主信 {typed} 刚刚有变动，请再试一次")
        status = LetterStatus(leading.letter.status)
        if status in FINAL_STATUSES:
            raise FieldErrors({"joined_to": f"{number} {ENDED[status]}，不能再并入"})
        if open_request(case.session, leading.letter.id) is not None:
            raise FieldErrors({"joined_to": f"{number} 的类别正在等候确认，确认之后再并"})
        if refusal := _unlike(case.letter, leading.letter):
            raise FieldErrors({"joined_to": refusal})
        return leading

    def answer(self, leading: Case, follower: Case) -> None:
        """Answer the joined letter with the leading letter's reply, at this instant; each writer evaluates it for
        themselves.

        If the leading letter is an accusation, the reply is without traces of who wrote it (A5).
        """
        reply = _delivered(leading)
        if _unlike(follower.letter, leading.letter) or reply.unit_code in follower.letter.excluded_units:
            self.release(follower, {"reason": "检举控告不与别的来信一并答复"})
            return
        last = follower.session.scalar(select(func.max(Reply.round)).where(Reply.letter_id == follower.letter.id)) or 0
        own = Reply(
            letter_id=follower.letter.id,
            round=last + 1,
            unit_code=reply.unit_code,
            body=masked_for_others(leading.letter, reply.body),
            drafted_by=reply.drafted_by,
            drafted_at=reply.drafted_at,
            signed_by=reply.signed_by,
            submitted_at=reply.submitted_at,
            delivered_at=follower.now,
        )
        follower.session.add(own)
        follower.letter.lead_unit, follower.letter.answered_at = reply.unit_code, follower.now
        follower.record(ReplyDelivered(round=own.round, unit=reply.unit_code, leading=leading.letter.number))
        self._promises.follow(leading, follower, reply, own)
        limit = follower.limits.start(LimitKind.EVALUATION)
        self._notices.notify_writer(follower, "reply_delivered", reply=own.body, due=limit.due_text)
        variables = {Variable.LEAD_UNIT: reply.unit_code, due_variable(limit.kind): limit.due_text}
        follower.commands.correlate_last(MessageName.LEADING_LETTER_ANSWERED, variables)

    def answer_followers(self, leading: Case) -> None:
        for follower in followers(leading):
            self.answer(leading, follower)

    def may_release(self, case: Case) -> str | None:
        return None if case.letter.status == LetterStatus.JOINED else "来信没有并在别的来信之下"

    def release(self, case: Case, values: Values) -> None:
        """``values``: reason. Back to screening, by a new limit from this instant [ours]."""
        leading = case.session.get_one(Letter, case.letter.leading_id)
        case.letter.leading_id = None
        case.record(LetterReleased(released_from=leading.number, reason=values["reason"]))
        variables = await_assignment(case)
        self._notices.notify_writer(case, "letter_released")
        case.commands.correlate(MessageName.LETTER_RELEASED, variables)

    def release_followers(self, leading: Case, because: str) -> None:
        """Screen the letters joined to this one for themselves, since this one will not be answered."""
        for follower in followers(leading):
            self.release(follower, {"reason": because})


def _unlike(letter: Letter, leading: Letter) -> str | None:
    """Why the two letters may not have one reply, or None: an accusation may be joined only with one against the same
    (A5)."""
    if Category.REPORT not in {letter.category, leading.category}:
        return None
    number = leading.number
    if letter.category != leading.category:
        return f"检举控告只能并入针对同一单位的检举控告，{number} 与这封来信不同类"
    if not (letter.accused_stated and leading.accused_stated):
        return "两封检举控告都须先写明被检举控告的单位，才能合并"
    is_same = letter.accused_unit == leading.accused_unit and set(letter.excluded_units) == set(leading.excluded_units)
    return None if is_same else f"检举控告只能并入针对同一单位的检举控告，{number} 针对的不是同一单位"


def followers(leading: Case) -> list[Case]:
    """The letters joined to this one, locked after it, oldest first."""
    waiting = (Letter.leading_id == leading.letter.id, Letter.status == LetterStatus.JOINED)
    numbers = list(leading.session.scalars(select(Letter.number).where(*waiting).order_by(Letter.id)))
    return [leading.other(number) for number in numbers]


def _delivered(leading: Case) -> Reply:
    query = select(Reply).where(Reply.letter_id == leading.letter.id, Reply.delivered_at.is_not(None))
    return leading.session.scalars(query.order_by(Reply.round.desc()).limit(1)).one()
