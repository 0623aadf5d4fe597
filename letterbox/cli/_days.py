"""Dates as options: written as ISO says, within the years that somebody can mean (``domain.dates``)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from letterbox.domain import dates


class PossibleDate(click.DateTime):
    """A ``click.DateTime`` that refuses impossible years as wrong use."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found: datetime = super().convert(value, param, ctx)
        if not dates.is_possible(found):
            self.fail(f"{value!r} {dates.IMPOSSIBLE}", param, ctx)
        return found


DAY = PossibleDate(["%Y-%m-%d"])
