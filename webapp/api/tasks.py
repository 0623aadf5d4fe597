"""Officials' tasks: the list, one with its form, completing it."""

from __future__ import annotations

from flask import Response

from webapp.api import presenters
from webapp.api.answers import Answered, ok, once, paged
from webapp.api.blueprint import blueprint
from webapp.api.bodies import body
from webapp.api.callers import caller
from webapp.api.queries import page, per_page
from webapp.services import services


@blueprint.get("/tasks")
def list_tasks() -> Response:
    found = services().tasks.page(caller(), page(), per_page=per_page())
    return paged([presenters.task_row(row) for row in found.items], found.page, found.pages, found.total)


@blueprint.get("/tasks/<task_id>")
def get_task(task_id: str) -> Response:
    task = services().tasks.open(task_id, caller())
    return ok(presenters.open_task(task, services().records.open(task.facts.number, caller())))


@blueprint.post("/tasks/<task_id>/complete")
@once
def complete_task(task_id: str) -> Answered:
    services().tasks.complete(task_id, body("Values")["values"], caller())
    return {"id": task_id, "completed": True}, 200
