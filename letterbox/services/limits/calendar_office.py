"""The office's calendar: years staged, looked at, published; open limits follow a publication (regime, D)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, WrongState
from letterbox.domain.limits import calendar_check
from letterbox.domain.limits.calendar import DayKind, DayRule, WorkCalendar
from letterbox.domain.permissions import WORKER, Actor
from letterbox.services.audit.log import About, AdminAction, Administration, Change, Subject
from letterbox.services.limits.calendar_moves import CalendarMoves, MovedLimit
from letterbox.services.rules import calendar_days as rows
from letterbox.services.rules.calendar_days import StagedYear
from letterbox.services.rules.office_calendar import library_years, work_calendar
from letterbox.services.rules.rulebook import Rulebook
from letterbox.store.calendar import CalendarYear
from letterbox.store.database import Database

EVERY_PROCESS_KNOWS_AFTER = timedelta(seconds=10)
"""Longer than any process goes on with a calendar it has read (``rulebook.FRESH_S``)."""


@dataclass(frozen=True, slots=True)
class YearView:
    """A year as it counts today and as it is staged. ``in_library``: the shipped table covers it."""

    year: int
    own: tuple[DayRule, ...]
    draft: StagedYear | None
    calendar: WorkCalendar
    staged_calendar: WorkCalendar
    in_library: bool
    published_at: datetime | None
    has_moves_left: bool
    """Published, and some open limits may not have followed yet."""

    @property
    def is_provisional(self) -> bool:
        return not self.calendar.is_announced(self.year)


@dataclass(frozen=True, slots=True)
class YearPreview:
    """What publishing a year would change. ``doubts``: what may be a mistake."""

    year: int
    changed_days: tuple[date, ...]
    moved: tuple[MovedLimit, ...]
    doubts: tuple[str, ...]


class CalendarOffice:
    """Changes need an administrator. Whoever calls from outside decides who may look."""

    def __init__(
        self, database: Database, administration: Administration, clock: Clock, rulebook: Rulebook, moves: CalendarMoves
    ) -> None:
        self._database = database
        self._administration = administration
        self._clock = clock
        self._rulebook = rulebook
        self._moves = moves

    def year(self, year: int) -> YearView:
        with self._database.reading() as session:
            days, draft = rows.office_days(session), rows.draft_of(session, year)
            row = session.get(CalendarYear, year)
        return YearView(
            year=year,
            own=days.of_year(year),
            draft=draft,
            calendar=days.calendar(),
            staged_calendar=(days.with_year(year, draft.rules) if draft else days).calendar(),
            in_library=year in library_years(),
            published_at=row.published_at if row else None,
            has_moves_left=row is not None and row.published_at is not None and row.limits_moved_at is None,
        )

    def drafted_years(self) -> list[int]:
        with self._database.reading() as session:
            return rows.drafted_years(session)

    def without_own_days(self) -> WorkCalendar:
        """The shipped table alone; a year's own days are checked against it."""
        return work_calendar()

    def stage(self, actor: Actor, rules: Sequence[DayRule]) -> int:
        """Stage these days as all own days of their year, instead of what was staged before; returns the year.

        Raises FieldErrors on ``days`` for days that cannot be.
        """
        if not rules:
            raise FieldErrors({"days": "没有一天可以暂存"})
        if wrong := calendar_check.problems(rules, self.without_own_days()):
            raise FieldErrors({"days": "；".join(wrong.values())})
        year = calendar_check.main_year(rules)
        with self._administration.change_by_admin(actor) as change:
            self._stage(change, year, rules)
        return year

    def stage_all(self, actor: Actor, year: int, rules: Sequence[DayRule]) -> None:
        """Stage the days of a notice: those of ``year`` as ``stage`` does. If a new year's holiday begins in December,
        those days are added to the other own days of their year. Raises FieldErrors."""
        self.stage(actor, [rule for rule in rules if rule.date.year == year])
        for rule in rules:
            if rule.date.year != year:
                with suppress(FieldErrors):  # it is so already
                    self.set_day(actor, rule.date, rule.kind, rule.name)

    def set_day(self, actor: Actor, day: date, kind: DayKind | None, name: str) -> None:
        """Stage one day together with the other days of its year. If it is None, the day is again what the shipped
        table or the plain week says.

        Raises FieldErrors on ``kind`` if that changes nothing.
        """
        base = self.without_own_days()
        if kind is DayKind.WORK and base.is_working(day):
            kind = None
        with self._administration.change_by_admin(actor) as change:
            staged = {rule.date: rule for rule in self._staged_rules(change, day.year)}
            before = staged.pop(day, None)
            after = DayRule(day, kind, name.strip()) if kind else None
            if before == after:
                raise FieldErrors({"kind": "这一天本来就是这样安排的，没有改动"})
            self._stage(change, day.year, [*staged.values(), *([after] if after else [])])

    def _staged_rules(self, change: Change, year: int) -> Iterable[DayRule]:
        draft = rows.draft_of(change.session, year)
        return draft.rules if draft else rows.office_days(change.session).of_year(year)

    def _stage(self, change: Change, year: int, rules: Sequence[DayRule]) -> None:
        rows.stage(change.session, year, rules, change.now, change.actor.name)
        change.record(AdminAction.CALENDAR_STAGED, _about(year), after={"days": len(rules)})

    def discard(self, actor: Actor, year: int) -> None:
        """Forget what was staged. Raises WrongState if nothing was."""
        with self._administration.change_by_admin(actor) as change:
            if not rows.discard(change.session, year):
                raise WrongState(f"{year} 年没有暂存的安排")
            change.record(AdminAction.CALENDAR_DISCARDED, _about(year))

    def preview(self, year: int) -> YearPreview:
        """What publishing the year would change. Raises WrongState if nothing was ever staged or announced for it."""
        view = self.year(year)
        self._require_something(view)
        moved = self._moves.preview(year, view.staged_calendar)
        rules = view.draft.rules if view.draft else view.own
        doubts = calendar_check.doubts(rules, self.without_own_days()) if view.draft else []
        if view.draft and not rules:
            doubts = ["本单位自己安排的日子一个也没有：公布后全年按随附日历或平常周计"]
        return YearPreview(year=year, changed_days=_changed(view), moved=tuple(moved), doubts=tuple(doubts))

    def publish(
        self, actor: Actor, year: int, *, staged_at: str | None = None, at_once: int | None = None
    ) -> list[MovedLimit]:
        """Put in force what is staged, then move every open limit that reaches into the year. It may be called again,
        after corrections or to finish what was interrupted.

        ``staged_at`` (ISO): when the draft was staged that the administrator looked at. If ``at_once`` is given, the
        limits of so many letters move now, and those of the others when the workers catch up.

        Raises WrongState as ``preview`` does, and if the draft is another than the one looked at; NotAllowed.
        """
        self._require_something(self.year(year))
        with self._administration.change_by_admin(actor) as change:
            draft = rows.draft_of(change.session, year)
            if staged_at is not None and (draft is None or draft.staged_at.isoformat() != staged_at):
                raise WrongState("暂存的安排刚刚有改动，请重新核对后再公布")
            if draft is not None:
                rows.put_in_force(change.session, draft, change.now)
                after = {"days": len(draft.rules)}
                change.record(AdminAction.CALENDAR_PUBLISHED, _about(year), after=after)
        return self._follow(year, actor, at_once)

    def catch_up(self) -> None:
        """Finish publications that were interrupted. Look once more when no process computes by the old calendar any
        longer."""
        now = self._clock.now()
        with self._database.reading() as session:
            years = [row.year for row in session.query(CalendarYear) if _has_moves_left(row, now)]
        for year in years:
            self._follow(year, WORKER)

    def _follow(self, year: int, actor: Actor, at_once: int | None = None) -> list[MovedLimit]:
        self._rulebook.refresh()
        moved, is_all = self._moves.move(year, self._rulebook.calendar(), actor, at_once)
        if not is_all:
            return moved
        with self._database.transaction() as session:
            row = session.get(CalendarYear, year)
            if row is not None:
                row.limits_moved_at = self._clock.now()
        return moved

    @staticmethod
    def _require_something(view: YearView) -> None:
        if view.draft is None and view.is_provisional:
            raise WrongState(f"{view.year} 年还没有暂存的安排，请先导入这一年的放假安排")


def _has_moves_left(row: CalendarYear, now: datetime) -> bool:
    if row.published_at is None:
        return False
    known_at = row.published_at + EVERY_PROCESS_KNOWS_AFTER
    return row.limits_moved_at is None or row.limits_moved_at < known_at <= now


def _changed(view: YearView) -> tuple[date, ...]:
    """Days of the year that are worked by the calendar in force and not by the draft, or the other way round."""
    first = date(view.year, 1, 1)
    days = (first + timedelta(offset) for offset in range((date(view.year + 1, 1, 1) - first).days))
    return tuple(day for day in days if view.calendar.is_working(day) != view.staged_calendar.is_working(day))


def _about(year: int) -> About:
    return About(Subject.CALENDAR, str(year), f"{year} 年工作日历")
