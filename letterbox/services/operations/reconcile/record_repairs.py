"""Rows that say otherwise than their events, put back under the letter's lock; the events stay as they are."""

from __future__ import annotations

from datetime import datetime

from letterbox.domain.permissions import SYSTEM
from letterbox.services.case.case import Case
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.operations.reconcile.differences import Difference, DifferenceKind
from letterbox.services.operations.reconcile.record_checks import RecordChecks, records_of, true_start
from letterbox.services.rules.rulebook import ComputedLimit
from letterbox.store.limits import Limit


class RecordRepairs:
    def __init__(self, casebook: Casebook) -> None:
        self._casebook = casebook

    def repair(self, difference: Difference) -> None:
        """What is no longer so when the letter is locked is left alone."""
        with self._casebook.open(difference.letter, SYSTEM, act=Act.REPAIR) as case:
            now = RecordChecks(case.session, case.rulebook, [case.letter]).differences()
            if any((each.kind, each.target) == (difference.kind, difference.target) for each in now):
                _put_back(case, difference)


def _put_back(case: Case, difference: Difference) -> None:
    record = records_of(case.session, [case.letter.id])[case.letter.id]
    if difference.kind is DifferenceKind.RECORD_UNIT:
        case.letter.lead_unit = record.unit
    elif difference.kind is DifferenceKind.RECORD_RECEIVED:
        case.letter.received_at = record.received_at or case.letter.received_at
    else:
        _put_limit_back(case, difference, case.session.get_one(Limit, int(difference.target[0])))


def _put_limit_back(case: Case, difference: Difference, limit: Limit) -> None:
    if difference.kind is DifferenceKind.LIMIT_START:
        record = records_of(case.session, [case.letter.id])[case.letter.id]
        limit.started_at = true_start(record, limit) or limit.started_at
    elif difference.kind is DifferenceKind.LIMIT_ENDED:
        limit.ended_at = limit.voided_at = None
    elif difference.kind is DifferenceKind.LIMIT_DUE:
        due = datetime.fromisoformat(difference.target[1])
        case.limits.move(
            limit,
            ComputedLimit(
                due_at=due,
                provisional=limit.provisional,
                rule_id=limit.rule_id,
                length=limit.length,
                length_unit=limit.length_unit,
            ),
        )
    case.watch.recheck()
