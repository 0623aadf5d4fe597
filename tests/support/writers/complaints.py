"""What pages log as an error in the browser's console, or throw: a test that saw any of it fails."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page

EXPECTED = "Failed to load resource"
"""Chromium's own line for every 4xx and 5xx page, which tests ask for on purpose."""


class Complaints(list[str]):
    def listen(self, page: Page) -> None:
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and EXPECTED not in message.text:
            self.append(message.text)
