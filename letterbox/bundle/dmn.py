"""DMN 1.3 files as decision tables we can evaluate ourselves, so that limits start while the engine is away.

What the engine could evaluate and we could not, or differently, is refused here with the file and the rule's id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeVar

from lxml import etree

from letterbox.bundle.files.safe_reading import Unreadable, xml_tree
from letterbox.domain.tables.decision_table import Column, DecisionError, DecisionTable, HitPolicy, Rule
from letterbox.domain.tables.unary_tests import NotInSubset, parse_literal, parse_test

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"
_NS = {"d": NAMESPACE}
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LANGUAGES = {None, "", "feel", "https://www.omg.org/spec/DMN/20191111/FEEL/"}
_Parsed = TypeVar("_Parsed")


def parse_dmn(content: bytes, source: str = "DMN") -> list[DecisionTable]:
    """The decision tables of one file, in its order. ``source`` names the file in messages. Raises DecisionError."""
    root = _root(content, source)
    decisions = root.findall("d:decision", _NS)
    if not decisions:
        raise DecisionError(f"{source} 中没有决策")
    return [_table(decision, f"{source} 决策 {decision.get('id')}") for decision in decisions]


def parse_bundle(files: Iterable[tuple[str, bytes]]) -> dict[str, DecisionTable]:
    """Every decision of the ``.dmn`` files among (name, content), by key. Raises DecisionError, also for a key twice."""
    tables: dict[str, DecisionTable] = {}
    for name, content in files:
        for table in parse_dmn(content, name) if name.endswith(".dmn") else []:
            if table.key in tables:
                raise DecisionError(f"{name}：决策 {table.key} 在另一个文件中已有")
            tables[table.key] = table
    return tables


def _root(content: bytes, source: str) -> etree._Element:
    try:
        root = xml_tree(content)
    except Unreadable as problem:
        raise DecisionError(f"{source} {problem.message.removeprefix('文件')}") from problem
    if root.tag != f"{{{NAMESPACE}}}definitions":
        raise DecisionError(f"{source} 不是 DMN 1.3 文件：请用决策表编辑器另存")
    return root


def _table(decision: etree._Element, where: str) -> DecisionTable:
    table = decision.find("d:decisionTable", _NS)
    if table is None:
        raise DecisionError(f"{where}：只支持决策表")
    if table.get("aggregation"):
        raise DecisionError(f"{where}：不支持汇总方式 {table.get('aggregation')}")
    policy = table.get("hitPolicy", "UNIQUE")
    if policy not in set(HitPolicy):
        raise DecisionError(f"{where}：不支持命中策略 {policy}，请用 {'、'.join(HitPolicy)}")
    inputs = tuple(_input(column, where) for column in table.findall("d:input", _NS))
    outputs = tuple(_output(column, where) for column in table.findall("d:output", _NS))
    rules = tuple(_rule(row, len(inputs), len(outputs), where) for row in table.findall("d:rule", _NS))
    twice = [rule_id for rule_id, times in Counter(rule.id for rule in rules).items() if times > 1]
    if twice:
        raise DecisionError(f"{where}：规则编号 {'、'.join(twice)} 重复")
    key = decision.get("id", "")
    return DecisionTable(
        key=key,
        name=decision.get("name", key),
        hit_policy=HitPolicy(policy),
        inputs=inputs,
        outputs=outputs,
        rules=rules,
    )


def _input(column: etree._Element, where: str) -> Column:
    expression = column.find("d:inputExpression", _NS)
    name = "" if expression is None else _text(expression)
    if expression is None or not _NAME.fullmatch(name) or expression.get("expressionLanguage") not in _LANGUAGES:
        raise DecisionError(f"{where}：输入列 {column.get('label') or column.get('id')} 应是一个变量名，现为 {name!r}")
    return Column(name, column.get("label", name), expression.get("typeRef", ""))


def _output(column: etree._Element, where: str) -> Column:
    name = column.get("name", "")
    if not _NAME.fullmatch(name):
        raise DecisionError(f"{where}：输出列 {column.get('label') or column.get('id')} 缺少名称")
    return Column(name, column.get("label", name), column.get("typeRef", ""))


def _rule(row: etree._Element, inputs: int, outputs: int, where: str) -> Rule:
    rule_id = row.get("id")
    if not rule_id:
        raise DecisionError(f"{where}：有一行没有编号（id）")
    here = f"{where} 规则 {rule_id}"
    try:
        tests = _cells(row.findall("d:inputEntry", _NS), parse_test, inputs, here)
        literals = _cells(row.findall("d:outputEntry", _NS), parse_literal, outputs, here)
    except DecisionError as problem:
        raise DecisionError(problem.message, rule_id) from problem
    return Rule(
        id=rule_id, tests=tests, outputs=literals, annotation=(row.findtext("d:description", "", _NS) or "").strip()
    )


def _cells(
    cells: list[etree._Element], parse: Callable[[str], _Parsed], expected: int, where: str
) -> tuple[_Parsed, ...]:
    if len(cells) != expected:
        raise DecisionError(f"{where}：应有 {expected} 格，现有 {len(cells)} 格")
    foreign = [cell.get("expressionLanguage") for cell in cells if cell.get("expressionLanguage") not in _LANGUAGES]
    if foreign:
        raise DecisionError(f"{where}：不支持表达式语言 {foreign[0]}")
    try:
        return tuple(parse(_text(cell)) for cell in cells)
    except NotInSubset as problem:
        raise DecisionError(f"{where}：{problem}") from problem


def _text(element: etree._Element) -> str:
    return (element.findtext("d:text", "", _NS) or "").strip()


def kept_for(content: bytes) -> dict[str, str | None]:
    """Decision → its ``historyTimeToLive`` as written, None where it has none. ``content``: a file that was read."""
    decisions = _root(content, "DMN").findall("d:decision", _NS)
    return {
        decision.get("id", ""): next(
            (str(value) for name, value in decision.attrib.items() if str(name).endswith("}historyTimeToLive")), None
        )
        for decision in decisions
    }
