"""Chinese is the source language (Flask-Babel); instants are shown in the office's zone."""

from __future__ import annotations

from flask import Flask
from flask_babel import Babel, get_locale

from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.dates import day, instant
from letterbox.domain.words import label
from letterbox.files import kinds
from webapp.services import services
from webapp.shared import labels, paging


def install(app: Flask) -> None:
    Babel(app, default_locale="zh_Hans_CN", default_timezone=str(OFFICE_ZONE))
    app.jinja_env.filters.update(instant=instant, day=day, iso=iso, filesize=filesize, label=label)
    app.jinja_env.globals.update(html_language=html_language, tone=labels.tone)
    app.jinja_env.globals.update(files_taken=kinds.ACCEPTED, files_picked=kinds.PICKED)
    app.jinja_env.globals.update(page_url=paging.page_url, page_window=paging.window)
    app.context_processor(lambda: {"settings": services().settings})


def html_language() -> str:
    """What ``<html lang>`` says."""
    locale = get_locale()
    return "zh-CN" if locale is None or locale.language == "zh" else str(locale.language)


def filesize(size: int) -> str:
    """``1.4 MB``, ``320 KB``; 1 KB = 1024 bytes."""
    if size >= 1024 * 1024:
        return f"{size / 1024 / 1024:.1f} MB"
    return f"{max(1, round(size / 1024))} KB"
