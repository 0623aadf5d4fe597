"""The shipped decision tables, and small ones made up for a test."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from letterbox.bundle.dmn import NAMESPACE, parse_bundle, parse_dmn
from letterbox.domain.tables.decision_table import DecisionTable
from letterbox.settings import ROOT

BPMN = ROOT / "bpmn"


def shipped_table(key: str) -> DecisionTable:
    """A table of ``bpmn/`` by its key."""
    return parse_bundle((path.name, path.read_bytes()) for path in sorted(BPMN.glob("*.dmn")))[key]


def small_table(*rules: Sequence[str], inputs: str = "kind", outputs: str = "out", hit_policy: str = "UNIQUE") -> bytes:
    """A DMN file: ``inputs`` and ``outputs`` are comma lists of names, each rule its cells; rule ids are r1, r2, …"""
    columns = "".join(
        f'<input id="i{n}"><inputExpression><text>{n}</text></inputExpression></input>' for n in inputs.split(",")
    )
    columns += "".join(f'<output id="o{n}" name="{n}"/>' for n in outputs.split(","))
    width = len(inputs.split(","))
    rows = ""
    for number, cells in enumerate(rules, start=1):
        tags = ["inputEntry"] * width + ["outputEntry"] * (len(cells) - width)
        entries = "".join(f"<{tag}><text>{escape(cell)}</text></{tag}>" for tag, cell in zip(tags, cells, strict=True))
        rows += f'<rule id="r{number}">{entries}</rule>'
    table = f'<decisionTable hitPolicy="{hit_policy}">{columns}{rows}</decisionTable>'
    return (
        f'<definitions xmlns="{NAMESPACE}"><decision id="small" name="小表">{table}</decision></definitions>'.encode()
    )


def read_small(
    *rules: Sequence[str], inputs: str = "kind", outputs: str = "out", hit_policy: str = "UNIQUE"
) -> DecisionTable:
    return parse_dmn(small_table(*rules, inputs=inputs, outputs=outputs, hit_policy=hit_policy))[0]
