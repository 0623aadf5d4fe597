"""Reminding by hand (催办): notify whoever a letter waits for, of one letter or of many at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.dates import instant
from letterbox.domain.errors import FieldErrors, LetterboxError
from letterbox.domain.events.limits import LetterReminded
from letterbox.domain.limits.answerers import answering_roles
from letterbox.domain.vocabulary import EventName, LimitKind, Role
from letterbox.domain.words import label
from letterbox.services.case.case import Case
from letterbox.services.case.fault_limits import letters_in_fault
from letterbox.services.notices.notices import Notices
from letterbox.store.database import Database
from letterbox.store.letters import Letter, LetterEvent
from letterbox.store.limits import Limit

MANY = 200
PAUSE = timedelta(hours=1)
"""Nobody is reminded of the same limit by hand again within it [ours]: one notice a step and person (S4)."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """The result for one letter of many. ``refused``: why nothing was sent, None if something was."""

    number: str
    refused: str | None = None


class Reminders:
    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def may_remind(self, case: Case) -> str | None:
        if letters_in_fault(case.session, [case.letter.id]):
            return "技术故障使这封来信停住，排除之前不催办"
        addressed = _addressed(case.limits.running(), case.letter.returns)
        if not addressed:
            return "这封来信现在没有正在等谁办理的时限，不用催办"
        return _pause(addressed, _notified_since(case.session, [case.letter.id], case.now - PAUSE))

    def remind(self, case: Case, values: Mapping[str, Any]) -> None:
        """Notify everybody for whom the letter's running limits wait, each once, of the limit that presses most.

        Whoever was notified of it within PAUSE is left out (S4). ``values``: message?.
        """
        message = str(values.get("message") or "")
        notified_before = _notified_since(case.session, [case.letter.id], case.now - PAUSE)
        returns = case.letter.returns
        first = _without(_addressed(case.limits.running(), returns), notified_before)
        notified = sum(self._notify(case, limit, message) for limit in first)
        whom = {_whom(limit, returns) for limit in first}
        case.record(
            LetterReminded(
                limits=tuple(
                    LimitKind(limit.kind) for limit in _pressing(case.limits.running()) if _whom(limit, returns) in whom
                ),
                limit_ids=tuple(limit.id for limit in first),
                units=tuple(sorted({unit for unit, _ in whom if unit})),
                told=notified,
                message=message or None,
            )
        )

    def _notify(self, case: Case, limit: Limit, message: str) -> int:
        return self._notices.notify_roles(
            case,
            "reminded",
            _whom(limit, case.letter.returns)[1],
            limit.unit_code,
            by_mail=True,
            limit_name=label(LimitKind(limit.kind)),
            due_at=instant(limit.due_at),
            is_overdue=limit.due_at < case.now,
            message=message,
            urgent=case.letter.urgent,
        )


class ReminderPauses:
    """Says before many are reminded which letters cannot be."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of(self, numbers: Sequence[str]) -> dict[str, str]:
        """Letter's number → why nobody of it would be reminded now, if all were reminded within PAUSE."""
        query = select(Letter.number, Letter.returns, Limit).join(Limit, Limit.letter_id == Letter.id)
        query = query.where(Letter.number.in_(numbers), Limit.is_open)
        limits: dict[tuple[str, int], list[Limit]] = {}
        with self._database.reading() as session:
            for number, returns, limit in session.execute(query.order_by(Limit.due_at, Limit.id)):
                limits.setdefault((number, returns), []).append(limit)
            letter_ids = {limit.letter_id for each in limits.values() for limit in each}
            notified = _notified_since(session, letter_ids, self._clock.now() - PAUSE)
        found = {number: _pause(_addressed(each, returns), notified) for (number, returns), each in limits.items()}
        return {number: why for number, why in found.items() if why}


def _pressing(limits: Sequence[Limit]) -> list[Limit]:
    return [limit for limit in limits if limit.presses]


def _addressed(limits: Sequence[Limit], returns: int) -> list[Limit]:
    """For each unit or office for which the letter waits, the limit that presses it most; both by due instant."""
    first = {_whom(limit, returns): limit for limit in reversed(_pressing(limits))}
    return sorted(first.values(), key=lambda limit: (limit.due_at, limit.id))


def _notified_since(session: Session, letter_ids: Collection[int], since: datetime) -> dict[int, datetime]:
    """Limit's id → when somebody was last reminded of it by hand, for those reminded of after ``since``."""
    reminded = (LetterEvent.letter_id.in_(letter_ids), LetterEvent.name == EventName.LETTER_REMINDED)
    query = select(LetterEvent).where(*reminded, LetterEvent.at > since).order_by(LetterEvent.id)
    return {
        limit_id: row.at
        for row in session.scalars(query)
        if isinstance(row.event, LetterReminded)
        for limit_id in row.event.limit_ids
    }


def _pause(addressed: list[Limit], notified: Mapping[int, datetime]) -> str | None:
    """Why nobody is reminded now; None if somebody is, or if the letter waits for nobody."""
    if not addressed or _without(addressed, notified):
        return None
    last = max(notified[limit.id] for limit in addressed).astimezone(OFFICE_ZONE)
    return f"{last:%H:%M} 刚催办过，同一时限一小时内不重复催办，{last + PAUSE:%H:%M} 之后可以再催"


def _without(limits: list[Limit], notified: Mapping[int, datetime]) -> list[Limit]:
    return [limit for limit in limits if limit.id not in notified]


def _whom(limit: Limit, returns: int) -> tuple[str | None, tuple[Role, ...]]:
    return limit.unit_code, answering_roles(limit.kind, limit.unit_code, returns)


def remind_many(numbers: Iterable[str], remind: Callable[[str], object]) -> list[Reminded]:
    """``remind`` each letter once, in the given order, at most MANY; a refusal does not stop the others.

    Raises FieldErrors if the message itself is wrong: then nobody has been reminded.
    """
    results = []
    for number in list(dict.fromkeys(numbers))[:MANY]:
        try:
            remind(number)
        except FieldErrors:
            raise
        except LetterboxError as refused:
            results.append(Reminded(number, refused.message))
        else:
            results.append(Reminded(number))
    return results
