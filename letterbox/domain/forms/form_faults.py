"""Forms that nobody could fill in: limits that exclude everything, defaults that are refused, conditions that never hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from math import ceil, floor, prod

from letterbox.domain.forms.feel import ROW, Ast, Binary, Items, Literal, Name, Not, evaluate
from letterbox.domain.forms.form_conditions import names_in
from letterbox.domain.forms.form_model import (
    FREE_TEXT,
    LONGEST_TEXT,
    MANY_CHOICES,
    MOST_ROWS,
    ONE_CHOICE,
    Component,
    FormFinding,
    FormLevel,
    Kind,
    inputs_of,
)
from letterbox.domain.forms.form_values import FieldProblem, Surroundings, clean
from letterbox.domain.pattern_reach import can_fit

LONGEST_KEY, LONGEST_OPTION = 100, 200
MOST_OPTIONS, MOST_CASES = 200, 4000
OTHER = "\uffff"
Found = Iterator[FormFinding]


def faults(components: Sequence[Component]) -> Found:
    """``components``: as parsed; lists of rows are looked into."""
    fields = inputs_of(components)
    by_key = {field.key: field for field in fields}
    for field in fields:
        yield from _lengths(field)
        yield from _ranges(field)
        yield from _unreachable(field)
        yield from _default(field)
        yield from _options(field)
        yield from _conditions(field, by_key)
        if field.kind is Kind.DYNAMICLIST:
            if field.repetitions > MOST_ROWS:
                yield FormFinding(field.key, f"开始的行数最多 {MOST_ROWS} 行，现为 {field.repetitions} 行")
            yield from faults(field.components)


def _lengths(field: Component) -> Found:
    if len(field.key) > LONGEST_KEY:
        yield FormFinding(field.key[:LONGEST_KEY], f"key 最多 {LONGEST_KEY} 个字符")


def _ranges(field: Component) -> Found:
    rules = field.rules
    if rules.minimum is not None and rules.maximum is not None and rules.minimum > rules.maximum:
        yield FormFinding(field.key, f"最小值 {rules.minimum:g} 大于最大值 {rules.maximum:g}，填什么都不对：请改正")
    least, most = rules.min_length, rules.max_length
    if least is not None and most is not None and least > most:
        yield FormFinding(field.key, f"最少字数 {least} 大于最多字数 {most}，填什么都不对：请改正")
    elif most == 0:
        yield FormFinding(field.key, "最多字数是 0，什么也填不了：请改正")
    elif max(least or 0, most or 0) > LONGEST_TEXT:
        yield FormFinding(field.key, f"字数最多可以到 {LONGEST_TEXT}")


def _unreachable(field: Component) -> Found:
    """A pattern that no text of the allowed length fits, a number that would need more decimals than are allowed."""
    rules = field.rules
    shortest, longest = max(rules.min_length or 0, 1), rules.max_length or LONGEST_TEXT
    if rules.pattern is not None and shortest <= longest and not can_fit(rules.pattern, shortest, longest):
        text = f"没有哪个 {shortest} 到 {longest} 字的文字符合格式 {rules.pattern}，填什么都不对：请改正格式或者字数"
        yield FormFinding(field.key, text)
    least, most, digits = rules.minimum, rules.maximum, rules.decimal_digits
    if least is not None and most is not None and digits is not None and least <= most:
        unit = Decimal(10) ** -max(digits, 0)
        if ceil(Decimal(str(least)) / unit) > floor(Decimal(str(most)) / unit):
            text = f"{least:g} 到 {most:g} 之间没有 {digits} 位小数的数，填什么都不对：请改正"
            yield FormFinding(field.key, text)


def _default(field: Component) -> Found:
    if field.default in (None, "") or field.options_key or field.kind is Kind.DYNAMICLIST:
        return
    try:
        clean(field, field.default, Surroundings({}))
    except FieldProblem as problem:
        yield FormFinding(field.key, f"默认值不能用：{problem}。请改正或者留空")


def _options(field: Component) -> Found:
    if field.kind not in ONE_CHOICE | MANY_CHOICES:
        return
    if len(field.options) > MOST_OPTIONS:
        yield FormFinding(field.key, f"选项最多 {MOST_OPTIONS} 个，现有 {len(field.options)} 个")
    for option in field.options:
        if not option.label.strip() or not option.value.strip():
            yield FormFinding(field.key, "有一个选项没有名称或者没有值，请补上或者删去")
        if max(len(option.label), len(option.value)) > LONGEST_OPTION:
            yield FormFinding(field.key, f"选项的名称和值最多 {LONGEST_OPTION} 个字")
    for label, times in Counter(option.label.strip() for option in field.options).items():
        if label and times > 1:
            yield FormFinding(field.key, f"有 {times} 个选项都叫“{label}”，办理人分不清：请改成不同的名称")


def _conditions(field: Component, fields: Mapping[str, Component]) -> Found:
    wrong = list(_wrongly_compared(field, fields))
    yield from wrong
    if not wrong and field.hide is not None and never_shown(field, fields):
        level = FormLevel.ERROR if field.rules.required else FormLevel.WARNING
        what = "，却是必填的" if field.rules.required else ""
        yield FormFinding(field.key, f"这个字段永远不会显示{what}：请改正条件，或者删去", level)
    if field.rules.required and (field.disabled or field.readonly) and field.default is None:
        yield FormFinding(field.key, "必填的字段不能设为停用或者只读，办理人填不了", FormLevel.WARNING)


def _wrongly_compared(field: Component, fields: Mapping[str, Component]) -> Found:
    for tree in (field.hide, field.rules.required_if):
        for name, value in _compared(tree) if tree is not None else ():
            other = fields.get(name.removeprefix(ROW))
            if other is not None and (problem := _never_equal(other, value)):
                yield FormFinding(field.key, f"条件拿“{other.title}”和 {_said(value)} 比，{problem}")


def _compared(tree: Ast) -> Iterator[tuple[str, object]]:
    match tree:
        case Binary("=" | "!=", Name(name), Literal(value)) | Binary("=" | "!=", Literal(value), Name(name)):
            yield name, value
        case Binary("in", Name(name), Items(items)):
            yield from ((name, item.value) for item in items if isinstance(item, Literal))
        case Binary(_, left, right):
            yield from _compared(left)
            yield from _compared(right)
        case Not(of):
            yield from _compared(of)


def _never_equal(field: Component, value: object) -> str:
    """Why a field can never have this value; "" if it can, or nobody knows."""
    if value is None:
        return ""
    if field.kind in ONE_CHOICE and not field.options_key:
        known = [option.value for option in field.options]
        return "" if value in known else f"但没有这个选项，可用的有：{'、'.join(known)}"
    if field.kind is Kind.CHECKBOX:
        return "" if isinstance(value, bool) else "但勾选框只有 true 和 false（不加引号）"
    if field.kind is Kind.NUMBER:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if is_number else "但它是数字，比的值不加引号"
    if field.kind in FREE_TEXT:
        return "" if isinstance(value, str) else "但它是文字，比的值要加引号"
    return ""


def _said(value: object) -> str:
    return f"“{value}”" if isinstance(value, str) else str(value).lower()


def never_shown(field: Component, fields: Mapping[str, Component]) -> bool:
    """Whether no answer to the other fields would show it; False where there is too much to go through."""
    hide = field.hide
    return hide is not None and all(evaluate(hide, values) is True for values in cases((hide,), fields))


def cases(trees: Sequence[Ast], fields: Mapping[str, Component]) -> Iterator[dict[str, object]]:
    """Every way the names in conditions can be answered, as far as it matters; one empty case if there are too many."""
    names = sorted({name for tree in trees for name in names_in(tree)})
    values = [_domain(name, trees, fields.get(name.removeprefix(ROW))) for name in names]
    if prod(map(len, values)) > MOST_CASES:
        yield {}
        return
    for combination in product(*values):
        found: dict[str, object] = dict(zip(names, combination, strict=True))
        row = {name.removeprefix(ROW): value for name, value in found.items() if name.startswith(ROW)}
        yield {**found, "this": row}


def _domain(name: str, trees: Sequence[Ast], field: Component | None) -> list[object]:
    if field is not None and field.kind is Kind.CHECKBOX:
        return [True, False]
    if field is not None and field.kind in ONE_CHOICE and not field.options_key:
        return [None, *(option.value for option in field.options)]
    found: list[object] = [None, True, False, OTHER]
    for literal in {value for tree in trees for value in _literals(tree)}:
        found += [literal] if isinstance(literal, str) else [literal, literal - 1, literal + 1]
    del name
    return found


def _literals(tree: Ast) -> Iterator[str | int | float]:
    match tree:
        case Literal(value) if isinstance(value, str | int | float) and not isinstance(value, bool):
            yield value
        case Items(items):
            for item in items:
                yield from _literals(item)
        case Not(of):
            yield from _literals(of)
        case Binary(_, left, right):
            yield from _literals(left)
            yield from _literals(right)
