"""The audit trail of the web doors: every read of a letter, file, list or search and every change by somebody known.

Views say nothing: reading a letter is told by the service that shows it (``Records.open``), the rest follows from address,
method and answer, so that a new page is recorded without anybody's doing; which are not, ``unrecorded`` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, Response, current_app, g, request

from letterbox.domain.audit import NOTHING, AuditAct, AuditResult, Thing
from letterbox.domain.errors import NotFound, Unavailable
from letterbox.domain.permissions import Actor
from letterbox.services.audit.trail import LOCAL, ORIGIN, AuditTrail, Origin
from webapp.services import services
from webapp.shared.http import access, errors
from webapp.shared.http.logs import request_id
from webapp.shared.http.unrecorded import UNRECORDED

READING = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSALS = frozenset({403, 404})
"""Answers that show nothing: the refusal is the entry, whatever was opened on the way to it."""
FILES = frozenset({"desk.letter_attachment"})
UNMASK = "unmask"
OBJECTS = {
    "number": "letter", "person_id": "person", "token_id": "token", "leave_id": "leave", "request_id": "request",
    "task_id": "task", "code": "unit", "bundle_id": "bundle", "stuck_id": "stuck", "name": "file", "kind": "file",
}  # fmt: skip
"""Part of an address → kind of the thing that it names; the first one counts."""
A_WORD = re.compile("[a-z][a-z_-]{0,39}")
OWN_WORDS = frozenset({"desk.enter", "desk.sign_out", "desk.second_factor_send", "desk.prove_send"})
"""Ways in and out, which the services note (``AccessTrail``)."""


def install(app: Flask) -> None:
    """After the request ids."""
    app.before_request(_begin)


def watch(app: Flask) -> None:
    """Last of all, so that it is the first to see an answer."""
    app.after_request(_finish)


def _begin() -> None:
    ORIGIN.set(Origin(address=request.remote_addr or "", request_id=request_id()))
    g.noted = False


def note(
    what: AuditAct,
    *,
    object: Thing = NOTHING,
    result: AuditResult = AuditResult.DONE,
    actor: Actor | None = None,
    **detail: Any,
) -> None:
    """One entry. ``actor``: by default whoever is signed in or holds the token. Raises Unavailable as ``AuditTrail.note``."""
    g.noted = True
    trail: AuditTrail = services().trail
    trail.note(what, actor=actor or _present(), object=object, result=result, detail=detail)


@contextmanager
def noting_wrong_codes(number: str) -> Iterator[None]:
    """A query code that does not open a letter is a way in that failed; the code itself is kept nowhere."""
    try:
        yield
    except NotFound:
        note(AuditAct.SIGN_IN_FAILED, object=Thing("letter", number), result=AuditResult.REFUSED, factor="query_code")
        raise


def _present() -> Actor | None:
    """Whoever this request is known to be; a session is not looked up for it."""
    live = g.get("live_session")
    found: Actor | None = live.person.actor if live is not None else g.get("caller")
    return found


def _finish(response: Response) -> Response:
    """Refuses the answer where a sensitive act cannot be recorded."""
    try:
        _note_request(response)
    except Unavailable as error:
        return errors.render(errors.problem_of(error))
    finally:
        ORIGIN.set(LOCAL)
    return response


def _note_request(response: Response) -> None:
    endpoint, status = request.endpoint or "", response.status_code
    if ORIGIN.get().read and status not in REFUSALS:
        services().trail.answered(_result_of_reading(status))
    if endpoint in OWN_WORDS or g.get("noted"):
        return
    if g.get("form_refused") and access.signed_in() is not None:
        note(
            AuditAct.REFUSED,
            object=_thing(),
            result=AuditResult.REFUSED,
            page=endpoint,
            status=status,
            why="form_token",
        )
        return
    if _present() is None:
        if status == 401 and "Authorization" in request.headers:
            note(AuditAct.SIGN_IN_FAILED, result=AuditResult.REFUSED, factor="token", page=endpoint)
        return
    act, result = _act(endpoint, status, response), _result(status)
    if act is not None and not _is_said(act, result):
        note(act, object=_thing(), result=result, **_detail(act, endpoint, status))


def _is_said(act: AuditAct, result: AuditResult) -> bool:
    """Whether a service has recorded this change already, in more words than an address has."""
    noted = ORIGIN.get().changed
    return act is AuditAct.CHANGED and bool(noted) and (result is AuditResult.DONE or result in noted)


def _act(endpoint: str, status: int, response: Response) -> AuditAct | None:
    """What the request was; None for a page that shows nothing of a letter and changes nothing."""
    if status in REFUSALS:
        return AuditAct.REFUSED
    if request.method not in READING:
        is_unmasking = (request.view_args or {}).get("action") == UNMASK and status < 400
        return AuditAct.WRITER_UNMASKED if is_unmasking else AuditAct.CHANGED
    if endpoint in FILES:
        return AuditAct.ATTACHMENT_READ
    if "attachment" in response.headers.get("Content-Disposition", ""):
        return AuditAct.DOWNLOADED
    if request.args.get("q", "").strip():
        return AuditAct.SEARCHED
    return _act_of_page(endpoint) if status < 300 and request.method != "OPTIONS" else None


def _act_of_page(endpoint: str) -> AuditAct | None:
    """None where the service said already which letter was shown, and for pages that say why they are left out."""
    if _shows_unnoted_letter(endpoint):
        return AuditAct.LETTER_READ
    is_open = access.declared_roles(current_app, endpoint) == frozenset()
    return None if ORIGIN.get().read or endpoint in UNRECORDED or is_open else AuditAct.PAGE_READ


def _shows_unnoted_letter(endpoint: str) -> bool:
    """A page below a letter's number whose service did not say that the letter was read; what is public is read by all."""
    number = None if endpoint.startswith("portal.") else (request.view_args or {}).get("number")
    return number is not None and number not in ORIGIN.get().read


def _result_of_reading(status: int) -> AuditResult:
    """A form that was sent back shows the letter again."""
    return AuditResult.FAILED if status >= 500 else AuditResult.DONE


def _result(status: int) -> AuditResult:
    if status < 400:
        return AuditResult.DONE
    return AuditResult.FAILED if status >= 500 else AuditResult.REFUSED


def _thing() -> Thing:
    given = request.view_args or {}
    name = next((each for each in OBJECTS if each in given), None)
    return Thing(OBJECTS[name], str(given[name])) if name else Thing("page", request.endpoint or "")


def _word(typed: str) -> str:
    """A word of the code that stands in an address; empty for whatever else was typed there."""
    return typed if A_WORD.fullmatch(typed) else ""


def _detail(act: AuditAct, endpoint: str, status: int) -> dict[str, Any]:
    given = request.view_args or {}
    detail: dict[str, Any] = {"page": endpoint, "status": status, "action": _word(given.get("action", ""))}
    if "attachment_id" in given:
        detail["file"] = given["attachment_id"]
    if act in {AuditAct.SEARCHED, AuditAct.DOWNLOADED, AuditAct.PAGE_READ}:
        words = request.args.get("q", "").strip()
        detail["filters"] = ",".join(sorted(each for each in map(_word, request.args) if each not in {"", "page"}))
        if words:
            detail |= {"words": len(words), "print": services().trail.print_of(words)}
    return detail
