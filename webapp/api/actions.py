"""What staff do beside a task."""

from __future__ import annotations

from webapp.api.answers import Answered, once
from webapp.api.blueprint import blueprint
from webapp.api.bodies import body
from webapp.api.callers import caller
from webapp.services import machine


@blueprint.post("/letters/<number>/actions/<action>")
@once
def act_on_letter(number: str, action: str) -> Answered:
    return machine().actions.perform(number, action, body("Values")["values"], caller()), 200
