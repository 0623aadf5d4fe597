"""Every objection to a bundle before it is deployed: diagrams, forms and decision tables together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from letterbox.domain import form
from letterbox.domain.decision_table import DecisionError
from letterbox.engine.diagram_model import Finding, Level
from letterbox.engine.diagrams import check_bundle
from letterbox.engine.dmn import parse_bundle
from letterbox.engine.vocabulary import ProcessKey, TaskKey

REQUIRED = (
    *TaskKey,
    ProcessKey.LETTER_HANDLING,
    ProcessKey.UNIT_HANDLING,
    ProcessKey.DEADLINE_WATCH,
    ProcessKey.NOTICE_DELIVERY,
)
"""What our services call by name: it may be redrawn, not removed."""


def findings_of(files: Mapping[str, bytes]) -> list[Finding]:
    """Of a whole bundle (file name → content), errors first."""
    found = [*check_bundle(files, required_ids=REQUIRED), *_forms(files), *_tables(files)]
    return sorted(found, key=lambda each: each.level is not Level.ERROR)


def _forms(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What would keep a form from being shown; broken JSON is reported with the diagrams."""
    for name in sorted(name for name in files if name.endswith(".form")):
        for each in form.lint(_json(files[name])):
            yield Finding(name, each.component, "form", each.message, Level(each.level.value))


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return {"id": "unreadable", "components": [], "schemaVersion": 1, "executionPlatform": "Camunda Platform"}


def _tables(files: Mapping[str, bytes]) -> Iterator[Finding]:
    for name in sorted(name for name in files if name.endswith(".dmn")):
        try:
            parse_bundle([(name, files[name])])
        except DecisionError as problem:
            yield Finding(name, "", "decision-table", problem.message)
