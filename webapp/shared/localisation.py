"""Chinese is the source language (Flask-Babel); instants are shown in the office's zone."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask
from flask_babel import Babel, get_locale

from letterbox.domain.clock import OFFICE_ZONE, iso
from webapp.shared import labels, paging
from webapp.shared.context import services

WEEKDAYS = "一二三四五六日"


def install(app: Flask) -> None:
    Babel(app, default_locale="zh_Hans_CN", default_timezone=str(OFFICE_ZONE))
    app.jinja_env.filters.update(instant=instant, day=day, iso=iso, filesize=filesize, label=labels.label)
    app.jinja_env.globals.update(html_language=html_language, tone=labels.tone)
    app.jinja_env.globals.update(page_url=paging.page_url, page_window=paging.window)
    app.context_processor(lambda: {"settings": services().settings})


def html_language() -> str:
    """What ``<html lang>`` says."""
    locale = get_locale()
    return "zh-CN" if locale is None or locale.language == "zh" else str(locale.language)


def instant(at: datetime, *, weekday: bool = False) -> str:
    """``2026年11月3日 17:30`` in the office's zone, with ``weekday`` also ``周二``."""
    local = at.astimezone(OFFICE_ZONE)
    return f"{day(local, weekday=weekday)} {local:%H:%M}"


def day(on: date | datetime, *, weekday: bool = False) -> str:
    """``2026年11月3日``; instants are brought into the office's zone first."""
    local = on.astimezone(OFFICE_ZONE) if isinstance(on, datetime) else on
    words = f"{local.year}年{local.month}月{local.day}日"
    return f"{words}（周{WEEKDAYS[local.weekday()]}）" if weekday else words


def filesize(size: int) -> str:
    """``1.4 MB``, ``320 KB``; 1 KB = 1024 bytes."""
    if size >= 1024 * 1024:
        return f"{size / 1024 / 1024:.1f} MB"
    return f"{max(1, round(size / 1024))} KB"
