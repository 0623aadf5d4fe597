"""The office's calendar rows that an empty database starts with (config/calendar/corrections.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from letterbox.domain import dates
from letterbox.domain.errors import ConfigError
from letterbox.domain.limits.calendar import DayRule
from letterbox.domain.limits.calendar_table import day_rule
from letterbox.seeds.files import SeedFile


@dataclass(frozen=True, slots=True)
class CalendarSeed:
    """``years``: announced by the office itself; ``rules``: its word on single days, of any year."""

    years: tuple[int, ...]
    rules: tuple[DayRule, ...]


def load_calendar(config_dir: Path) -> CalendarSeed:
    """Read the seed under ``config_dir``. Raises ConfigError naming file, line and place, also for a day twice."""
    path = config_dir / "calendar" / "corrections.yaml"
    try:
        file = SeedFile(path, "calendar", config_dir / "schemas")
    except ValueError as problem:  # a bare 2027-02-30 is already refused by YAML itself
        raise ConfigError(f"{path}：{problem}") from problem
    rules: dict[object, DayRule] = {}
    for index, row in enumerate(file.data["days"]):
        try:
            rule = day_rule(str(row["date"]), row["kind"], row.get("name", ""))
        except ValueError as problem:
            raise file.fault(("days", index), str(problem)) from problem
        if rule.date in rules:
            raise file.fault(("days", index), f"{dates.day(rule.date)}重复，请只留一条")
        rules[rule.date] = rule
    return CalendarSeed(tuple(file.data["years"]), tuple(rules.values()))
