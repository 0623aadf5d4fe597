"""One Chromium a session, one site and one fresh profile a test. Anything the page logs as an error fails the test."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.stack.needs import BROWSERS, PACKAGES
from tests.support.writers.complaints import Complaints
from tests.support.writers.live_site import Site, live_site
from tests.support.writers.portal import Portal
from webapp import build

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

log = logging.getLogger(__name__)
NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def bundles() -> None:
    build.build(log.info)


@pytest.fixture(scope="session")
def chromium(bundles: None) -> Iterator[Browser]:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    assert path, f"no Chromium here: run python -m tests.support.stack.needs, or install {' '.join(PACKAGES)}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def site(portal: Portal) -> Iterator[Site]:
    with live_site(portal) as running:
        yield running


@pytest.fixture
def new_page(chromium: Browser, site: Site) -> Iterator[NewPage]:
    """Open pages with ``new_page(width=390, color_scheme="dark", java_script_enabled=False)``."""
    contexts: list[BrowserContext] = []
    complaints = Complaints()

    def opened(width: int = 1280, **options: Any) -> Page:
        context = chromium.new_context(
            base_url=site.url, viewport={"width": width, "height": 900}, locale="zh-CN", **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
