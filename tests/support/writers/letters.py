"""A letter as somebody writes it on the portal, page by page."""

from __future__ import annotations

import io
import zlib
from typing import Any

from tests.support.writers import sample_files
from tests.support.writers.script_free_browser import Browser, Page

TITLE = "文星社区路灯三个月不亮"
BODY = "从八月份起，路灯全部不亮。\n\n希望尽快派人检修。"
NAME, PHONE, EMAIL = "张三", "13812345678", "zhangsan@example.com"
PNG = sample_files.image()


def picture(name: str = "照片.png", content: bytes | None = None) -> tuple[io.BytesIO, str]:
    """Without content: another picture for another name."""
    size = (8 + zlib.crc32(name.encode()) % 90, 6)
    return io.BytesIO(sample_files.image(size=size) if content is None else content), name


def start(browser: Browser) -> Page:
    browser.open("/write")
    return browser.submit("/write/notice", button="next", consent="y")


def write_until(browser: Browser, step: str, **answers: Any) -> Page:
    """Answer page after page until the page of ``step`` is shown."""
    given: dict[str, dict[str, Any]] = {
        "category": {"category": answers.get("category", "complaint")},
        "accused": {"accused": answers.get("accused", "")},
        "place": {"unit": answers.get("unit", ""), "place": answers.get("place", "")},
        "letter": {"title": answers.get("title", TITLE), "body": answers.get("body", BODY)},
        "files": {"attachments": answers.get("attachments", [])},
        "writer": {
            "name": answers.get("name", NAME),
            "phone": answers.get("phone", PHONE),
            "email": answers.get("email", ""),
            "address": "",
        },
        "visibility": {"is_public": answers.get("is_public", "yes")},
    }
    page = start(browser)
    for name, fields in given.items():
        if name == step:
            break
        if name == ("visibility" if answers.get("category") == "report" else "accused"):
            continue
        page = browser.submit(f"/write/{name}", button="next", **fields)
    return page


def send(browser: Browser, **answers: Any) -> Page:
    """Write and submit a whole letter; answers the page with number and code."""
    write_until(browser, "check", **answers)
    return browser.submit("/write/check", button="next")
