"""Computes the end of an open limit anew from the instant of its event, never from now: for a calendar, extension,
category.

What was decided about a limit stays: its start, its length as recorded, its pauses, the date of its extension. What
follows from other limits is computed again: a paused screening limit from the supplement, a co-handler's due instant
from the lead's (H10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain import dates
from letterbox.domain.errors import FieldErrors
from letterbox.domain.events.handling import ExtensionGranted
from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.limits.time_limits import (
    EXTENSION_CAP,
    Due,
    LengthUnit,
    LimitRule,
    co_opinion_due,
    due_by_rule,
    extended_due,
    extension_cap,
    limit_rule,
    paused_working_days,
)
from letterbox.domain.tables.decision_table import DecisionTable
from letterbox.domain.vocabulary import Category, EventName, LimitKind, MoveCause
from letterbox.services.case.case import Case
from letterbox.services.case.fault_limits import with_fault_days
from letterbox.services.limits.supplement_pause import pauses_of
from letterbox.services.rules.rulebook import TIME_LIMITS, ComputedLimit
from letterbox.store.letters import LetterEvent, last_event
from letterbox.store.limits import Limit

OTHERS_FIRST = {LimitKind.SCREENING: 1, LimitKind.CO_OPINION: 1}
"""Computed after the limits that they depend on."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """An open limit and its end by a calendar. ``paused_days``: working days of its pauses, by that calendar."""

    limit: Limit
    computed: ComputedLimit
    paused_days: int

    @property
    def is_moved(self) -> bool:
        return self.computed.due_at != self.limit.due_at

    @property
    def is_changed(self) -> bool:
        return self.is_moved or self.computed.provisional != self.limit.provisional


class Recomputation:
    """Computes the open limits of letters by one calendar; ``table`` contains the cap of H7."""

    def __init__(self, session: Session, calendar: WorkCalendar, table: DecisionTable) -> None:
        self._session = session
        self._calendar = calendar
        self._cap = limit_rule(table, EXTENSION_CAP)

    def of(self, limits: Sequence[Limit]) -> list[Recomputed]:
        """The recomputed limits of one letter, without those whose date a person set."""
        dues: dict[str, datetime] = {}
        found = []
        for limit in sorted(limits, key=lambda each: OTHERS_FIRST.get(LimitKind(each.kind), 0)):
            added = self._added(limit, dues) if limit.kind == LimitKind.SCREENING else limit.paused_days
            due = self._due(limit, added, dues)
            dues[limit.kind] = limit.due_at
            if due is not None:
                computed = with_fault_days(_computed(due, _rule(limit)), _fault_days(limit), self._calendar)
                dues[limit.kind] = computed.due_at
                found.append(Recomputed(limit, computed, added))
        return found

    def _due(self, limit: Limit, added: int, dues: dict[str, datetime]) -> Due | None:
        rule = _rule(limit)
        if limit.kind == LimitKind.CO_OPINION:
            return co_opinion_due(limit.started_at, self._lead_due(limit, dues), rule, self._calendar)
        if rule.unit is LengthUnit.SET_DATE:
            return self._extended(limit) if limit.kind == LimitKind.REPLY else None
        return due_by_rule(rule, limit.started_at, self._calendar, added=added)

    def _extended(self, limit: Limit) -> Due | None:
        """The granted date; the cap instead, if the calendar brings the cap before that date (H7)."""
        granted = granted_date(self._session, limit)
        if granted is None:
            return None
        cap = extension_cap(limit.started_at, self._cap, self._calendar)
        return extended_due(limit.started_at, min(granted, cap.due_on), cap, self._calendar)

    def _added(self, limit: Limit, dues: dict[str, datetime]) -> int:
        pauses = pauses_of(self._session, limit, dues.get(LimitKind.SUPPLEMENT))
        return paused_working_days(pauses, self._calendar)

    def _lead_due(self, limit: Limit, dues: dict[str, datetime]) -> datetime:
        """The lead's due instant: of its open reply limit, or of its open redo limit, else of its last reply limit."""
        known = dues.get(LimitKind.REPLY) or dues.get(LimitKind.REDO)
        if known is not None:
            return known
        query = select(Limit.due_at).where(Limit.letter_id == limit.letter_id, Limit.kind == LimitKind.REPLY)
        return self._session.scalars(query.order_by(Limit.id.desc()).limit(1)).first() or limit.due_at


def _fault_days(limit: Limit) -> int:
    """Days of faults to add; none for a co-opinion, since the lead's due instant, from which it is computed, has them
    (H10)."""
    return 0 if limit.kind == LimitKind.CO_OPINION else limit.fault_days


def granted_at(session: Session, limit: Limit) -> datetime | None:
    """When the last extension of this reply limit was granted; None if there was none, or if it is no reply limit."""
    if limit.kind != LimitKind.REPLY:
        return None
    granted = (LetterEvent.letter_id == limit.letter_id, LetterEvent.name == EventName.EXTENSION_GRANTED)
    query = select(LetterEvent.at).where(*granted, LetterEvent.at >= limit.started_at)
    return session.scalars(query.order_by(LetterEvent.id.desc()).limit(1)).first()


def granted_date(session: Session, reply: Limit) -> date | None:
    """The date of the last extension granted to this reply limit; None if there was none."""
    granted = last_event(session, reply.letter_id, ExtensionGranted, since=reply.started_at)
    return granted.due_on if granted is not None else None


def extend_reply(case: Case, due_on: date) -> Limit:
    """Move the open reply limit to a granted date (H7); open co-opinions follow (H10). The caller records
    ``ExtensionGranted`` with ``due_on`` (ISO), from which the date is known again when a calendar is published.

    Raises FieldErrors on ``due_on``: after the cap, not after the present due, or no reply limit is open.
    """
    reply, computed = _extension(case, due_on)
    case.limits.move(reply, computed, because=MoveCause.EXTENSION)
    reply.fault_days = 0  # whoever set the date knew of them
    follow_lead(case)
    return reply


def check_extension(case: Case, due_on: date) -> None:
    """Whether the reply limit could be moved to ``due_on``. Raises FieldErrors as ``extend_reply`` would."""
    _extension(case, due_on)


def _extension(case: Case, due_on: date) -> tuple[Limit, ComputedLimit]:
    reply = _open_reply(case)
    calendar = case.rulebook.calendar()
    rule = limit_rule(case.rulebook.table(TIME_LIMITS), EXTENSION_CAP)
    cap = extension_cap(reply.started_at, rule, calendar)
    due = extended_due(reply.started_at, due_on, cap, calendar)
    if due.due_at <= reply.due_at:
        raise FieldErrors({"due_on": f"延期日期应晚于现在的期限（{dates.day(reply.due_at)}）"})
    return reply, _computed(due, LimitRule(rule.rule_id, rule.length, LengthUnit.SET_DATE))


def recategorise_reply(case: Case) -> Limit | None:
    """Compute the open reply limit by the letter's present category, from the same start (A6); co-opinions follow. An
    extension stands, except for a consultation, which has none (H5). Returns None if no reply limit is open."""
    replies = case.limits.running(LimitKind.REPLY)
    if not replies:
        return None
    reply = replies[0]
    is_extended = reply.length_unit == LengthUnit.SET_DATE
    if not is_extended or case.letter.category == Category.CONSULTATION:
        computed = case.rulebook.limit(LimitKind.REPLY, case.letter.category, reply.started_at)
        computed = with_fault_days(computed, reply.fault_days, case.rulebook.calendar())
        case.limits.move(reply, computed, because=MoveCause.RECATEGORISED)
        follow_lead(case)
    return reply


def follow_lead(case: Case) -> None:
    """Compute the open co-opinions anew from the lead's reply limit, wherever that moved (H10)."""
    recomputation = Recomputation(case.session, case.rulebook.calendar(), case.rulebook.table(TIME_LIMITS))
    for each in recomputation.of(case.limits.running(LimitKind.REPLY, LimitKind.REDO, LimitKind.CO_OPINION)):
        if each.limit.kind == LimitKind.CO_OPINION:
            case.limits.move(each.limit, each.computed, because=MoveCause.LEAD_MOVED)


def _open_reply(case: Case) -> Limit:
    replies = case.limits.running(LimitKind.REPLY)
    if not replies:
        raise FieldErrors({"due_on": "答复期限已经结束，不能再延期"})
    return replies[0]


def _rule(limit: Limit) -> LimitRule:
    """The table's row as it was when the limit began; a table that was changed meanwhile counts for new limits only."""
    return LimitRule(limit.rule_id, limit.length, LengthUnit(limit.length_unit))


def _computed(due: Due, rule: LimitRule) -> ComputedLimit:
    return ComputedLimit(
        due_at=due.due_at, provisional=due.provisional, rule_id=rule.rule_id, length=rule.length, length_unit=rule.unit
    )
