"""The office's calendar as a file: what is read, and what is refused whole (contract, ``calendar import``)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from letterbox.calendar_seed import load_calendar
from letterbox.cli.calendar import OFFICE, calendar
from letterbox.domain.calendar import DayKind, DayRule
from letterbox.domain.calendar_table import CalendarRefused, parse_calendar, years_of
from letterbox.domain.errors import ConfigError

CONFIG = Path(__file__).parents[2] / "config"
GOOD = "date,kind,name\n2027-01-01,off,元旦\n2027-01-03,work,元旦\n2026-12-26,work,\n"
RULES = [
    DayRule(date(2027, 1, 1), DayKind.OFF, "元旦"),
    DayRule(date(2027, 1, 3), DayKind.WORK, "元旦"),
    DayRule(date(2026, 12, 26), DayKind.WORK, ""),
]


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("gb18030"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("date,kind,name", " Date , KIND,name").encode(),
    ],
)
def test_a_calendar_is_read_in_every_usual_encoding(content: bytes) -> None:
    assert parse_calendar(content) == RULES
    assert years_of(RULES) == [2026, 2027]


@pytest.mark.parametrize(
    ("content", "row", "said"),
    [
        ("date,kind,name\n2027-01-01,off,a\n2027-01-01,off,b", 3, "第 2 行重复"),
        ("date,kind,name\n2027-01-02,off,a\n2027-01-02,work,b", 3, "不能既放假又上班"),
        ("date,kind,name\n2027-02-30,off,a", 2, "2027-02-30"),
        ("date,kind,name\n1.1.2027,off,a", 2, "应写成 2027-01-01"),
        ("date,kind,name\n1027-01-01,off,a", 2, "年份"),
        ("date,kind,name\n2027-01-01,holiday,a", 2, "off（放假）或 work（上班）"),
        ("date,kind,name\n2027-01-01,off", 2, "应有 3 格"),
        ("date,kind,name\n2027-01-01,off,a,b", 2, "应有 3 格"),
        ("date,kind,name\n2027-01-01,off," + "长" * 51, 2, "50 字"),
        ("date,kind\n2027-01-01,off", 1, "缺少 name"),
        ("", 1, "缺少 date、kind、name"),
        ("date,kind,name\n", 1, "没有一天"),
    ],
)
def test_a_wrong_file_is_refused_with_the_row(content: str, row: int, said: str) -> None:
    with pytest.raises(CalendarRefused) as refused:
        parse_calendar(content.encode())
    assert said in refused.value.problems[row]


def test_all_wrong_rows_are_named_at_once() -> None:
    with pytest.raises(CalendarRefused) as refused:
        parse_calendar(b"date,kind,name\nx,off,a\n2027-01-01,off,a\n2027-01-02,y,a")
    assert sorted(refused.value.problems) == [2, 4]


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(CalendarRefused, match="编码"):
        parse_calendar(b"\xff\xff\xff")


class Office:
    """Keeps what it is given, like the database does."""

    def __init__(self) -> None:
        self.staged: list[DayRule] = []

    def stage(self, rules: list[DayRule]) -> None:
        self.staged += rules

    def publish(self, year: int, *, dry_run: bool) -> list[dict[str, str]]:
        moved = {"letter": "SX1", "limit": "reply", "from": "2027-01-08", "to": f"{year}-01-11"}
        return [] if dry_run else [moved]


def run(*arguments: str, office: Office | None) -> Result:
    """The commands below a parent that offers ``office``, as ``letterbox`` does."""

    @click.group()
    @click.pass_context
    def parent(ctx: click.Context) -> None:
        if office:
            ctx.meta[OFFICE] = lambda: office

    parent.add_command(calendar)
    return CliRunner().invoke(parent, ["calendar", *arguments])


def test_the_command_checks_stages_and_publishes(tmp_path: Path) -> None:
    file, office = tmp_path / "2027.csv", Office()
    file.write_text(GOOD, encoding="utf-8")
    checked = run("import", str(file), "--check", "--json", office=None)
    assert json.loads(checked.stdout) == {"years": [2026, 2027], "days": 3, "staged": False, "refused": []}
    assert json.loads(run("import", str(file), "--json", office=office).stdout)["staged"] is True
    assert office.staged == RULES
    assert json.loads(run("publish", "2027", "--dry-run", "--json", office=office).stdout) == {"moved": []}
    moved = json.loads(run("publish", "2027", "--json", office=office).stdout)["moved"]
    assert moved == [{"letter": "SX1", "limit": "reply", "from": "2027-01-08", "to": "2027-01-11"}]


def test_a_refused_file_ends_with_1_and_names_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("date,kind,name\n2027-01-02,off,a\n2027-01-02,work,b", encoding="utf-8")
    result = run("import", str(file), "--json", office=None)
    assert result.exit_code == 1
    assert [row["row"] for row in json.loads(result.stdout)["refused"]] == [3]
    assert "第 3 行" in result.stderr


def test_a_missing_file_is_wrong_use() -> None:
    assert run("import", "/no/such.csv", office=None).exit_code == 2
    assert run("publish", "1027", office=None).exit_code == 2


def test_the_shipped_seed_adds_nothing_to_the_library() -> None:
    seed = load_calendar(CONFIG)
    assert (seed.years, seed.rules) == ((), ())


@pytest.mark.parametrize(
    "day", ["2027-02-30", '"2027-02-30"', "soon", "2027-01-01, kind: work}\n  - {date: 2027-01-01"]
)
def test_a_wrong_seed_names_its_place(tmp_path: Path, day: str) -> None:
    (tmp_path / "calendar").mkdir()
    (tmp_path / "schemas").symlink_to(CONFIG / "schemas")
    text = f"years: []\ndays:\n  - {{date: {day}, kind: work}}\n"
    (tmp_path / "calendar" / "corrections.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"corrections\.yaml"):
        load_calendar(tmp_path)
