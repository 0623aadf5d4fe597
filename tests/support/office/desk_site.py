"""The desk in a test: sign in as somebody, find a task's address."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from letterbox.domain.clock import OFFICE_ZONE
from tests.support.office.county import County
from tests.support.writers.script_free_browser import Browser

MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=OFFICE_ZONE)
PASSWORD = "demo-password"


@dataclass
class DeskSite:
    """One application, and the county behind it."""

    app: Flask
    county: County

    def client(self) -> FlaskClient:
        """From an address of its own, so that wrong passwords of one test do not lock another out."""
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"10.{'.'.join(str(part) for part in secrets.token_bytes(3))}"
        return client

    def browser(self) -> Browser:
        return Browser(self.client())

    def signed_in(self, login: str, password: str = PASSWORD) -> Browser:
        browser = self.browser()
        browser.open("/desk/sign-in")
        page = browser.submit("sign-in", login=login, password=password)
        assert page.response.request.path != "/desk/sign-in", page.text
        return browser

    def task(self, number: str, key: str, login: str) -> str:
        """The address of the letter's open task ``key``."""
        actor = self.county.services.sign_in.of_login(login).actor
        return f"/desk/tasks/{self.county.task(number, key, actor).id}"
