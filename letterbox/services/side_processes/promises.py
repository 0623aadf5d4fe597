"""A promise in a reply (H11): on its date the unit reports whether it was kept, and the writer is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.domain.errors import WrongState
from letterbox.domain.events.reply import PromiseConfirmed, PromiseReported
from letterbox.domain.forms.form import Values
from letterbox.domain.vocabulary import LimitKind, Role
from letterbox.services.case.case import Case
from letterbox.services.notices.notices import Notices
from letterbox.services.side_processes.rows import start_variables
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.store.people import Unit
from letterbox.store.replies import Reply
from letterbox.store.side_processes import Promise


class Promises:
    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def start(self, case: Case, reply: Reply) -> None:
        """At the delivery of a reply that promises something; the date stands as it was promised."""
        if reply.promise_on is None:
            return
        computed = case.rulebook.on_date(LimitKind.PROMISE, case.now, reply.promise_on)
        limit = case.limits.start(LimitKind.PROMISE, unit=reply.unit_code, computed=computed)
        row = Promise(
            letter_id=case.letter.id,
            unit_code=reply.unit_code,
            limit_id=limit.id,
            round=reply.round,
            promise_on=reply.promise_on,
        )
        case.session.add(row)
        case.session.flush()
        case.commands.start_process(ProcessKey.PROMISE, start_variables(ProcessKey.PROMISE, row, limit))
        self._notices.notify_roles(case, "promise_started", [Role.UNIT_HANDLER], row.unit_code, due=limit.due_text)

    def follow(self, leading: Case, follower: Case, answer: Reply, own: Reply) -> None:
        """``own`` is the leading letter's ``answer`` for a joined writer: what it promises is promised to him too."""
        promised = (Promise.letter_id == leading.letter.id, Promise.round == answer.round)
        row = leading.session.scalars(select(Promise).where(*promised)).first()
        if row is None:
            return
        follower.session.add(
            Promise(
                letter_id=follower.letter.id,
                unit_code=row.unit_code,
                limit_id=row.limit_id,
                leading_id=row.id,
                round=own.round,
                promise_on=row.promise_on,
                kept=row.kept,
                comment=row.comment,
                reported_by=row.reported_by,
                reported_at=row.reported_at,
            )
        )
        if row.reported_at is not None:
            self._ask(follower, row)

    def report(self, case: Case, values: Values) -> dict[str, Any]:
        """Task_ReportPromise: the unit's word; the writer is asked for his."""
        row = case.session.get(Promise, case.task_subject)
        if row is None or row.reported_at is not None:
            raise WrongState("这项承诺已经报告过")
        self._reported(case, row, values)
        case.limits.end(case.session.get_one(Limit, row.limit_id))
        for number, joined in _followers(case.session, row):
            self._reported(case.other(number), joined, values, leading=case.letter.number)
        if not row.kept:
            self._notify_of_broken(case, row, "承办单位")
        return {}

    def _reported(self, case: Case, row: Promise, values: Values, leading: str | None = None) -> None:
        """The unit's word at one of the letters it is about; its writer is asked, unless he has spoken already."""
        row.kept, row.comment = bool(values.get("kept")), str(values.get("comment") or "") or None
        row.reported_by, row.reported_at = case.actor.name, case.now
        case.record(
            PromiseReported(
                promise_id=row.id,
                unit=row.unit_code,
                round=row.round,
                kept=row.kept,
                promised_on=row.promise_on,
                comment=row.comment,
                leading=leading,
            )
        )
        if row.confirmed_at is None:
            self._ask(case, row)

    def _ask(self, case: Case, row: Promise) -> None:
        unit = case.session.get_one(Unit, row.unit_code).name
        self._notices.notify_writer(case, "promise_checked", unit_name=unit, is_kept=row.kept, words=row.comment or "")

    def confirm(self, case: Case, *, kept: bool, comment: str) -> None:
        """The writer's own word, once a promise. Raises WrongState if none is to be confirmed now."""
        row = next((each for each in of_letter(case) if is_asked(each, _limit(case, each), case.now)), None)
        if row is None:
            raise WrongState("现在没有需要您确认的承诺：还没有到承诺的日期，或者已经确认过")
        row.writer_kept, row.writer_comment, row.confirmed_at = kept, comment or None, case.now
        case.record(PromiseConfirmed(promise_id=row.id, unit=row.unit_code, kept=kept, comment=comment or None))
        if not kept and not _is_broken_by_another(case.session, row):
            self._notify_of_broken(case, row, "来信人")

    def _notify_of_broken(self, case: Case, row: Promise, who: str) -> None:
        unit = case.session.get_one(Unit, row.unit_code).name
        self._notices.notify_roles(case, "promise_broken", [Role.SCREENER], about_unit=unit, who=who)


def of_letter(case: Case) -> list[Promise]:
    return list(case.session.scalars(select(Promise).where(Promise.letter_id == case.letter.id).order_by(Promise.id)))


def _followers(session: Session, row: Promise) -> list[tuple[str, Promise]]:
    """Number and row of each letter that was answered by the same reply, oldest first."""
    query = select(Letter.number, Promise).join(Letter, Letter.id == Promise.letter_id)
    found = session.execute(query.where(Promise.leading_id == row.id).order_by(Letter.id))
    return [(number, joined) for number, joined in found]


def _is_broken_by_another(session: Session, row: Promise) -> bool:
    """Whether another writer said so before: then the office knows."""
    main = row.leading_id or row.id
    same = or_(Promise.id == main, Promise.leading_id == main)
    query = select(Promise.id).where(same, Promise.id != row.id, Promise.writer_kept.is_(False))
    return session.scalars(query.limit(1)).first() is not None


def is_asked(row: Promise, limit: Limit, now: datetime) -> bool:
    """Whether the writer may answer: the unit has reported, or the promised date is over."""
    return row.confirmed_at is None and (row.reported_at is not None or now > limit.due_at)


def _limit(case: Case, row: Promise) -> Limit:
    return case.session.get_one(Limit, row.limit_id)
