"""The staff's pages on a real port, and browsers of people who signed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.support.office.desk_site import PASSWORD, DeskSite
from tests.support.writers.complaints import Complaints


@dataclass
class Office:
    """The staff's pages on a real port; whatever they log as an error fails the test."""

    url: str
    site: DeskSite
    chromium: Browser
    complaints: Complaints = field(default_factory=Complaints)

    def page(self, login: str, width: int = 1280, **options: Any) -> Page:
        context = self.chromium.new_context(
            base_url=self.url, viewport={"width": width, "height": 900}, locale="zh-CN", **options
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        self.complaints.listen(page)
        page.goto("/desk/sign-in")
        page.get_by_label("用户名").fill(login)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("navigation", name="主导航")).to_be_visible()
        return page
