"""JSON answers, and their repetition under an Idempotency-Key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeAlias

from flask import Response, request

from letterbox.domain.errors import FieldErrors
from letterbox.domain.permissions import Actor
from letterbox.services.access.idempotency import StoredResponse
from webapp.api.callers import known_caller
from webapp.services import machine

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
Answered: TypeAlias = tuple[Mapping[str, Any], int]


def ok(document: object, status: int = 200) -> Response:
    return Response(json.dumps(document, ensure_ascii=False), status, content_type="application/json")


def paged(
    items: list[dict[str, Any]], page: int = 1, pages: int = 1, total: int | None = None, **facts: Any
) -> Response:
    """``facts``: what else is to be said of this list."""
    total = len(items) if total is None else total
    return ok({"items": items, "page": page, "pages": pages, "total": total, **facts})


def once(view: Callable[..., Answered]) -> Callable[..., Response]:
    """For POST: with an Idempotency-Key, a repeat gets the first answer and changes nothing.

    The key is the token's, or the writer's of the letter in the address: the same key of another is another key. Only
    the very same request, a writer's query code included, gets the answer.
    """

    @wraps(view)
    def answered(**arguments: Any) -> Response:
        actor, key = known_caller(), _key()
        whose = f"token:{actor.id}" if actor is not None and actor.id is not None else arguments.get("number")
        if key is None or whose is None:
            return ok(*view(**arguments))
        return _with_key(str(whose), key, lambda: view(**arguments))

    return answered


def _with_key(scope: str, key: str, work: Callable[[], Answered]) -> Response:
    kept = machine().idempotency
    first = kept.begin(scope, key, _request_hash())
    if first is not None:
        response = Response(first.body, first.status, content_type="application/json")
        response.headers["Idempotency-Replayed"] = "true"
        return response
    try:
        response = ok(*work())
    except BaseException:
        kept.forget(scope, key)
        raise
    kept.keep(scope, key, StoredResponse(response.status_code, response.get_data(as_text=True)))
    return response


def source_key(actor: Actor) -> str | None:
    """Under which intake knows a letter sent with an Idempotency-Key, even if we died before keeping the answer."""
    key = _key()
    if key is None:
        return None
    return f"request:{hashlib.sha256(f'{actor.id}:{key}:{_request_hash()}'.encode()).hexdigest()}"


def _key() -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise FieldErrors({HEADER: f"应为 1 至 {LONGEST_KEY} 个可打印的 ASCII 字符"})
    return key


def _request_hash() -> str:
    said = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(said).hexdigest()
