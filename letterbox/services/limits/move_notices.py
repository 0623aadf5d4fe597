"""Notices about limits that moved, from when to when: to whoever answers for one, and to the writer of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from letterbox.domain.clock import iso
from letterbox.domain.limits.answerers import NOTIFIED_TO_WRITER, UNIT_ANSWERING, answering_roles
from letterbox.domain.vocabulary import LimitKind, Role
from letterbox.domain.words import label
from letterbox.services.case.case import Case
from letterbox.services.notices.notices import Notices
from letterbox.services.notices.texts import day as day_words


@dataclass(frozen=True, slots=True)
class Move:
    """One limit's due, before and after."""

    kind: str
    unit: str | None
    old: datetime
    new: datetime


@dataclass(frozen=True, slots=True)
class MoveTexts:
    """The texts of the notices about a move. ``unit_roles``: the roles of a unit that are notified."""

    staff: str
    writer: str
    unit_roles: Sequence[Role] = UNIT_ANSWERING


def notify_of_moves(notices: Notices, case: Case, moves: Sequence[Move], texts: MoveTexts, *, by_mail: bool) -> None:
    """Send one notice to everybody who answers for limits, however many of theirs moved, and one to the writer for each
    of theirs."""
    for (roles, unit), own in _by_answering(moves, case.letter.returns, texts.unit_roles).items():
        lines = "\n".join(
            f"· {label(LimitKind(each.kind))}：{day_words(each.old)} → {day_words(each.new)}" for each in own
        )
        notices.notify_roles(case, texts.staff, roles, unit, by_mail=by_mail, moves=lines)
    for each in moves:
        if each.kind in NOTIFIED_TO_WRITER:
            notices.notify_writer(case, texts.writer, limit=each.kind, old_due=iso(each.old), due=iso(each.new))


def _by_answering(
    moves: Iterable[Move], returns: int, unit_roles: Sequence[Role]
) -> dict[tuple[tuple[Role, ...], str | None], list[Move]]:
    found = defaultdict(list)
    for each in moves:
        roles = tuple(unit_roles) if each.unit else answering_roles(each.kind, None, returns)
        if roles:
            found[roles, each.unit].append(each)
    return found
