"""The movable clock of tests and simulations."""

from __future__ import annotations

from letterbox.domain.clock import iso
from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.services.clock.mover import instant_of
from webapp.api.answers import Answered, once
from webapp.api.blueprint import blueprint
from webapp.api.bodies import body
from webapp.services import machine


@blueprint.post("/test/clock")
@once
def move_clock() -> Answered:
    clock = machine().test_clock
    if clock is None:
        raise NotFound("")
    target = instant_of(body("ClockMove")["now"])
    if target is None:
        raise FieldErrors({"now": "应为带时区的时刻，例如 2026-09-28T09:00:00+08:00"})
    return {"now": iso(clock.advance(target))}, 200
