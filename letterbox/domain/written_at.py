"""When something was written or counts, in the many ways files say it. Without an offset the office's zone is meant."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from datetime import UTC, datetime, timedelta

from letterbox.domain import dates
from letterbox.domain.clock import OFFICE_ZONE

DATE = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?"
WEEKDAY = r"(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
SECOND = r"[:：]?\s*(?P<second>\d{1,2})\s*秒?(?:\.\d+)?"
BEFORE = r"(?P<half>凌晨|早上|上午|中午|下午|傍晚|晚上)?"
TIME = rf"{BEFORE}\s*(?P<hour>\d{{1,2}})\s*[:：时点]\s*(?P<minute>\d{{1,2}})?\s*分?\s*(?:{SECOND})?\s*(?P<after>[AaPp]\.?[Mm]\.?)?"
WRITTEN = re.compile(rf"{DATE}(?:[T\s]*{WEEKDAY}\s*{TIME}|\s*{WEEKDAY})")
PACKED = re.compile(r"(?P<day>\d{8})(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?")
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
EPOCH = re.compile(r"(?P<seconds>1\d{9}|[2-3]\d{9})(?P<thousandths>\d{3})?")
EXCEL_DAY_0 = datetime(1899, 12, 30, tzinfo=OFFICE_ZONE)
AFTERNOON = frozenset({"下午", "傍晚", "晚上", "pm"})
NOON = frozenset({"中午"})


def parse_written_at(text: str) -> datetime:
    """An aware instant. Raises ValueError if the text is no date, no time of day or far out of range.

    Known: ISO-8601, 2019/9/12 16:15:43, 2020.1.4, 2020年1月4日 下午3时5分, 2026-11-05 9:30 PM, 20261105093000, seconds
    since 1970, and Excel's day numbers (43720.68).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    instant = _serial(plain) or _packed(plain) or _epoch(plain) or _iso(plain) or _written(plain)
    if instant is None or not dates.is_possible(instant):
        raise ValueError(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=OFFICE_ZONE)


def parse_day(text: str) -> dt.date:
    """A day without a time, written the same ways: 2027/1/1, 2027-1-1, 2027年1月1日, 46388. Raises ValueError."""
    found = parse_written_at(text)
    if found.tzinfo is not OFFICE_ZONE or found.time() != dt.time():
        raise ValueError(text)
    return found.date()


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _serial(text: str) -> datetime | None:
    if not SERIAL.fullmatch(text):
        return None
    return EXCEL_DAY_0 + timedelta(seconds=round(float(text) * 86400))


def _packed(text: str) -> datetime | None:
    if not PACKED.fullmatch(text) or text[:4] < "1990":
        return None
    try:
        return datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=OFFICE_ZONE)
    except ValueError:
        return None


def _epoch(text: str) -> datetime | None:
    found = EPOCH.fullmatch(text)
    return datetime.fromtimestamp(int(found["seconds"]), UTC).astimezone(OFFICE_ZONE) if found else None


def _written(text: str) -> datetime | None:
    match = WRITTEN.fullmatch(text)
    if match is None:
        return None
    said = {match["half"] or "", (match["after"] or "").replace(".", "").lower()}
    part = {name: int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    day = datetime(part["year"], part["month"], part["day"], tzinfo=OFFICE_ZONE)
    hour = _hour(part["hour"], said)
    if hour == 24 and not (part["minute"] or part["second"]):
        return day + timedelta(days=1)
    return day.replace(hour=hour, minute=part["minute"], second=part["second"])


def _hour(hour: int, said: set[str]) -> int:
    """Of the day: 下午3 is 15, 上午12 is 0, 中午1 is 13, 晚上12 its end; an hour beyond 12 says it itself."""
    if hour == 12 and "晚上" in said:
        return 24
    if hour > 12 or not said - {""}:
        return hour
    if said & NOON:
        return hour + 12 if hour < 10 else hour
    return hour % 12 + (12 if said & AFTERNOON else 0)
