"""Reminding by hand (催办): whoever a letter waits for is told to hurry, one letter or many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, LetterboxError
from letterbox.domain.vocabulary import NOBODY_PRESSED, EventName, LimitKind, Role
from letterbox.services.case import Case
from letterbox.services.deadlines import LIMIT_NAMES
from letterbox.services.notices import Notices
from letterbox.store.limits import Limit

MANY = 200
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
        return None if _pressing(case) else "这封来信现在没有正在等谁办理的时限，不用催办"

    def remind(self, case: Case, values: Mapping[str, Any]) -> None:
        """Tell everybody whom the letter's running limits wait for, each once, of the limit that presses most.

        ``values``: message?.
        """
        message = str(values.get("message") or "")
        pressing = _pressing(case)
        first = {(limit.unit_code, _roles(limit)): limit for limit in reversed(pressing)}
        told = sum(self._tell(case, limit, message) for limit in first.values())
        case.record(
            EventName.LETTER_REMINDED, limits=[limit.kind for limit in pressing],
            units=sorted({limit.unit_code for limit in pressing if limit.unit_code}), told=told, message=message or None,
        )  # fmt: skip

    def _tell(self, case: Case, limit: Limit, message: str) -> int:
        due = limit.due_at.astimezone(OFFICE_ZONE)
        return self._notices.tell_roles(
            case, "reminded", _roles(limit), limit.unit_code, by_mail=True, limit_name=LIMIT_NAMES[LimitKind(limit.kind)],
            due_at=f"{due:%Y年%-m月%-d日 %H:%M}", is_overdue=limit.due_at < case.now, message=message,
            urgent=case.letter.urgent,
        )  # fmt: skip


def _pressing(case: Case) -> list[Limit]:
    return [limit for limit in case.open_limits() if limit.kind not in NOBODY_PRESSED]


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
