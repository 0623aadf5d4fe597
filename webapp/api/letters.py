"""Letters: taking them in, finding them, reading one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, request

from letterbox.domain.errors import FieldErrors, NotAllowed
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Category, Channel, LetterStatus, Role
from letterbox.services.intake.importing import submit_once
from letterbox.services.records.ordering import Order
from webapp.api import presenters, rights
from webapp.api.answers import Answered, ok, once, paged, source_key
from webapp.api.blueprint import blueprint
from webapp.api.bodies import body
from webapp.api.callers import caller, require
from webapp.api.queries import day, flag, instant_or_day, one_of, page, per_page
from webapp.services import services
from webapp.shared.http.client import client_key
from webapp.shared.http.trail import noting_wrong_codes
from webapp.shared.paging import searchable

WRITER_FIELDS = frozenset({"name", "phone", "email", "address"})


@blueprint.post("/letters")
@once
def receive_letter() -> Answered:
    """201 for a new letter; 200 without a code for one that had come before, by its channel's reference and its content.

    One reference with other content is 409: it is another letter under a number that is taken, and was not accepted.
    """
    actor, given = caller(), body("NewLetter")
    _check_channel(actor, given["channel"])
    try:
        receipt = submit_once(services().intake, _draft(given, actor), actor)
    except FieldErrors as errors:
        raise FieldErrors({_place(field): message for field, message in errors.errors.items()}) from None
    answer = {"number": receipt.number, "query_code": receipt.query_code, "already_there": receipt.already_there}
    return answer, 200 if receipt.already_there else 201


def _check_channel(actor: Actor, channel: str) -> None:
    """Screeners type in what callers and visitors say; everything else comes from channel systems."""
    if not actor.has(Role.CHANNEL) and channel != Channel.COUNTER:
        raise NotAllowed(f"甄别人员只能代来电、来访人登记（channel 为 {Channel.COUNTER}）")


def _draft(given: Mapping[str, Any], actor: Actor) -> LetterDraft:
    writer = {name: value or "" for name, value in given["writer"].items()}
    written_at = given.get("written_at")
    return LetterDraft(
        channel=Channel(given["channel"]),
        title=given["title"],
        body=given["body"],
        is_public=given["is_public"],
        writer=WriterDetails(**writer),
        category=given.get("category"),
        place=given.get("place"),
        channel_reference=given.get("channel_reference"),
        source_key=source_key(actor),
        written_at=datetime.fromisoformat(written_at) if written_at else None,
    )


def _place(field: str) -> str:
    return f"writer.{field}" if field in WRITER_FIELDS else field


@blueprint.get("/letters")
def list_letters() -> Response:
    found = services().records.search(
        caller(),
        q=searchable(request.args.get("q", "")),
        status=one_of("status", LetterStatus),
        unit=request.args.get("unit"),
        category=one_of("category", Category),
        due_before=instant_or_day("due_before"),
        overdue=flag("overdue"),
        since=day("received_since"),
        until=day("received_until"),
        order=one_of("sort", Order) or Order.NEWEST,
        page=page(),
        per_page=per_page(),
    )
    items = [presenters.line(each) for each in found.items]
    return paged(items, found.page, found.pages, found.total, more=found.more)


@blueprint.get("/letters/<number>")
def get_letter(number: str) -> Response:
    """By query code for the writer (header ``Query-Code``, which no log keeps, or parameter), by token for staff; with
    neither, the answer to a wrong code.

    Who wrote an accusation is shown to those who may know after their action ``unmask`` with a reason, as to people (A5).
    """
    code = request.headers.get("Query-Code") or request.args.get("query_code")
    if code is None and "Authorization" in request.headers:
        return ok(presenters.record(services().records.open(number, require(rights.READERS))))
    with noting_wrong_codes(number):
        return ok(presenters.tracked(services().writers_side.read(number, code or "", client_key())))


@blueprint.get("/letters/<number>/limits")
def get_limits(number: str) -> Response:
    found = services().records.open(number, caller())
    return paged([presenters.limit(each) for each in found.limits])
