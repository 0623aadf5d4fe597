"""Two pairs of eyes on a running installation: a machine's, with tokens, and people's, in a browser."""

from __future__ import annotations

import re
import threading
from typing import Any

import requests

from letterbox.stack import demo
from letterbox.wiring import Services

TIMEOUT_S = 120
NAME = "simulation"
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Reader:
    """``url`` is the web server's; a token is made for each role (and unit) when first needed."""

    def __init__(self, url: str, services: Services) -> None:
        self._url = url.rstrip("/")
        self._services = services
        self._tokens: dict[tuple[str, str | None], str] = {}
        self._http = requests.Session()
        self._http.trust_env = False

    def get(self, path: str, role: str | None, unit: str | None = None) -> Any:
        """The JSON answer; None if it is refused as if it did not exist."""
        headers = {"Authorization": f"Bearer {self._token(role, unit)}"} if role else {}
        response = self._http.get(f"{self._url}/api/v1{path}", headers=headers, timeout=TIMEOUT_S)
        if response.status_code in {403, 404}:
            return None
        response.raise_for_status()
        return response.json()

    def _token(self, role: str, unit: str | None) -> str:
        if (role, unit) not in self._tokens:
            self._tokens[role, unit] = self._services.tokens.create(role, NAME, unit)
        return self._tokens[role, unit]


class DeskReader:
    """The desk's pages as people see them, signed in with the demonstration's password."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._sessions: dict[str, requests.Session] = {}
        self._lock = threading.Lock()

    def page(self, path: str, login: str) -> str | None:
        """The page's HTML; None if it is refused as if it did not exist."""
        with self._lock:
            http = self._sessions.get(login) or self._sign_in(login)
            self._sessions[login] = http
        response = http.get(f"{self._url}{path}", timeout=TIMEOUT_S)
        return response.text if response.ok else None

    def _sign_in(self, login: str) -> requests.Session:
        http = requests.Session()
        http.trust_env = False
        form = http.get(f"{self._url}/desk/sign-in", timeout=TIMEOUT_S).text
        token = CSRF.search(form)
        values = {"login": login, "password": demo.PASSWORD, "csrf_token": token.group(1) if token else ""}
        http.post(f"{self._url}/desk/sign-in", data=values, timeout=TIMEOUT_S).raise_for_status()
        return http
