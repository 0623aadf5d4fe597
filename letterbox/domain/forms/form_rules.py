"""Reads what a form-js component demands of its value, and our own two custom properties.

``properties.requiredIf`` is a condition of the FEEL subset (form-js itself knows only always or never);
``properties.notFuture: "true"`` refuses dates and instants after the ``now`` that the caller passes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from letterbox.domain.forms.feel import Ast, FeelUnsupported, parse
from letterbox.domain.forms.form_model import FREE_TEXT, FormFinding, FormLevel, Kind, Rules
from letterbox.domain.linear_patterns import LONGEST_PATTERN, PatternRefused, compiled


def read_rules(item: Mapping[str, Any], kind: Kind, where: str, findings: list[FormFinding]) -> Rules:
    reader = _RuleReader(_object(item.get("validate")), _object(item.get("properties")), where, findings)
    return Rules(
        required=reader.validate.get("required") is True,
        required_if=reader.condition("requiredIf"),
        min_length=reader.length("minLength") if kind in FREE_TEXT else None,
        max_length=reader.length("maxLength") if kind in FREE_TEXT else None,
        minimum=reader.number("min") if kind is Kind.NUMBER else None,
        maximum=reader.number("max") if kind is Kind.NUMBER else None,
        pattern=reader.pattern() if kind in FREE_TEXT else None,
        decimal_digits=item["decimalDigits"] if isinstance(item.get("decimalDigits"), int) else None,
        not_future=str(reader.properties.get("notFuture")).lower() == "true",
        not_past=item.get("disallowPassedDates") is True,
    )


def _object(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


class _RuleReader:
    def __init__(
        self, validate: Mapping[str, Any], properties: Mapping[str, Any], where: str, findings: list[FormFinding]
    ) -> None:
        self.validate = validate
        self.properties = properties
        self.where = where
        self.findings = findings
        if validate.get("validationType") not in (None, "", "custom"):
            self.found("不检查 validationType，请改用 pattern", FormLevel.WARNING)

    def found(self, message: str, level: FormLevel = FormLevel.ERROR) -> None:
        self.findings.append(FormFinding(self.where, message, level))

    def number(self, name: str) -> float | None:
        raw = self.validate.get(name)
        if raw is None or raw == "":
            return None
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", raw, re.ASCII):
            return float(raw)
        self.found(f"{name} 应为数字，不支持公式")
        return None

    def length(self, name: str) -> int | None:
        length = self.number(name)
        if length is not None and (length < 0 or length != int(length)):
            self.found(f"{name} 应为不小于 0 的整数")
            return None
        return None if length is None else int(length)

    def pattern(self) -> str | None:
        pattern = self.validate.get("pattern")
        if pattern is None or pattern == "":
            return None
        problem = _pattern_problem(pattern)
        if problem:
            self.found(problem)
        return None if problem else str(pattern)

    def condition(self, name: str) -> Ast | None:
        expression = self.properties.get(name)
        if expression in (None, ""):
            return None
        try:
            return parse(str(expression))
        except FeelUnsupported as problem:
            self.found(f"{name}：{problem.message}")
            return None


def _pattern_problem(pattern: object) -> str:
    """Patterns run with a linear engine (google-re2); what it lacks is said by name."""
    if not isinstance(pattern, str):
        return f"pattern 应为不超过 {LONGEST_PATTERN} 个字符的正则表达式"
    try:
        compiled(pattern)
    except PatternRefused as problem:
        return f"pattern {problem}"
    return ""
