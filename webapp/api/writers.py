"""What a writer does with the query code."""

from __future__ import annotations

from typing import Any

from webapp.api.answers import Answered, once
from webapp.api.blueprint import blueprint
from webapp.api.bodies import body
from webapp.services import services
from webapp.shared.http.client import client_key
from webapp.shared.http.trail import noting_wrong_codes


def _opened(number: str, given: dict[str, Any]) -> str:
    """The letter's number; a wrong code, an unknown number and no code are refused alike."""
    with noting_wrong_codes(number):
        return services().writers_side.open(number, given.get("query_code") or "", client_key())


def _done(number: str) -> Answered:
    return {"number": number}, 200


@blueprint.post("/letters/<number>/supplement")
@once
def supplement_letter(number: str) -> Answered:
    given = body("Supplement")
    opened = _opened(number, given)
    services().writers_side.supplement(opened, given["body"])
    return _done(opened)


@blueprint.post("/letters/<number>/withdrawal")
@once
def withdraw_letter(number: str) -> Answered:
    given = body("Withdrawal")
    opened = _opened(number, given)
    services().writers_side.withdraw(opened, given["reason"])
    return _done(opened)


@blueprint.post("/letters/<number>/evaluation")
@once
def evaluate_letter(number: str) -> Answered:
    given = body("Evaluation")
    opened = _opened(number, given)
    services().writers_side.evaluate(
        opened, satisfied=given["satisfied"], solved=given["solved"], comment=given.get("comment") or ""
    )
    return _done(opened)


@blueprint.post("/letters/<number>/promise")
@once
def confirm_promise(number: str) -> Answered:
    """The writer's word on what the reply promised (H11)."""
    given = body("PromiseWord")
    opened = _opened(number, given)
    services().writers_side.confirm_promise(opened, kept=given["kept"], comment=given.get("comment") or "")
    return _done(opened)
