"""One pooled, authenticated connection to the engine's REST interface; every call of this package goes through it.

pycamunda names most calls (paths, parameters); it is handed this session, which adds what it lacks: timeouts,
keep-alive, typed errors with the engine's status, and a second try for readings.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from pycamunda.base import CamundaRequest, RequestMethod
from requests.adapters import HTTPAdapter

from letterbox.engine.answers import connection_failure, refusal
from letterbox.engine.errors import EngineNotFound, EngineUnavailable
from letterbox.engine.patience import is_away, stayed_away, time_left, went_unanswered

CONNECT_TIMEOUT_S = 3.05
READ_TIMEOUT_S = 30.0
PAUSES_BEFORE_REREADING_S = (0.1, 0.4)
COMMAND_HEADER = "Letterbox-Command"
"""Names the command to the engine, which applies each name once (config/deploy/engine/once.groovy)."""
KEEPALIVE = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    *(
        (socket.IPPROTO_TCP, getattr(socket, name), value)
        for name, value in (("TCP_KEEPIDLE", 20), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))
        if hasattr(socket, name)
    ),
]
"""A server that vanished without a word is noticed within 35 s, also in the middle of a long poll."""
SAFE_ID = re.compile(r"[\w-][\w.:-]{0,254}", re.ASCII)


class EngineSession:
    """Thread-safe. ``url`` ends in ``/engine-rest``; ``pool_size`` is the number of connections kept open."""

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        read_timeout_s: float = READ_TIMEOUT_S,
        pool_size: int = 16,
        verify: bool | str = True,
    ) -> None:
        self.url = url.rstrip("/")
        self.read_timeout_s = read_timeout_s
        self._http = requests.Session()
        self._http.auth = (user, password)
        self._http.verify = verify
        self._http.trust_env = False  # no proxy between us and the engine, no .netrc read at each call
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # the cookie jar is not thread-safe
        adapter = _KeepaliveAdapter(pool_connections=2, pool_maxsize=pool_size)
        self._http.mount("http://", adapter)
        self._http.mount("https://", adapter)

    def close(self) -> None:
        self._http.close()

    def run(self, call: CamundaRequest, *, read_timeout_s: float | None = None) -> Any:
        """Send a pycamunda call through this session and answer what pycamunda makes of it."""
        call.session = _Bound(self, read_timeout_s)
        return call()

    def read(
        self,
        method: RequestMethod,
        call: CamundaRequest,
        *,
        read_timeout_s: float | None = None,
        command_id: str | None = None,
    ) -> Any:
        """Send a pycamunda call but read the JSON ourselves, where pycamunda drops or misreads fields.

        With a ``command_id`` the engine applies it once: raises AlreadyApplied the second time.
        """
        call.session = _Bound(self, read_timeout_s, command_id)
        response = CamundaRequest.__call__(call, method)
        return response.json() if response.content else None

    def get(self, path: str, **params: Any) -> Any:
        """GET ``path`` with query parameters; answers JSON."""
        return self.request("GET", self.url + path, params=_lower_booleans(params)).json()

    def get_bytes(self, path: str) -> bytes:
        return self.request("GET", self.url + path).content

    def query(self, path: str, body: Mapping[str, Any], **params: Any) -> Any:
        """A reading that the engine takes as POST; answers JSON."""
        return self.request(
            "POST", self.url + path, json=dict(body), params=_lower_booleans(params), is_command=False
        ).json()

    def command(self, method: str, path: str, body: Mapping[str, Any] | None = None, **params: Any) -> Any:
        """A change. Answers JSON or None; raises AnswerLost if its effect is unknown."""
        response = self.request(method, self.url + path, json=body, params=_lower_booleans(params))
        return response.json() if response.content else None

    def upload(self, path: str, fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> Any:
        """A multipart POST: ``files`` maps part name → (file name, content)."""
        return self.request("POST", self.url + path, data=fields, files=files, read_timeout_s=120).json()

    def request(
        self,
        method: str,
        url: str,
        *,
        is_command: bool | None = None,
        read_timeout_s: float | None = None,
        **arguments: Any,
    ) -> requests.Response:
        """One call; readings are repeated after a short pause, unless the time for an answer is used up; commands never.

        Waits no longer than the caller's ``patience`` or ``page``, of which only the first reading pauses in vain. Raises
        the errors of ``errors``.
        """
        is_command = method != "GET" if is_command is None else is_command
        pauses_s = () if is_command or is_away() else PAUSES_BEFORE_REREADING_S
        for pause_s in pauses_s:
            try:
                return self._send(method, url, read_timeout_s, is_command, arguments)
            except EngineUnavailable as away:
                if isinstance(away.__cause__, requests.ReadTimeout):
                    raise
                time.sleep(pause_s)
        try:
            return self._send(method, url, read_timeout_s, is_command, arguments)
        except EngineUnavailable:
            if pauses_s:
                stayed_away()
            raise

    def _send(
        self, method: str, url: str, read_timeout_s: float | None, is_command: bool, arguments: Mapping[str, Any]
    ) -> requests.Response:
        wait_s = time_left(read_timeout_s or self.read_timeout_s, is_command=is_command)
        if not wait_s:
            raise EngineUnavailable("no time is left to ask the engine")
        timeout = (min(CONNECT_TIMEOUT_S, wait_s), wait_s)
        try:
            response = self._http.request(method, url, timeout=timeout, allow_redirects=False, **arguments)
        except requests.RequestException as error:
            if isinstance(error, requests.Timeout):
                went_unanswered()
            raise connection_failure(error, is_command=is_command) from error
        if 200 <= response.status_code < 300:
            return response
        raise refusal(response, is_command=is_command)


@dataclass(frozen=True, slots=True)
class _Bound:
    """What pycamunda takes for a requests session."""

    session: EngineSession
    read_timeout_s: float | None
    command_id: str | None = None

    def request(self, method: str, url: str, params: Any, json: Any, files: Any) -> requests.Response:
        body = json if method != "GET" else None
        headers = {COMMAND_HEADER: self.command_id} if self.command_id else None
        return self.session.request(
            method, url, params=params, json=body, files=files, headers=headers, read_timeout_s=self.read_timeout_s
        )


class _KeepaliveAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, socket_options=KEEPALIVE, **kwargs)


def safe_id(value: str) -> str:
    """An id fit to stand in an address; one that is not cannot be the engine's, so: not found."""
    if not SAFE_ID.fullmatch(value):
        raise EngineNotFound(404, "MalformedId", "no such id")
    return value


def _lower_booleans(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in params.items()
        if value is not None
    }
