"""Replies on their way back to the foreign channels their letters came from (A1)."""

from __future__ import annotations

from flask import Response

from webapp.api import presenters
from webapp.api.answers import Answered, once, paged
from webapp.api.blueprint import blueprint
from webapp.api.bodies import body
from webapp.api.callers import caller
from webapp.services import services


@blueprint.get("/channels/<channel>/replies")
def list_foreign_replies(channel: str) -> Response:
    waiting = services().channel_replies.waiting(channel)
    return paged([presenters.plain(each) for each in waiting])


@blueprint.post("/channels/<channel>/replies/handed-back")
@once
def mark_handed_back(channel: str) -> Answered:
    numbers = body("Numbers")["numbers"]
    return {"handed_back": services().channel_replies.mark(numbers, caller(), channel)}, 200
