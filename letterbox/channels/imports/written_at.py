"""When a letter was written, in the many ways files say it. Without an offset the office's zone is meant."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from letterbox.domain.clock import OFFICE_ZONE

DATE = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
SECOND = r"[:：]?\s*(?P<second>\d{1,2})\s*秒?(?:\.\d+)?"
TIME = rf"(?P<half>上午|下午|晚上)?\s*(?P<hour>\d{{1,2}})\s*[:：时点]\s*(?P<minute>\d{{1,2}})?\s*分?\s*(?:{SECOND})?"
WRITTEN = re.compile(rf"{DATE}(?:[T\s]*(?:星期.|周.)?\s*{TIME})?")
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
EXCEL_DAY_0 = datetime(1899, 12, 30, tzinfo=OFFICE_ZONE)
YEARS = range(1990, 2100)


def parse_written_at(text: str) -> datetime:
    """An aware instant. Raises ValueError if the text is no date, no time of day or far out of range.

    Known: ISO-8601, 2019/9/12 16:15:43, 2020.1.4, 2020年1月4日 下午3时5分, and Excel's day numbers (43720.68).
    """
    text = text.strip()
    instant = _iso(text) or _serial(text) or _written(text)
    if instant is None or instant.year not in YEARS:
        raise ValueError(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=OFFICE_ZONE)


def _iso(text: str) -> datetime | None:
    if SERIAL.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _serial(text: str) -> datetime | None:
    if not SERIAL.fullmatch(text):
        return None
    return EXCEL_DAY_0 + timedelta(seconds=round(float(text) * 86400))


def _written(text: str) -> datetime | None:
    match = WRITTEN.fullmatch(text)
    if match is None:
        return None
    part = {name: int(value) for name, value in match.groupdict().items() if value and name != "half"}
    hour = part.get("hour", 0)
    if match["half"] in {"下午", "晚上"} and hour < 12:
        hour += 12
    return datetime(
        part["year"], part["month"], part["day"], hour, part.get("minute", 0), part.get("second", 0), tzinfo=OFFICE_ZONE
    )
