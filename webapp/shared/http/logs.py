"""Request ids and one log line a request. Paths are logged, query strings and bodies never (personal data)."""

from __future__ import annotations

import logging
import re
import time
import uuid
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

from webapp.services import services
from webapp.shared.http.access_log import AccessLog

HEADER = "X-Request-Id"
ACCEPTED_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
QUIET_ENDPOINTS = frozenset({"assets.file"})
log = logging.getLogger("webapp.access")


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_finish)
    app.logger.addFilter(RequestIdFilter())
    log.addFilter(RequestIdFilter())
    app.jinja_env.globals["request_id"] = request_id


def request_id() -> str:
    """The id of this request, also shown on error pages; ``-`` outside of one."""
    return str(g.get("request_id", "-")) if has_request_context() else "-"


class RequestIdFilter(logging.Filter):
    """Puts ``request_id`` on every record, for the log format."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id()
        return True


def _write(status: int, took_ms: float) -> None:
    """In the data folder's log; where it cannot be written, on the program's own."""
    live = g.get("live_session")
    caller = live.person.actor if live is not None else g.get("caller")
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "method": request.method,
        "path": _path(),
        "status": status,
        "ms": round(took_ms, 1),
        "person": f"{caller.kind}:{caller.id}" if caller else None,
        "request_id": request_id(),
        "address": request.remote_addr,
    }
    try:
        AccessLog(services().settings.data_dir / "logs").write(entry)
    except OSError:
        log.warning("%s", entry)


def _path() -> str:
    """As asked for by staff and machines; of the public's pages the pattern, of unknown addresses nothing."""
    if request.url_rule is None:
        return "(unknown)"
    is_public = (request.endpoint or "").startswith("portal.")
    return request.url_rule.rule if is_public else request.path


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if ACCEPTED_ID.fullmatch(given) else uuid.uuid4().hex
    g.request_began = time.perf_counter()


def _finish(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    if request.endpoint not in QUIET_ENDPOINTS:
        took_ms = (time.perf_counter() - g.get("request_began", time.perf_counter())) * 1000
        _write(response.status_code, took_ms)
    return response
