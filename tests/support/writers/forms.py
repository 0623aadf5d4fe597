"""Schemas to test forms with."""

from __future__ import annotations

import json
from typing import Any

from letterbox.domain.forms.form import Form
from letterbox.services.case.form_inputs import FORM_INPUTS
from letterbox.settings import ROOT

FORMS = ROOT / "bpmn" / "forms"
UNITS = [{"label": "交通运输局", "value": "transport"}, {"label": "梓门桥镇", "value": "zimen"}]
INPUTS = set(FORM_INPUTS)
"""Names that the shipped tasks are given."""
_CHOICES = {"radio", "select", "checklist", "taglist"}


def field(kind: str, key: str = "k", **properties: Any) -> dict[str, Any]:
    """A component with label 字段; kinds of choice have the options a and b."""
    component: dict[str, Any] = {"type": kind, "key": key, "id": f"Field_{key}", "label": "字段"}
    if kind in _CHOICES:
        component["values"] = [{"label": "甲", "value": "a"}, {"label": "乙", "value": "b"}]
    return {name: value for name, value in {**component, **properties}.items() if value is not None}


def schema(*components: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "default",
        "id": "test-form",
        "schemaVersion": 19,
        "executionPlatform": "Camunda Platform",
        "components": list(components),
        **properties,
    }


def shipped_schema(name: str) -> dict[str, Any]:
    return dict(json.loads((FORMS / f"{name}.form").read_text("utf-8")))


def shipped(name: str) -> Form:
    return Form.parse(shipped_schema(name))
