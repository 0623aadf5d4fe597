"""A decision table as people read it: every cell as it is written, whether or not we could evaluate it."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from letterbox.bundle.files.bundle_file import table_root


@dataclass(frozen=True, slots=True)
class TableRow:
    id: str
    cells: tuple[str, ...]
    annotation: str


@dataclass(frozen=True, slots=True)
class TableView:
    """``inputs`` and ``outputs`` are the columns' labels; a row's cells come in this order."""

    key: str
    name: str
    description: str
    hit_policy: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[TableRow, ...]


def read_tables(content: bytes) -> tuple[TableView, ...]:
    """Raises Unreadable."""
    return tuple(_table(decision) for decision in table_root(content).iter("{*}decision"))


def _table(decision: etree._Element) -> TableView:
    table = decision.find("{*}decisionTable")
    columns = [] if table is None else table
    return TableView(
        key=decision.get("id", ""),
        name=decision.get("name", ""),
        description=(decision.findtext("{*}description") or "").strip(),
        hit_policy="" if table is None else table.get("hitPolicy", "UNIQUE"),
        inputs=tuple(_label(each) for each in columns if _is(each, "input")),
        outputs=tuple(_label(each) for each in columns if _is(each, "output")),
        rows=tuple(_row(each) for each in columns if _is(each, "rule")),
    )


def _is(item: etree._Element, tag: str) -> bool:
    return isinstance(item.tag, str) and item.tag.rpartition("}")[2] == tag


def _label(column: etree._Element) -> str:
    expression = column.findtext("{*}inputExpression/{*}text") or ""
    return column.get("label") or column.get("name") or expression.strip() or str(column.get("id", ""))


def _row(rule: etree._Element) -> TableRow:
    cells = (each for each in rule if _is(each, "inputEntry") or _is(each, "outputEntry"))
    texts = tuple((each.findtext("{*}text") or "").strip() for each in cells)
    return TableRow(rule.get("id", ""), texts, (rule.findtext("{*}description") or "").strip())
