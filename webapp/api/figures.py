"""Figures for supervisors."""

from __future__ import annotations

from enum import StrEnum

from flask import Response

from webapp.api import presenters
from webapp.api.answers import ok
from webapp.api.blueprint import blueprint
from webapp.api.callers import caller
from webapp.api.queries import day, one_of
from webapp.services import machine


class Grouping(StrEnum):
    UNIT = "unit"


@blueprint.get("/figures")
def get_figures() -> Response:
    one_of("by", Grouping)
    return ok(presenters.plain(machine().figures.by_unit(caller(), day("from"), day("to"))))
