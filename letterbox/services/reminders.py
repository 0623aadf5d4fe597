"""Reminding by hand (催办): whoever a letter waits for is told to hurry, one letter or many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.dates import instant
from letterbox.domain.errors import FieldErrors, LetterboxError
from letterbox.domain.vocabulary import NOBODY_PRESSED, EventName, LimitKind, Role
from letterbox.domain.words import label
from letterbox.services.case import Case
from letterbox.services.notices import Notices
from letterbox.store.letters import LetterEvent
from letterbox.store.limits import Limit

MANY = 200
PAUSE = timedelta(hours=1)
"""Nobody is reminded of the same limit by hand again within it [ours]: one notice a step and person (S4)."""
OFFICE = {LimitKind.REVIEW: Role.REVIEWER}
"""Whose limit it is when it is no unit's; the rest of the office's are the screener's."""
UNIT = (Role.UNIT_HANDLER, Role.UNIT_DEPUTY)


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of one letter of many; ``refused`` says why nothing was sent, None if it was."""

    number: str
    refused: str | None = None


class Reminders:
    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    def may_remind(self, case: Case) -> str | None:
        addressed = _addressed(case)
        if not addressed:
            return "这封来信现在没有正在等谁办理的时限，不用催办"
        told = _told_within_pause(case)
        if _without(addressed, told):
            return None
        last = max(told.values()).astimezone(OFFICE_ZONE)
        return f"{last:%H:%M} 刚催办过，同一时限一小时内不重复催办，{last + PAUSE:%H:%M} 之后可以再催"

    def remind(self, case: Case, values: Mapping[str, Any]) -> None:
        """Tell everybody whom the letter's running limits wait for, each once, of the limit that presses most.

        Whoever was told of it within PAUSE is left out (S4). ``values``: message?.
        """
        message = str(values.get("message") or "")
        first = _without(_addressed(case), _told_within_pause(case))
        told = sum(self._tell(case, limit, message) for limit in first)
        whom = {_whom(limit) for limit in first}
        case.record(
            EventName.LETTER_REMINDED, limits=[limit.kind for limit in _pressing(case) if _whom(limit) in whom],
            limit_ids=[limit.id for limit in first], units=sorted({unit for unit, _ in whom if unit}), told=told,
            message=message or None,
        )  # fmt: skip

    def _tell(self, case: Case, limit: Limit, message: str) -> int:
        return self._notices.tell_roles(
            case, "reminded", _roles(limit), limit.unit_code, by_mail=True, limit_name=label(LimitKind(limit.kind)),
            due_at=instant(limit.due_at), is_overdue=limit.due_at < case.now, message=message,
            urgent=case.letter.urgent,
        )  # fmt: skip


def _pressing(case: Case) -> list[Limit]:
    return [limit for limit in case.open_limits() if limit.kind not in NOBODY_PRESSED]


def _addressed(case: Case) -> list[Limit]:
    """For each unit or office that is waited for, the limit that presses it most; earliest due first."""
    first = {_whom(limit): limit for limit in reversed(_pressing(case))}
    return sorted(first.values(), key=lambda limit: (limit.due_at, limit.id))


def _told_within_pause(case: Case) -> dict[int, datetime]:
    """Id of each limit that somebody reminded of within PAUSE → when last."""
    reminded = (LetterEvent.letter_id == case.letter.id, LetterEvent.name == EventName.LETTER_REMINDED)
    query = select(LetterEvent).where(*reminded, LetterEvent.at > case.now - PAUSE).order_by(LetterEvent.id)
    return {limit_id: event.at for event in case.session.scalars(query) for limit_id in event.data.get("limit_ids", ())}


def _without(limits: list[Limit], told: Mapping[int, datetime]) -> list[Limit]:
    return [limit for limit in limits if limit.id not in told]


def _whom(limit: Limit) -> tuple[str | None, tuple[Role, ...]]:
    return limit.unit_code, _roles(limit)


def _roles(limit: Limit) -> tuple[Role, ...]:
    return UNIT if limit.unit_code else (OFFICE.get(LimitKind(limit.kind), Role.SCREENER),)


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
