"""The OpenAPI document: written by hand in ``openapi/``, put together once, the one home of the request schemas."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "openapi"


@cache
def document() -> dict[str, Any]:
    """``openapi.yaml`` with every file of ``paths/`` and ``schemas/`` put in its place."""
    whole: dict[str, Any] = _read(HERE / "openapi.yaml")
    whole["paths"] = _merged("paths")
    whole["components"]["schemas"] = _merged("schemas")
    return whole


def _merged(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted((HERE / folder).glob("*.yaml")):
        part = _read(path)
        double = found.keys() & part.keys()
        if double:
            raise ValueError(f"{path.name} repeats {', '.join(sorted(double))}")
        found |= part
    return found


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return content
