"""Open limits that a published calendar moves: first the list, then each letter in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, raiseload

from letterbox.domain.clock import iso
from letterbox.domain.limits.answerers import answering_roles
from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.limits.time_limits import closing_instant
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import MoveCause, Role
from letterbox.services.case.casebook import Casebook
from letterbox.services.case.standing import Act
from letterbox.services.limits.move_notices import Move, MoveTexts, notify_of_moves
from letterbox.services.limits.recompute import Recomputation, Recomputed
from letterbox.services.notices.notices import Notices
from letterbox.services.rules.rulebook import TIME_LIMITS, Rulebook
from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit
from letterbox.store.people import unit_names

BATCH = 200
"""Letters looked at in one reading."""
TEXTS = MoveTexts("limit_moved", "writer_limit_moved", unit_roles=(Role.UNIT_HANDLER,))


@dataclass(frozen=True, slots=True)
class MovedLimit:
    """An open limit whose due instant would move, or moved. ``answering``: the roles that answer for it; empty if it is
    the writer's time."""

    letter: str
    limit_id: int
    kind: str
    unit: str | None
    unit_name: str | None
    answering: tuple[Role, ...]
    old: datetime
    new: datetime
    provisional: bool

    def as_record(self) -> dict[str, str]:
        """The contract's shape (``calendar publish``)."""
        return {"letter": self.letter, "limit": self.kind, "from": iso(self.old), "to": iso(self.new)}


class CalendarMoves:
    """Moves open limits by a published calendar. ``casebook`` may leave the commands to the outbox, since there may be
    many."""

    def __init__(self, database: Database, casebook: Casebook, rulebook: Rulebook, notices: Notices) -> None:
        self._database = database
        self._casebook = casebook
        self._rulebook = rulebook
        self._notices = notices

    def preview(self, year: int, calendar: WorkCalendar) -> list[MovedLimit]:
        """The open limits that this calendar would move, by letter and kind."""
        return [moved for moved in self._found(year, calendar) if moved.old != moved.new]

    def move(
        self, year: int, calendar: WorkCalendar, actor: Actor, at_once: int | None = None
    ) -> tuple[list[MovedLimit], bool]:
        """Move the limits letter by letter, of at most ``at_once`` letters. A limit that is right already is left
        alone, so this may be done again. Returns what moved, and whether that was all."""
        letters = list(dict.fromkeys(moved.letter for moved in self._found(year, calendar)))
        chosen = letters[:at_once]
        return [moved for number in chosen for moved in self._move_letter(number, actor)], len(chosen) == len(letters)

    def _move_letter(self, number: str, actor: Actor) -> list[MovedLimit]:
        with self._casebook.open(number, actor, act=Act.MOVE_LIMITS) as case:
            recomputation = Recomputation(case.session, case.rulebook.calendar(), case.rulebook.table(TIME_LIMITS))
            changed = [each for each in recomputation.of(case.limits.running()) if each.is_changed]
            names = unit_names(case.session)
            moved = [_moved(case.letter, each, names) for each in changed if each.is_moved]
            for each in changed:
                case.limits.move(each.limit, each.computed, because=MoveCause.CALENDAR)
                each.limit.paused_days = each.paused_days
            moves = [Move(kind=each.kind, unit=each.unit, old=each.old, new=each.new) for each in moved]
            notify_of_moves(self._notices, case, moves, TEXTS, by_mail=case.letter.urgent)
        return moved

    def _found(self, year: int, calendar: WorkCalendar) -> Iterator[MovedLimit]:
        """Every open limit that reaches into the year and is changed by this calendar, even if only in whether it is
        provisional."""
        with self._database.reading() as session:
            ids = list(session.scalars(_reaching(year)))
        for start in range(0, len(ids), BATCH):
            with self._database.reading() as session:
                yield from self._of_letters(session, ids[start : start + BATCH], calendar)

    def _of_letters(self, session: Session, ids: Sequence[int], calendar: WorkCalendar) -> list[MovedLimit]:
        recomputation = Recomputation(session, calendar, self._rulebook.table(TIME_LIMITS))
        query = (
            select(Letter, Limit)
            .join(Letter, Letter.id == Limit.letter_id)
            .options(raiseload(Letter.writer))
            .where(Limit.letter_id.in_(ids), Limit.is_open)
            .order_by(Letter.number, Limit.id)
        )
        names = unit_names(session)
        rows = session.execute(query).all()
        return [
            _moved(letter, each, names)
            for letter, group in groupby(rows, key=lambda row: row[0])
            for each in recomputation.of([limit for _, limit in group])
            if each.is_changed
        ]


def _reaching(year: int) -> Select[int]:
    """Letters with an open limit that has a day in the year."""
    before, after = closing_instant(date(year, 1, 1)), closing_instant(date(year, 12, 31))
    return (
        select(Limit.letter_id)
        .where(Limit.is_open)
        .where(Limit.due_at >= before, Limit.started_at <= after)
        .distinct()
        .order_by(Limit.letter_id)
    )


def _moved(letter: Letter, each: Recomputed, names: dict[str, str]) -> MovedLimit:
    limit = each.limit
    return MovedLimit(
        letter=letter.number,
        limit_id=limit.id,
        kind=limit.kind,
        unit=limit.unit_code,
        unit_name=names.get(limit.unit_code or ""),
        answering=answering_roles(limit.kind, limit.unit_code, letter.returns),
        old=limit.due_at,
        new=each.computed.due_at,
        provisional=each.computed.provisional,
    )
