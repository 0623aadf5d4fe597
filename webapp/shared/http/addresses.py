"""Numbers in addresses."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**63 - 1


class RowId(IntegerConverter):
    """``<int:…>``: no larger than an id can be. Beyond that there is no page, and the database is not asked."""

    def __init__(self, rules: Map, *args: Any, **options: Any) -> None:
        super().__init__(rules, *args, **{"max": LARGEST_ID, **options})


def install(app: Flask) -> None:
    app.url_map.converters["int"] = RowId
