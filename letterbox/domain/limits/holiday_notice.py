"""The yearly notice on days off, as the State Council words it, read into days.

    元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。

What is read is shown to a person before it counts; what looks like a day and is not understood is said.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from letterbox.domain import dates
from letterbox.domain.dates import WEEKDAYS
from letterbox.domain.limits.calendar import ONE_DAY, DayKind, DayRule

LONGEST = 20_000
"""Characters; a notice has about a thousand."""
LONGEST_SENTENCE = 400
"""Characters; the longest real one has about a hundred. A longer one is left to people."""
LONGEST_HOLIDAY = 20
YEAR_OF = re.compile(r"(\d{4})年(?!\d{1,2}月)")
HEADING = re.compile(r"^(?:[一二三四五六七八九十\d]+[、.])?(?P<name>[一-鿿、]{2,12}):(?P<rest>.*)$")
DATE = r"(?:(?:\d{4}年)?\d{1,2}月)?\d{1,2}[日号](?:\([^)]*\))?"
SPAN = re.compile(rf"(?P<first>{DATE})(?:(?:至|到|-|—|~|–)(?P<last>{DATE}))?")
PARTS = re.compile(r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[日号](?:\((?P<aside>[^)]*)\))?")
CLAUSE = re.compile(
    rf"(?P<spans>{SPAN.pattern.replace('?P<first>', '?:').replace('?P<last>', '?:')}"
    rf"(?:[、,和]{DATE}(?:(?:至|到|-|—|~|–){DATE})?)*)(?:均|都)?(?P<does>放假|上班|休息|补休)"
)
TOTAL = re.compile(r"共(\d{1,2})天")
DATED = re.compile(r"\d{1,2}月\d{1,2}[日号]")
SIGNED = re.compile(r"^\D{0,20}\d{4}年\d{1,2}月\d{1,2}日$")


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """A day found, and the words of the notice it was found in."""

    rule: DayRule
    words: str


@dataclass
class Reading:
    """``problems``: what contradicts itself, nothing may be staged before it is mended; ``unread``: sentences with a
    date in them that were not understood, for a person to look at."""

    year: int
    days: list[NoticeDay] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def of_year(self, year: int) -> list[DayRule]:
        return sorted((each.rule for each in self.days if each.rule.date.year == year), key=lambda rule: rule.date)


def year_in(text: str) -> int | None:
    """The year a notice speaks of, by its heading; None if it names none or several."""
    years = {int(found) for found in YEAR_OF.findall(_plain(text)[:300])}
    return years.pop() if len(years) == 1 else None


def read_notice(text: str, year: int) -> Reading:
    """Everything a notice on the days off of ``year`` says."""
    reading = Reading(year)
    name = ""
    for sentence in _sentences(text[:LONGEST]):
        if len(sentence) > LONGEST_SENTENCE:
            reading.unread.append(f"{sentence[:40]}…")
            continue
        heading = HEADING.match(sentence)
        if heading:
            name, sentence = heading["name"], heading["rest"]  # noqa: PLW2901  # the rest of the sentence
        _read_sentence(reading, name, sentence)
    _find_contradictions(reading)
    return reading


def _plain(text: str) -> str:
    """Full-width digits, brackets and colons in their plain form, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split(" ")).replace("\t", "")


def _sentences(text: str) -> Iterator[str]:
    for piece in re.split(r"[。;\n]", _plain(text)):
        if piece.strip():
            yield piece.strip()


def _read_sentence(reading: Reading, name: str, sentence: str) -> None:
    clauses = list(CLAUSE.finditer(sentence))
    rest = CLAUSE.sub("", sentence)
    off: list[dt.date] = []
    for clause in clauses:
        is_work = clause["does"] == "上班"
        try:
            days = [day for span in SPAN.finditer(clause["spans"]) for day in _span(span, reading)]
        except ValueError as problem:
            reading.problems.append(f"“{clause[0]}”：{problem}")
            continue
        off += [] if is_work else days
        kind = DayKind.WORK if is_work else DayKind.OFF
        reading.days += [NoticeDay(DayRule(day, kind, _name(name)), clause[0]) for day in days]
    total = TOTAL.search(sentence)
    if total and off and int(total[1]) != len(off):
        reading.problems.append(f"“{sentence}”：写的是共{total[1]}天，读出 {len(off)} 天")
    if DATED.search(rest) and not SIGNED.match(sentence):
        reading.unread.append(sentence)


def _span(span: re.Match[str], reading: Reading) -> list[dt.date]:
    """Raises ValueError in Chinese for a date that is none, a weekday that does not fit, or an endless holiday."""
    first = _date(span["first"], reading.year, None)
    if span["last"] is None:
        return [first]
    last = _date(span["last"], reading.year, first)
    if last < first and "年" not in span["first"]:
        first = _date(span["first"], reading.year - 1, None)
    count = (last - first).days + 1
    if not 0 < count <= LONGEST_HOLIDAY:
        raise ValueError(f"从{dates.day(first)}到{dates.day(last)}不像一个假期")
    return [first + offset * ONE_DAY for offset in range(count)]


def _date(text: str, year: int, before: dt.date | None) -> dt.date:
    """``before``: the span's first day, whose month and year a bare day takes over."""
    parts = PARTS.fullmatch(text)
    if parts is None:
        raise ValueError(f"看不懂日期 {text}")
    month = int(parts["month"]) if parts["month"] else before.month if before else 0
    in_year = int(parts["year"]) if parts["year"] else before.year if before and not parts["month"] else year
    try:
        day = dt.date(in_year, month, int(parts["day"]))
    except ValueError:
        raise ValueError(f"{in_year} 年没有 {text}") from None
    _check_weekday(day, parts["aside"] or "")
    return day


def _check_weekday(day: dt.date, aside: str) -> None:
    """The notice names weekdays: one that does not fit betrays another year or a slip."""
    named = re.search(r"(?:周|星期)([一二三四五六日天])", aside)
    if named and WEEKDAYS[day.weekday()] != f"周{named[1].replace('天', '日')}":
        raise ValueError(f"{dates.day(day)}是{WEEKDAYS[day.weekday()]}，不是周{named[1]}，请核对年份和日期")


def _name(heading: str) -> str:
    return heading.strip("、")


def _find_contradictions(reading: Reading) -> None:
    """A day twice with the same word is taken once; off and on is a problem."""
    seen: dict[dt.date, NoticeDay] = {}
    for each in reading.days:
        first = seen.setdefault(each.rule.date, each)
        if first.rule.kind is not each.rule.kind:
            reading.problems.append(f"{dates.day(each.rule.date)}既放假（“{first.words}”）又上班（“{each.words}”）")
    reading.days = sorted(seen.values(), key=lambda each: each.rule.date)
