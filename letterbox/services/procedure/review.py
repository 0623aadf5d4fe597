"""Review (S2, S3), delivery and publication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from letterbox.bundle.vocabulary import UnitStep, Variable, due_variable
from letterbox.domain.errors import FieldErrors
from letterbox.domain.events.reply import LetterPublished, ReplyDelivered, ReviewFailed, ReviewPassed
from letterbox.domain.permissions import ActorKind
from letterbox.domain.vocabulary import Category, Criterion, LimitKind, Role
from letterbox.services.case.case import Case
from letterbox.services.case.effects import NotOnRecord
from letterbox.services.notices.notices import Notices
from letterbox.services.procedure.handling import submitted_reply
from letterbox.services.procedure.joining import Joining
from letterbox.services.publication.public_copies import may_be_public, prepared
from letterbox.services.publication.public_text import PieceDecision
from letterbox.services.side_processes.promises import Promises
from letterbox.services.side_processes.supervision import Supervisions
from letterbox.store.replies import Publication, Reply, Review

SUPERVISED_AT = 2
"""The failed review with which supervision starts (S3) [ours]."""

Rubric = Mapping[Criterion, str]


class Reviewing:
    """What follows from Task_ReviewReply and the delivery worker."""

    def __init__(self, notices: Notices, joining: Joining, supervisions: Supervisions, promises: Promises) -> None:
        self._notices = notices
        self._joining = joining
        self._supervisions = supervisions
        self._promises = promises

    def review(self, case: Case, values: Mapping[str, Any]) -> dict[str, Any]:
        """Judge the reply by the rubric: if one question fails, the reply fails (S2). A fail needs a comment, the
        second one a handling opinion (S3). Raises FieldErrors."""
        failed = values.get("outcome") == "fail"
        errors = _errors(case, values, failed)
        if errors:
            raise FieldErrors(errors)
        reply = submitted_reply(case)
        rubric = {name: str(values[name]) for name in Criterion if values.get(name)}
        comment, opinion = str(values.get("comment") or ""), str(values.get("handling_opinion") or "")
        row = Review(
            letter_id=case.letter.id,
            reply_id=reply.id,
            rubric=rubric,
            outcome=str(values["outcome"]),
            comment=comment,
            handling_opinion=opinion,
            reviewed_by=case.actor.name,
            reviewed_at=case.now,
        )
        case.session.add(row)
        case.limits.end_all(LimitKind.REVIEW)
        return self._fail(case, reply, rubric, row) if failed else self._pass(case, reply, rubric, row, values)

    def _fail(self, case: Case, reply: Reply, rubric: Rubric, row: Review) -> dict[str, Any]:
        case.letter.failed_reviews += 1
        case.record(
            ReviewFailed(
                round=reply.round,
                rubric=rubric,
                comment=row.comment or None,
                handling_opinion=row.handling_opinion or None,
            )
        )
        redo = case.limits.start(LimitKind.REDO, unit=case.letter.lead_unit)
        self._notices.notify_roles(
            case, "reply_failed_review", [Role.UNIT_HANDLER], case.letter.lead_unit, comment=row.comment or None
        )
        if case.letter.failed_reviews == SUPERVISED_AT:
            self._supervisions.failed_review(case, row.handling_opinion)
        due = redo.due_text
        return {due_variable(redo.kind): due, Variable.UNIT_DUE_AT: due, Variable.UNIT_STEP: UnitStep.DRAFT}

    def _pass(self, case: Case, reply: Reply, rubric: Rubric, row: Review, values: Mapping[str, Any]) -> dict[str, Any]:
        publish = bool(values.get("publish", True)) and may_be_public(case.letter)
        masked, kept, not_looked_at = _decided(case) if publish else (None, None, None)
        case.record(
            ReviewPassed(
                round=reply.round,
                rubric=rubric,
                comment=row.comment or None,
                handling_opinion=row.handling_opinion or None,
                publish=publish,
                masked=masked,
                kept=kept,
                not_looked_at=not_looked_at,
            )
        )
        return {"publish": publish}

    def deliver(self, case: Case, publish: bool) -> dict[str, Any]:
        """Deliver the reply: the writer gets it, the evaluation limit starts, the public copy is made if so decided.

        Only a reply that passed review on record is delivered (S2). Raises NotOnRecord.
        """
        reply = submitted_reply(case)
        if not _is_passed(case, reply):
            raise NotOnRecord(
                "这一稿回复没有审核通过的记录：审核是绕过本系统在流程引擎里完成的，回复没有送达。请把流程移回“审核回复”"
            )
        reply.delivered_at = case.letter.answered_at = case.now
        case.record(ReplyDelivered(round=reply.round, unit=reply.unit_code))
        self._promises.start(case, reply)
        limit = case.limits.start(LimitKind.EVALUATION)
        self._notices.notify_writer(case, "reply_delivered", reply=reply.body, due=limit.due_text)
        if publish and may_be_public(case.letter):
            self._publish(case)
        self._joining.answer_followers(case)
        return {due_variable(limit.kind): limit.due_text}

    def _publish(self, case: Case) -> None:
        """Publish the copy that was looked at; if a machine passed the reply, everything that is found is masked."""
        letter, copy = case.letter, prepared(case.session, case.letter)
        known = case.session.get(Publication, letter.id)
        if known is not None:
            case.session.delete(known)
            case.session.flush()
        case.session.add(
            Publication(
                letter_id=letter.id,
                title=copy.text.title,
                body=copy.text.body,
                reply=copy.text.reply,
                unit_code=letter.lead_unit or "",
                category=letter.category or Category.OTHER,
                received_at=letter.received_at,
                answered_at=case.now,
                published_at=case.now,
                kept=sorted(copy.kept),
                masked_at=case.now,
                looked_at=None if copy.undecided else case.now,
            )
        )
        case.record(LetterPublished())


def _decided(case: Case) -> tuple[int, int, int]:
    """How many pieces of personal data were masked and kept, and how many nobody looked at: only a machine leaves any.

    Raises FieldErrors.
    """
    copy = prepared(case.session, case.letter)
    if copy.undecided and case.actor.kind is ActorKind.PERSON:
        raise FieldErrors(
            {
                "publish": f"公开稿中还有 {copy.undecided} 处个人信息没有逐处确认：请先打开“公开稿”，每处选择隐去或保留，再提交"
            }
        )
    kept = sum(1 for each in copy.findings if each.decision == PieceDecision.KEEP)
    return len(copy.findings) - kept - copy.undecided, kept, copy.undecided


def _is_passed(case: Case, reply: Reply) -> bool:
    """Whether the last review of this very reply passed it."""
    query = select(Review.outcome).where(Review.letter_id == case.letter.id, Review.reply_id == reply.id)
    return case.session.scalars(query.order_by(Review.id.desc()).limit(1)).first() == "pass"


def _errors(case: Case, values: Mapping[str, Any], failed: bool) -> dict[str, str]:
    errors = {}
    if values.get("outcome") not in {"pass", "fail"}:
        errors["outcome"] = "请选择审核结论"
    if values.get("outcome") == "pass" and any(values.get(name) == "fail" for name in Criterion):
        errors["outcome"] = "有一项不合格的答复应退回重办"
    if failed and not str(values.get("comment") or "").strip():
        errors["comment"] = "退回重办须写明问题和要求"
    if failed and case.letter.failed_reviews >= 1 and not str(values.get("handling_opinion") or "").strip():
        errors["handling_opinion"] = "第二次退回重办须写明处理意见，报两个督查室"
    return errors
