"""Reading the engine's refusals: which typed error an HTTP answer or a broken connection stands for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from letterbox.engine.errors import (
    AlreadyApplied,
    AlreadyRunning,
    AnswerLost,
    DeploymentRefused,
    EngineLockedUs,
    EngineNotFound,
    EngineRefused,
    EngineTroubled,
    EngineUnavailable,
    EngineUnclear,
    LostRace,
    MismatchingCorrelation,
    ResourceProblem,
    TaskNotFound,
)
from letterbox.engine.final_reasons import is_fault, reason

EngineError = EngineUnavailable | AnswerLost | LostRace | EngineRefused
LOST_RACE_CODES = frozenset({1, 10000})
"""The engine's own error codes for optimistic locking and for a deadlock of its database."""
LOST_RACE = re.compile(r"OptimisticLocking|ENGINE-03005|too many requests|deadlock detected", re.IGNORECASE)
ENGINE_WITHOUT_DATABASE = re.compile(
    r"JDBC Connection|CannotCreateTransaction|Connection is not available|connection (?:is|has been) closed"
    r"|terminating connection|I/O error occurred while sending|Connection to \S+ refused",
    re.IGNORECASE,
)
NO_SUCH_TASK = re.compile(r"Cannot find task with id|No matching task with id|\"?task\"? is null", re.IGNORECASE)
NEVER_SENT = (NewConnectionError, NameResolutionError, ConnectTimeoutError)


def connection_failure(error: requests.RequestException, *, is_command: bool) -> EngineUnavailable | AnswerLost:
    """A connection that broke: before anything was sent, or (for a command) with an unknown effect."""
    detail = f"{type(error).__name__}: {error}"
    if not is_command or isinstance(error, requests.ConnectTimeout) or _never_sent(error):
        return EngineUnavailable(detail)
    return AnswerLost(detail)


def refusal(response: requests.Response, *, is_command: bool) -> EngineError:
    """The error for an answer that is not 2xx.

    An answer without the engine's own body (a proxy's 502, a server that is starting and says 404) says nothing about
    the command: it is never taken for "there is no such task".
    """
    body = _body(response)
    status = response.status_code
    if status in (401, 403):
        return EngineLockedUs(f"answer {status}: check ENGINE_USER and ENGINE_PASSWORD")
    if body is None:
        return _unknown(f"answer {status} without the engine's own body", is_command)
    kind, detail = str(body.get("type") or ""), str(body.get("message") or "")
    if status >= 500 and ENGINE_WITHOUT_DATABASE.search(detail):
        return _unknown(f"the engine lost its database: {detail}", is_command)
    found = _refused(status, kind, detail, body)
    return EngineUnavailable(str(found)) if isinstance(found, EngineTroubled) and not is_command else found


def _refused(status: int, kind: str, detail: str, body: dict[str, Any]) -> EngineRefused | EngineTroubled | LostRace:
    if "letterbox:applied" in detail:
        return AlreadyApplied(status, kind, detail)
    if "letterbox:running" in detail:
        return AlreadyRunning(status, kind, "这封来信的这个流程已经在运行，没有再启动一个")
    if NO_SUCH_TASK.search(detail):
        return TaskNotFound(status, kind, detail)
    if status == 404:
        return EngineNotFound(status, kind, detail)
    if kind == "MismatchingMessageCorrelationException" or "Cannot correlate" in detail:
        return MismatchingCorrelation(status, kind, detail)
    if isinstance(body.get("details"), dict):
        return DeploymentRefused(status, kind, detail, tuple(_problems(body["details"])))
    if body.get("code") in LOST_RACE_CODES or LOST_RACE.search(f"{kind} {detail}"):
        return LostRace(status, kind, detail)
    if is_fault(f"{kind} {detail}"):
        return EngineTroubled(status, kind, detail)
    if status >= 500 and not reason(f"{kind} {detail}"):
        return EngineUnclear(status, kind, detail)
    return EngineRefused(status, kind, detail)


def _problems(details: dict[str, Any]) -> Iterator[ResourceProblem]:
    for resource, report in details.items():
        for level in ("errors", "warnings"):
            for problem in report.get(level) or []:
                yield ResourceProblem(
                    resource=resource,
                    message=str(problem.get("message") or ""),
                    line=int(problem.get("line") or 0),
                    column=int(problem.get("column") or 0),
                    element_id=problem.get("mainElementId"),
                    is_error=level == "errors",
                )


def _unknown(detail: str, is_command: bool) -> EngineUnavailable | AnswerLost:
    return AnswerLost(detail) if is_command else EngineUnavailable(detail)


def _never_sent(error: BaseException) -> bool:
    """requests wraps urllib3's reason once or twice; look through it."""
    for argument in error.args:
        reason = getattr(argument, "reason", argument)
        if isinstance(reason, NEVER_SENT):
            return True
    return False


def _body(response: requests.Response) -> dict[str, Any] | None:
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) and {"type", "message"} <= body.keys() else None
