"""What a changed table no longer does of what the shipped one does for a clause of the regime.

Numbers, further rows and other words are the office's; a step of the ladder that nobody takes any more, a way of handling
that no letter takes, or heads over the wrong columns are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from letterbox.domain.clauses import clauses_in, in_brackets
from letterbox.domain.limits.escalation import AT_DUE, StepAction
from letterbox.domain.tables.decision_table import DecisionTable, Hit, Rule
from letterbox.domain.tables.table_check import TableObjection, row_number
from letterbox.domain.tables.unary_tests import Value
from letterbox.domain.vocabulary import Category, LimitKind
from letterbox.domain.words import label

Found = Iterator[TableObjection]
STRENGTH = (StepAction.NOTIFY, StepAction.PRESS, StepAction.SUPERVISE)
A_WEEK = 5
"""Working days by which a press or a supervision may come later than in the shipped ladder without a word."""
BLAMES = frozenset({StepAction.PRESS, StepAction.SUPERVISE})
Question = tuple[LimitKind, bool]


def unusable(table: DecisionTable, shipped: DecisionTable) -> Found:
    """What makes every other word about a table a consequence: no row at all, or heads over each other's columns."""
    if not table.rules:
        clauses = in_brackets(clause for rule in shipped.rules for clause in clauses_in(rule.annotation))
        text = f"决策表“{table.name}”一行也没有，系统无从判断{clauses}：请恢复原来的各行。"
        yield TableObjection(table.key, "empty-table", text)
    for heads, cells, columns in (
        ([each.name for each in table.inputs], _by_place(table, "tests"), _by_name(shipped, "tests")),
        ([each.name for each in table.outputs], _by_place(table, "outputs"), _by_name(shipped, "outputs")),
    ):
        if pair := _swapped(heads, cells, columns):
            text = (
                f"决策表“{table.name}”的列标题 {pair[0]} 和 {pair[1]} 对调了：{pair[0]} 下面填的是 {pair[1]} 的内容。"
                "请把这两个列标题换回来。"
            )
            yield TableObjection(table.key, "swapped-columns", text)


def mislabelled(table: DecisionTable, shipped: DecisionTable) -> Found:
    """A column that is headed as another: people fill in what belongs there."""
    words = {column.name: column.label for column in (*shipped.inputs, *shipped.outputs)}
    for column in (*table.inputs, *table.outputs):
        others = {name: label_ for name, label_ in words.items() if name != column.name}
        if column.label != words.get(column.name) and column.label in others.values():
            text = f"决策表“{table.name}”的列 {column.name} 标题写成了“{column.label}”，那是另一列的标题：填表的人会填错，请改回来。"
            yield TableObjection(table.key, "column-label", text, is_error=False)


Cells = Mapping[str, object]
"""Row's id → what stands in one column."""


def _by_place(table: DecisionTable, what: str) -> list[Cells]:
    count = len(table.inputs if what == "tests" else table.outputs)
    return [{rule.id: getattr(rule, what)[place] for rule in table.rules} for place in range(count)]


def _by_name(table: DecisionTable, what: str) -> dict[str, Cells]:
    columns = table.inputs if what == "tests" else table.outputs
    return {column.name: cells for column, cells in zip(columns, _by_place(table, what), strict=True)}


def _swapped(heads: Sequence[str], cells: Sequence[Cells], shipped: Mapping[str, Cells]) -> tuple[str, str] | None:
    """Two heads of which each stands over what the shipped rows have in the other's column."""
    best = [_best(own, shipped) for own in cells]
    for one, other in product(range(len(heads)), repeat=2):
        is_pair = one < other and best[one] == heads[other] and best[other] == heads[one]
        if is_pair and heads[one] != heads[other] and _clearly(cells[one], shipped, heads[other], heads[one]):
            return heads[one], heads[other]
    return None


def _best(own: Cells, shipped: Mapping[str, Cells]) -> str:
    return max(shipped, key=lambda name: _alike(own, shipped[name]))


def _alike(one: Cells, other: Cells) -> int:
    return sum(row in other and value == other[row] for row, value in one.items())


def _clearly(own: Cells, shipped: Mapping[str, Cells], better: str, worse: str) -> bool:
    """Cells that mean anything count, empty ones fit everywhere."""
    return worse in shipped and _alike(own, shipped[better]) > _alike(own, shipped[worse])


def kept_steps(table: DecisionTable, shipped: DecisionTable) -> Found:
    """Each step that the shipped ladder takes for a limit is still taken by some row, as strongly and to the same people."""
    lost: dict[str, list[Question]] = {}
    fewer: dict[str, list[Question]] = {}
    late: dict[str, list[Question]] = {}
    untold: dict[str, set[str]] = {}
    for question in product(LimitKind, (False, True)):
        asked: dict[str, Value] = {"kind": str(question[0]), "urgent": question[1]}
        now = table.evaluate(asked)
        for hit, other in _matched(shipped.evaluate(asked), now) if now else ():
            missing = _people(hit) - (set().union(*map(_people, now)) if other is not None else set())
            if other is None:
                lost.setdefault(hit.rule_id, []).append(question)
            elif missing:
                fewer.setdefault(hit.rule_id, []).append(question)
                untold.setdefault(hit.rule_id, set()).update(missing)
            if other is not None and hit.outputs["action"] in BLAMES and _later(hit, other) > A_WEEK:
                late.setdefault(hit.rule_id, []).append(question)
    for rule_id, questions in late.items():
        rule = shipped.rule(rule_id)
        text = (
            f"“{rule.annotation or rule_id}”晚了 {A_WEEK} 个工作日以上（{_which(questions)}）"
            f"{in_brackets(clauses_in(rule.annotation))}：到那时催办、督办已经没有用处，请确认。"
        )
        yield TableObjection(table.key, "ladder-late", text, is_error=False)
    for rule_id, questions in lost.items():
        rule, hit = shipped.rule(rule_id), next(each for each in _hits(shipped) if each.rule_id == rule_id)
        text = (
            f"少了“{rule.annotation or rule_id}”这一步（{_which(questions)}）：到时没有人提醒、催办或者督办"
            f"{in_brackets(clauses_in(rule.annotation))}。请恢复这一行，或者另写一行办同样的事。"
        )
        yield TableObjection(table.key, "ladder-gone", text, is_error=_is_late(hit))
    for rule_id, questions in fewer.items():
        rule, names = shipped.rule(rule_id), "、".join(sorted(label(name, "Role") for name in untold[rule_id]))
        text = (
            f"“{rule.annotation or rule_id}”不再告知{names}（{_which(questions)}）"
            f"{in_brackets(clauses_in(rule.annotation))}：请确认他们不需要知道。"
        )
        yield TableObjection(table.key, "ladder-recipients", text, is_error=False)


def _hits(table: DecisionTable) -> Iterator[Hit]:
    for kind, urgent in product(LimitKind, (False, True)):
        yield from table.evaluate({"kind": str(kind), "urgent": urgent})


def _matched(before: Sequence[Hit], now: Sequence[Hit]) -> Iterator[tuple[Hit, Hit | None]]:
    """Each shipped step with the one that stands for it: of the same name first, then any other as strong."""
    left = list(now)
    wanted = [hit for hit in before if hit.outputs["action"] in STRENGTH]
    found: dict[str, Hit] = {}
    for is_same in (lambda one, other: one.outputs["step"] == other.outputs["step"], lambda _one, _other: True):
        for hit in sorted(wanted, key=lambda each: (-_strength(each), -len(_people(each)))):
            fitting = [each for each in left if _strength(each) >= _strength(hit) and is_same(hit, each)]
            if hit.rule_id not in found and fitting:
                found[hit.rule_id] = max(fitting, key=lambda each: len(_people(hit) & _people(each)))
                left.remove(found[hit.rule_id])
    return ((hit, found.get(hit.rule_id)) for hit in wanted)


def _strength(hit: Hit) -> int:
    action = hit.outputs.get("action")
    return STRENGTH.index(StepAction(str(action))) if action in STRENGTH else -1


def _people(hit: Hit) -> set[str]:
    return {name.strip() for name in str(hit.outputs.get("recipients") or "").split(",") if name.strip()}


def _is_late(hit: Hit) -> bool:
    """A step at the due instant or after it, and what blames somebody: the clause is kept by it. The others remind."""
    offset = hit.outputs["offset"]
    is_after = isinstance(offset, int) and (offset > 0 or (offset == 0 and hit.outputs["time"] == AT_DUE))
    return is_after or hit.outputs["action"] in BLAMES


def _later(hit: Hit, other: Hit) -> int:
    before, now = hit.outputs["offset"], other.outputs["offset"]
    return now - before if isinstance(before, int) and isinstance(now, int) else 0


def _which(questions: Sequence[Question]) -> str:
    kinds = list(dict.fromkeys(kind for kind, _ in questions))
    urgent = {is_urgent for _, is_urgent in questions}
    return f"时限“{'”“'.join(map(label, kinds))}”" + ("，急件" if urgent == {True} else "")


def kept_routes(
    table: DecisionTable, shipped: DecisionTable, domains: Mapping[str, Sequence[Value]], in_use: Callable[[str], bool]
) -> Found:
    """A shipped row that is there still decides for some letters, one that is not is made good by others; a report goes only
    to whom the shipped row names (A5), if that unit is in use."""
    names = [column.name for column in shipped.inputs]
    moved: dict[str, list[tuple[Hit, Hit | None]]] = {}
    asked: dict[str, int] = {}
    for values in product(*(domains[name] for name in names)):
        question = dict(zip(names, values, strict=True))
        now, before = table.evaluate(question)[:1], shipped.evaluate(question)[0]
        asked[before.rule_id] = asked.get(before.rule_id, 0) + 1
        if not now or now[0].outputs != before.outputs:
            moved.setdefault(before.rule_id, []).append((before, now[0] if now else None))
    for rule_id, answers in moved.items():
        rule = shipped.rule(rule_id)
        before, now_hit = answers[0]
        if Category.REPORT in _literals(rule):
            if in_use(str(before.outputs.get("unit") or "")):
                yield _report(table, rule, now_hit)
        elif len(answers) == asked[rule_id] or all(each.id != rule_id for each in table.rules):
            which = "没有来信再" if len(answers) == asked[rule_id] else "有的来信不再"
            text = (
                f"{which}照“{rule.annotation or rule_id}”办理{in_brackets(clauses_in(rule.annotation))}："
                "请恢复这一行，或者另写一行。"
            )
            yield TableObjection(table.key, "route-gone", text)
        elif earlier := next(
            (hit for _, hit in answers if hit and _was_behind(hit.rule_id, rule_id, table, shipped)), None
        ):
            text = (
                f"第 {row_number(table, table.rule(earlier.rule_id))} 行移到了“{rule.annotation or rule_id}”的前面，"
                f"有的来信因此不再照后者办理{in_brackets(clauses_in(rule.annotation))}：请确认，或者把次序改回来。"
            )
            yield TableObjection(earlier.rule_id, "route-order", text, is_error=False)


def _report(table: DecisionTable, rule: Rule, now: Hit | None) -> TableObjection:
    where = f"第 {row_number(table, table.rule(now.rule_id))} 行" if now else "没有哪一行"
    goes = f"：{where}把检举控告交给别处" if now else f"：{where}管检举控告"
    text = f"“{rule.annotation or rule.id}”{goes}，可能交到被检举的单位（规程 A5）。请恢复原来的那一行，放在最前面。"
    return TableObjection(now.rule_id if now else table.key, "route-accused", text)


def _literals(rule: Rule) -> set[Value]:
    return {choice.literal for test in rule.tests if not test.negated for choice in test.choices}


def _was_behind(row: str, other: str, table: DecisionTable, shipped: DecisionTable) -> bool:
    """Whether both rows are as they were, and only their order is another."""
    ids, now = [rule.id for rule in shipped.rules], {rule.id: rule for rule in table.rules}
    same = all(name in ids and name in now and now[name].tests == shipped.rule(name).tests for name in (row, other))
    return same and ids.index(row) > ids.index(other)
