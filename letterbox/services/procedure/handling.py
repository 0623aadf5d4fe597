"""The unit's inner path (H3, H4): receive, submit to the deputy, instruct, draft, sign off."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select

from letterbox.bundle.vocabulary import DraftOutcome, UnitOutcome, UnitStep, Variable, Variables, due_variable
from letterbox.domain.clock import iso
from letterbox.domain.dates import instant
from letterbox.domain.errors import FieldErrors
from letterbox.domain.events.handling import (
    HandlerInstructed,
    InstructionAsked,
    LetterRegistered,
    LetterSubmittedToDeputy,
    ReplyDrafted,
    ReplySentBack,
    ReplySubmitted,
    UnitLimitSet,
)
from letterbox.domain.forms.form import Values
from letterbox.domain.limits.time_limits import closing_instant
from letterbox.domain.vocabulary import LimitKind
from letterbox.services.case.case import Case
from letterbox.services.case.contacts import recorded_contacts, typed_contacts, was_contacted
from letterbox.services.limits.person_dates import near_enough
from letterbox.services.side_processes.co_handling import CoHandlers
from letterbox.store.replies import Reply


class Handling:
    """What follows from the unit's tasks."""

    def __init__(self, co_handlers: CoHandlers) -> None:
        self._co_handlers = co_handlers

    def receive(self, case: Case, values: Values) -> Variables:
        case.limits.end_all(LimitKind.SIGN_FOR)
        case.record(LetterRegistered(note=values.get("note") or None))
        return {Variable.UNIT_STEP: UnitStep.SUBMIT_TO_DEPUTY}

    def submit_to_deputy(self, case: Case, values: Values) -> Variables:
        case.record(LetterSubmittedToDeputy(note=values.get("note") or None))
        return {Variable.UNIT_STEP: UnitStep.INSTRUCT}

    def instruct(self, case: Case, values: Values) -> Variables:
        """Record the deputy's instruction and, if the deputy sets one, the unit's own earlier date (H3). Raises
        FieldErrors."""
        own = _own_due(case, values)
        case.record(HandlerInstructed(instruction=values.get("instruction") or None))
        if own is None:
            return {Variable.UNIT_STEP: UnitStep.DRAFT}
        case.record(UnitLimitSet(due_at=own, unit=case.letter.lead_unit))
        return {Variable.UNIT_STEP: UnitStep.DRAFT, Variable.UNIT_DUE_AT: iso(own)}

    def draft(self, case: Case, values: Values) -> Variables:
        """Keep the draft of this round with its contacts. An unmet demand needs a contact record (H4). Raises
        FieldErrors."""
        if values.get("ask_instruction"):
            return self._ask_instruction(case, values)
        contacts = typed_contacts(case, values)
        unmet = bool(values.get("unmet_demand"))
        if unmet and not was_contacted([*recorded_contacts(case), *contacts]):
            raise FieldErrors(
                {
                    "contacts": "诉求不能满足时须与来信人联系并说明：请填写一次已接通的联系记录；联系不上的，填写两个不同日期的联系记录"
                }
            )
        reply = current_reply(case) or self._new_round(case)
        reply.body, reply.unmet_demand = str(values.get("reply") or ""), unmet
        reply.promise_on = _promise(values, case.now)
        reply.drafted_by, reply.drafted_at = case.actor.name, case.now
        case.session.add_all(contacts)
        case.record(ReplyDrafted(round=reply.round, unmet_demand=unmet, contacts=len(contacts)))
        return {Variable.DRAFT_OUTCOME: DraftOutcome.SUBMIT, Variable.UNIT_STEP: UnitStep.SIGN_OFF}

    def _ask_instruction(self, case: Case, values: Values) -> Variables:
        """Send the draft back to the deputy with a question (H3); contacts that were entered so far are kept."""
        case.session.add_all(typed_contacts(case, values))
        case.record(InstructionAsked(question=str(values.get("question") or "") or None))
        return {Variable.DRAFT_OUTCOME: DraftOutcome.ASK_INSTRUCTION, Variable.UNIT_STEP: UnitStep.INSTRUCT}

    def _new_round(self, case: Case) -> Reply:
        last = case.session.scalar(select(func.max(Reply.round)).where(Reply.letter_id == case.letter.id)) or 0
        reply = Reply(letter_id=case.letter.id, round=last + 1, unit_code=case.letter.lead_unit, body="")
        case.session.add(reply)
        return reply

    def sign_off(self, case: Case, values: Values) -> Variables:
        """Send the draft back, or submit it to review: the first submission ends the reply limit (D)."""
        reply = current_reply(case)
        if reply is None:
            raise FieldErrors({"outcome": "还没有回复稿，请退回承办人起草"})
        if values.get("outcome") == "send_back":
            case.record(ReplySentBack(round=reply.round, comment=values.get("comment") or None))
            return {Variable.UNIT_STEP: UnitStep.DRAFT}
        reply.signed_by, reply.submitted_at = case.actor.name, case.now
        case.limits.end_all(LimitKind.SIGN_FOR, LimitKind.REPLY, LimitKind.REDO)
        case.limits.void_all(LimitKind.RETURN, LimitKind.EXTENSION_DECISION)
        case.record(ReplySubmitted(round=reply.round, unmet_demand=reply.unmet_demand))
        self._co_handlers.note_missing(case)
        review = case.limits.start(LimitKind.REVIEW)
        return {due_variable(review.kind): review.due_text, Variable.UNIT_OUTCOME: UnitOutcome.SUBMITTED}


def current_reply(case: Case) -> Reply | None:
    """The reply that is being drafted: the last one, unless it was submitted already or is another unit's."""
    query = select(Reply).where(Reply.letter_id == case.letter.id).order_by(Reply.round.desc()).limit(1)
    reply = case.session.scalars(query).first()
    is_own = reply is not None and reply.unit_code == case.letter.lead_unit
    return reply if reply is not None and is_own and reply.submitted_at is None else None


def submitted_reply(case: Case) -> Reply:
    """The reply last submitted to review."""
    query = select(Reply).where(Reply.letter_id == case.letter.id, Reply.submitted_at.is_not(None))
    return case.session.scalars(query.order_by(Reply.round.desc()).limit(1)).one()


def _own_due(case: Case, values: Values) -> datetime | None:
    """The closing instant of the date that the unit sets itself; never later than the limit that binds the unit."""
    if not values.get("own_due_on"):
        return None
    own = closing_instant(date.fromisoformat(str(values["own_due_on"])))
    if own < case.now:
        raise FieldErrors({"own_due_on": "本单位期限不能早于现在"})
    bound = [limit.due_at for limit in case.limits.running(LimitKind.REPLY, LimitKind.REDO)]
    if bound and own > min(bound):
        raise FieldErrors({"own_due_on": f"本单位期限不能晚于规定的时限（{instant(min(bound))}）"})
    return own


def _promise(values: Values, now: datetime) -> date | None:
    """The promised date (H11); one that is over or years away is refused."""
    if not values.get("promise_on"):
        return None
    return near_enough(date.fromisoformat(str(values["promise_on"])), now, "promise_on")
