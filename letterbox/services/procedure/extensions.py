"""Extension (H7): the unit applies in time, after it contacted the writer; the e-gov office decides; everybody is
notified."""

from __future__ import annotations

from datetime import date
from typing import Any

from letterbox.bundle.vocabulary import MessageName, due_variable
from letterbox.domain.dates import instant
from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.events.handling import ExtensionGranted, ExtensionRefused, ExtensionRequested
from letterbox.domain.forms.form import Values
from letterbox.domain.limits.answerers import UNIT_ANSWERING
from letterbox.domain.vocabulary import Category, LetterStatus, LimitKind, Role
from letterbox.services.case.case import Case
from letterbox.services.case.contacts import as_row, recorded_contacts, typed_contacts, was_contacted
from letterbox.services.case.custody import SUBMITTED
from letterbox.services.limits.recompute import check_extension, extend_reply
from letterbox.services.notices.notices import Notices
from letterbox.store.letters import last_event

GRANT, REFUSE = "grant", "refuse"
NO_CONSULTATION = "政策咨询不能延期；需要调查的，请电子政务办先更改来信类别"


class Extensions:
    """What follows from the action ``apply-for-extension`` and from Task_DecideExtension."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def may_apply(self, case: Case) -> str | None:
        """Why an extension cannot be applied for now, or None: the reply limit has passed, a reply was submitted, a
        decision is pending, or the letter is a consultation (H5)."""
        letter = case.letter
        if letter.status == LetterStatus.RETURNED:
            return "已经退回，等候裁定期间不能申请延期"
        if letter.status in SUBMITTED:
            return "回复已经提交，不用再申请延期"
        replies = case.limits.running(LimitKind.REPLY)
        if letter.status != LetterStatus.HANDLING or not replies:
            return "来信现在不在承办单位手里，不能申请延期"
        if letter.category == Category.CONSULTATION:
            return NO_CONSULTATION
        if case.limits.running(LimitKind.EXTENSION_DECISION):
            return "已经申请过延期，正在等候电子政务办审批"
        if case.now > replies[0].due_at:
            return f"答复期限（{instant(replies[0].due_at)}）已过，延期须在期限届满之前申请"
        return None

    def known_contacts(self, case: Case) -> Values:
        return {"contacts": [as_row(each) for each in recorded_contacts(case)]}

    def apply(self, case: Case, values: Values) -> None:
        """``values``: reason, due_on, contacts. The old due instant counts until the decision. Raises FieldErrors."""
        due_on = date.fromisoformat(str(values["due_on"]))
        check_extension(case, due_on)
        contacts = typed_contacts(case, values)
        if not was_contacted([*recorded_contacts(case), *contacts]):
            raise FieldErrors(
                {
                    "contacts": "申请延期须先与来信人联系：请填写一次已接通的联系记录；联系不上的，填写两个不同日期的联系记录"
                }
            )
        case.session.add_all(contacts)
        case.record(
            ExtensionRequested(
                unit=case.letter.lead_unit,
                reason=values["reason"],
                due_on=due_on,
                contacts=len(values["contacts"]),
            )
        )
        decision = case.limits.start(LimitKind.EXTENSION_DECISION)
        self._notices.notify_roles(case, "extension_requested", [Role.SCREENER], reason=values["reason"])
        case.commands.correlate(MessageName.EXTENSION_REQUESTED, {due_variable(decision.kind): decision.due_text})

    def decide(self, case: Case, values: Values) -> dict[str, Any]:
        """``values``: outcome, due_on? (else the date applied for), reason?. Raises FieldErrors."""
        outcome, reason = values.get("outcome"), str(values.get("reason") or "").strip()
        if outcome not in {GRANT, REFUSE}:
            raise FieldErrors({"outcome": "请选择同意延期还是不同意延期"})
        if outcome == REFUSE and not reason:
            raise FieldErrors({"reason": "不同意延期的，请写明理由"})
        if outcome == GRANT and case.letter.category == Category.CONSULTATION:
            raise FieldErrors({"outcome": NO_CONSULTATION})
        case.limits.end_all(LimitKind.EXTENSION_DECISION)
        applied = _application(case)
        unit = case.letter.lead_unit
        if outcome == REFUSE:
            case.record(ExtensionRefused(unit=unit, reason=reason))
            self._notify_unit(case, is_granted=False, due="", reason=reason)
            return {}
        due_on = date.fromisoformat(str(values["due_on"])) if values.get("due_on") else applied.due_on
        case.record(ExtensionGranted(unit=unit, due_on=due_on, reason=reason or None))
        reply = extend_reply(case, due_on)
        due = reply.due_text
        self._notices.notify_writer(case, "extension_granted", reason=applied.reason, due=due)
        self._notify_unit(case, is_granted=True, due=due, reason=reason)
        return {}

    def _notify_unit(self, case: Case, *, is_granted: bool, due: str, reason: str) -> None:
        roles = UNIT_ANSWERING
        self._notices.notify_roles(
            case, "extension_decided", roles, case.letter.lead_unit, granted=is_granted, due=due, reason=reason
        )


def _application(case: Case) -> ExtensionRequested:
    """The application that is being decided."""
    applied = last_event(case.session, case.letter.id, ExtensionRequested)
    if applied is None:
        raise WrongState("没有延期申请的记录，不能决定")
    return applied
