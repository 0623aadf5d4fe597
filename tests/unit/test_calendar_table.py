"""The office's calendar as a file: what is read, and what is refused whole (contract, ``calendar import``)."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from letterbox.cli.calendar import calendar
from letterbox.domain.errors import ConfigError
from letterbox.domain.limits import calendar_table
from letterbox.domain.limits.calendar import DayKind, DayRule
from letterbox.domain.limits.calendar_table import CalendarFile, CalendarRefused
from letterbox.seeds.calendar import load_calendar
from letterbox.services.rules.office_calendar import work_calendar
from letterbox.settings import ROOT

CONFIG = ROOT / "config"
GOOD = "date,kind,name\n2027-01-01,off,元旦\n2027-01-03,work,元旦\n2027-02-20,work,\n"
RULES = [
    DayRule(date(2027, 1, 1), DayKind.OFF, "元旦"),
    DayRule(date(2027, 1, 3), DayKind.WORK, "元旦"),
    DayRule(date(2027, 2, 20), DayKind.WORK, ""),
]


def parse_calendar(content: bytes) -> CalendarFile:
    return calendar_table.parse_calendar(content, work_calendar())


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("gb18030"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("date,kind,name", " Date , KIND,name").encode(),
        GOOD.replace("date,kind,name", "日期,类型,名称")
        .replace("off", "放假")
        .replace("work", "上班")
        .encode("gb18030"),
        GOOD.replace("-0", "-").encode(),
        GOOD.replace("-0", "/").replace("-2", "/2").encode(),
        GOOD.replace(",", ";").encode(),
        GOOD.replace(",", "\t").encode("utf-16"),
        f"sep=;\n{GOOD.replace(',', ';')}".encode(),
        f"2027年放假安排,,\n{GOOD}".encode(),
        GOOD.replace("\n", "\n,,\n").encode(),
        GOOD.replace("\n", ",,\n").encode(),
        GOOD.replace("2027-01-01", "46388").replace("2027-01-03", "2027年1月3日").encode(),
        GOOD.replace("2027-01-01", '"=""2027-01-01"""').encode(),
    ],
)
def test_a_calendar_is_read_in_every_usual_encoding(content: bytes) -> None:
    read = parse_calendar(content)
    assert (read.year, list(read.rules)) == (2027, RULES)


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
        ("\n\n", 1, "缺少 date、kind、name"),
        ("date,kind,name\n\n2027-01-01,off,a\n\n2027-13-01,off,b", 5, "2027-13-01"),
        ("date,kind,name\n01-01,off,a", 2, "应写成 2027-01-01"),
        ("date,kind,name\n2027-01-01,off,a\n2027-01-02,off,a\n2028-01-01,off,a", 4, "2028年1月1日不是 2027 年的日子"),
        ("date,kind,name\n2027-01-01,off,a\n2027-02-03,work,b", 3, "周三，本来就上班"),
        ("date,kind,name\n2027-01-01,,a", 2, "off（放假）或 work（上班）"),
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


def test_a_correction_of_the_shipped_table_may_say_work_on_a_weekday() -> None:
    read = parse_calendar("date,kind,name\n2026-10-07,work,国庆节".encode())
    assert read.rules == (DayRule(date(2026, 10, 7), DayKind.WORK, "国庆节"),)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2027-03-07,off,", "2027年3月7日（周日）本来就休息"),
        ("2027-01-01,off,元旦", "没有看到这些节日：春节、清明、劳动、端午、中秋、国庆"),
    ],
)
def test_what_may_be_a_slip_is_said_and_not_refused(rows: str, said: str) -> None:
    assert any(said in doubt for doubt in parse_calendar(f"date,kind,name\n{rows}".encode()).doubts)


def test_weekend_days_within_a_holiday_and_a_whole_year_raise_no_doubt() -> None:
    names = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节、国庆节")
    rows = [f"2027-{month:02}-0{day},off,{name}" for month, name in enumerate(names, start=1) for day in range(1, 8)]
    assert parse_calendar("\n".join(["date,kind,name", *rows]).encode()).doubts == ()


def test_a_correction_of_a_year_that_is_known_misses_no_holiday() -> None:
    assert parse_calendar("date,kind,name\n2026-10-07,work,国庆节".encode()).doubts == ()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(calendar, list(arguments))


def test_a_file_is_checked_without_a_database(tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(GOOD, encoding="utf-8")
    checked = json.loads(run("import", str(file), "--check", "--json").stdout)
    assert checked.pop("warnings") == ["没有看到这些节日：春节、清明、劳动、端午、中秋、国庆，请核对是否漏了"]
    assert checked == {"years": [2027], "days": 3, "staged": False, "refused": []}


def test_a_refused_file_ends_with_1_and_names_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("date,kind,name\n2027-01-02,off,a\n2027-01-02,work,b", encoding="utf-8")
    result = run("import", str(file), "--json")
    assert result.exit_code == 1
    assert [row["row"] for row in json.loads(result.stdout)["refused"]] == [3]
    assert "第 3 行" in result.stderr


def test_a_missing_file_is_wrong_use() -> None:
    assert run("import", "/no/such.csv").exit_code == 2
    assert run("publish", "1027").exit_code == 2


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
