"""The tables and the calendar that limits are computed with: those of the live bundle and the office's own days."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from letterbox.bundle.dmn import parse_bundle
from letterbox.domain.errors import ConfigError
from letterbox.domain.limits import escalation, time_limits
from letterbox.domain.limits.calendar import WorkCalendar
from letterbox.domain.limits.time_limits import LengthUnit
from letterbox.domain.tables.decision_table import DecisionTable
from letterbox.domain.vocabulary import LimitKind
from letterbox.services.rules.calendar_days import OfficeDays, office_days
from letterbox.store.bundles import Bundle, BundleFile
from letterbox.store.database import Database
from letterbox.store.limits import Limit

TIME_LIMITS, LADDER, ROUTING = "time-limits", "escalation-ladder", "routing"
FRESH_S = 2.0
"""How long a process may go on with tables and calendar it has read; deployments and publications reach all within it."""


@dataclass(frozen=True, slots=True)
class ComputedLimit:
    due_at: datetime
    provisional: bool
    rule_id: str
    length: int
    length_unit: str


@dataclass(frozen=True, slots=True)
class _Rules:
    tables: dict[str, DecisionTable]
    calendar: WorkCalendar


class Rulebook:
    """Computes limits with the live bundle's tables and the published calendar; both are read again every ``FRESH_S``
    seconds at most."""

    def __init__(
        self,
        read: Callable[[], tuple[dict[str, DecisionTable], WorkCalendar]],
        longest_wait: timedelta = escalation.LONGEST_WAIT,
    ) -> None:
        self._read = read
        self._longest_wait = longest_wait
        self._rules: _Rules | None = None
        self._read_at = 0.0

    def limit(self, kind: LimitKind, category: str | None, started_at: datetime, *, added: int = 0) -> ComputedLimit:
        """The end of a limit by its row of the table. ``added``: working days of pauses (A2)."""
        rules = self._current()
        rule = time_limits.limit_rule(rules.tables[TIME_LIMITS], kind, category)
        due = time_limits.due_by_rule(rule, started_at, rules.calendar, added=added)
        return ComputedLimit(
            due_at=due.due_at,
            provisional=due.provisional,
            rule_id=rule.rule_id,
            length=rule.length,
            length_unit=rule.unit,
        )

    def co_opinion(self, started_at: datetime, lead_due_at: datetime) -> ComputedLimit:
        """The end of a co-handler's limit, computed from the lead's due instant (H10)."""
        rules = self._current()
        rule = time_limits.limit_rule(rules.tables[TIME_LIMITS], LimitKind.CO_OPINION)
        due = time_limits.co_opinion_due(started_at, lead_due_at, rule, rules.calendar)
        return ComputedLimit(
            due_at=due.due_at,
            provisional=due.provisional,
            rule_id=rule.rule_id,
            length=rule.length,
            length_unit=rule.unit,
        )

    def on_date(self, kind: LimitKind, started_at: datetime, due_on: date) -> ComputedLimit:
        """A limit whose date a person set; its row is that of its kind."""
        rules = self._current()
        rule = time_limits.limit_rule(rules.tables[TIME_LIMITS], kind)
        due = time_limits.due_on_set_date(started_at, due_on, rules.calendar)
        return ComputedLimit(
            due_at=due.due_at,
            provisional=due.provisional,
            rule_id=rule.rule_id,
            length=0,
            length_unit=LengthUnit.SET_DATE,
        )

    def next_step(
        self, limits: Sequence[Limit], urgent: bool, taken: Collection[tuple[int, str]]
    ) -> escalation.Step | None:
        """The earliest escalation step not yet taken (S4)."""
        rules = self._current()
        return escalation.next_step(limits, taken, rules.tables[LADDER], rules.calendar, urgent=urgent)

    def undone_steps(self, limit: Limit, urgent: bool, taken: Collection[str], now: datetime) -> list[str]:
        """Steps that were taken and whose instant lies ahead again because the limit's due instant moved later."""
        rules = self._current()
        return escalation.undone_by_move(limit, taken, rules.tables[LADDER], rules.calendar, now, urgent=urgent)

    def waits_until(self, step_at: datetime | None, now: datetime) -> datetime:
        """The instant for which the watch waits: that of the next step, but no later than the longest wait from now."""
        latest = now + self._longest_wait
        return min(step_at, latest) if step_at else latest

    def calendar(self) -> WorkCalendar:
        return self._current().calendar

    def table(self, key: str) -> DecisionTable:
        return self._current().tables[key]

    def refresh(self) -> None:
        """Read tables and calendar again when the next question comes."""
        self._rules = None

    def _current(self) -> _Rules:
        rules = self._rules
        if rules is None or time.monotonic() - self._read_at > FRESH_S:
            rules = self._rules = _Rules(*self._read())
            self._read_at = time.monotonic()
        return rules


class LiveRules:
    """Reads the live bundle's tables and the calendar; parses a bundle once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._parsed: tuple[int, dict[str, DecisionTable]] | None = None
        self._calendar: tuple[OfficeDays, WorkCalendar] | None = None

    def __call__(self) -> tuple[dict[str, DecisionTable], WorkCalendar]:
        """Raises ConfigError if no bundle has been deployed yet."""
        with self._database.reading() as session:
            bundle_id = session.scalars(select(Bundle.id).where(Bundle.is_live)).first()
            if bundle_id is None:
                raise ConfigError("流程图尚未部署：请运行 letterbox diagrams deploy (no bundle is deployed)")
            if self._parsed is None or self._parsed[0] != bundle_id:
                files = session.execute(
                    select(BundleFile.name, BundleFile.content).where(
                        BundleFile.bundle_id == bundle_id, BundleFile.name.endswith(".dmn")
                    )
                ).all()
                self._parsed = (bundle_id, parse_bundle([(name, content) for name, content in files]))
            days = office_days(session)
        if self._calendar is None or self._calendar[0] != days:
            self._calendar = (days, days.calendar())
        return self._parsed[1], self._calendar[1]
