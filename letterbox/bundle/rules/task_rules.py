"""Whose a step is, when it is due, how it is called: what the desk, the watch and the columns of the engine can take."""

from __future__ import annotations

from collections.abc import Iterator

from letterbox.bundle.model import juel
from letterbox.bundle.model.diagram_model import Diagram, Finding, Level, Node
from letterbox.bundle.model.groups import possible_groups
from letterbox.bundle.vocabulary import UNIT_OF, Variable, due_variable
from letterbox.domain import words
from letterbox.domain.permissions import SEES_ALL_LETTERS
from letterbox.domain.vocabulary import UNIT_ROLES, LimitKind, Role

TASK_ROLES = SEES_ALL_LETTERS | UNIT_ROLES
"""Those who may open letters; a task of anybody else's would be seen by nobody."""
DUE_VARIABLES = frozenset({*(due_variable(kind) for kind in LimitKind), str(Variable.UNIT_DUE_AT)})
INSTANTS = DUE_VARIABLES | {str(Variable.NEXT_STEP_AT), str(Variable.SEND_AT)}
UNITS = frozenset(map(str, UNIT_OF.values()))
NO_UNITS = frozenset(map(str, Variable)) - UNITS | DUE_VARIABLES
LONGEST_NAME, LONGEST_ID, LONGEST_WORDS, LONGEST_GROUP = 200, 100, 2000, 200
"""Columns of ours and of the engine: 200 and 255 for names and groups, 4000 bytes for a task's description."""
PRIORITIES = ("priority", "taskPriority", "jobPriority")
Found = Iterator[Finding]


def tasks(diagram: Diagram) -> Found:
    """Each fault on its step."""
    for node in diagram.nodes:
        yield from _dates(diagram, node)
        yield from _priority(diagram, node)
        if node.engine.get("exclusive") == "false":
            text = f"“{node.name or node.id}”没有勾选“独占”（exclusive）：同一封信的两步会同时推进、互相冲突，请勾选。"
            yield Finding(file=diagram.file, element=node.id, rule="exclusive", message=text, level=Level.WARNING)
        if node.kind == "userTask":
            for group in possible_groups(node):
                yield from _group(diagram, node, group)
    yield from _lengths(diagram)


def _dates(diagram: Diagram, node: Node) -> Found:
    for attribute, what in (("dueDate", "到期时刻"), ("followUpDate", "跟进时刻")):
        text = node.engine.get(attribute)
        if text is not None and _variable(text) not in DUE_VARIABLES:
            usual = f"${{{due_variable(LimitKind.REPLY)}}}"
            message = (
                f"{what}“{text}”不是时限的时刻：系统按工作日算出的才有提醒、进看板。"
                f"请写成时限的变量，如 {usual}，或者留空。"
            )
            yield Finding(file=diagram.file, element=node.id, rule="due-date", message=message)
    if node.timer is not None and node.timer.kind == "timeDate":
        name = _variable(node.timer.value)
        if name is not None and name not in INSTANTS:
            message = f"定时器等的“{node.timer.value}”不是时刻，来信会停在这里：请写成时限的变量。"
            yield Finding(file=diagram.file, element=node.id, rule="due-date", message=message)


def _variable(text: str) -> str | None:
    """The variable that the whole of an expression is; None for anything else."""
    if not juel.is_expression(text):
        return None
    body = text.strip()[2:-1].strip()
    return body if body.isidentifier() else None


def _priority(diagram: Diagram, node: Node) -> Found:
    for attribute in PRIORITIES:
        text = node.engine.get(attribute)
        if text is not None and not (text.strip().isdecimal() and text.isascii() and int(text[:9]) <= 1000):
            message = f"优先级（{attribute}）应为 0 到 1000 的整数，现为“{text}”，来信会停在这里：请改成数字或者留空。"
            yield Finding(file=diagram.file, element=node.id, rule="priority", message=message)


def _group(diagram: Diagram, node: Node, group: str) -> Found:
    role, _, unit = group.partition("@")
    if role in set(Role) - TASK_ROLES:
        text = f"角色“{words.coded([Role(role)])}”看不到来信，不办理任务。{usable_roles()}"
        yield Finding(file=diagram.file, element=node.id, rule="no-task-role", message=text)
    if "{" not in unit:
        if unit:
            text = (
                f"候选组 {group} 写定了单位“{unit}”：反映这个单位的来信也会走到这一步。"
                "检举控告被检举的是它时，任务会改由电子政务办办理；能不写定的，请用 ${leadUnit}（A5）。"
            )
            yield Finding(file=diagram.file, element=node.id, rule="fixed-unit", message=text, level=Level.WARNING)
        return
    try:
        names = juel.variables(unit)
    except juel.JuelUnsupported:
        return  # said by the rule about expressions
    if wrong := sorted(names & NO_UNITS):
        text = f"候选组 {group} 里的 {'、'.join(wrong)} 不是单位，这一步会无人看到：请用 ${{leadUnit}}。"
        yield Finding(file=diagram.file, element=node.id, rule="no-unit", message=text)
    elif names - UNITS:
        text = (
            f"候选组 {group} 的单位由 {'、'.join(sorted(names - UNITS))} 决定：请确认它写的是单位代码，"
            "而且这个单位可以看到来信（A5）。"
        )
        yield Finding(file=diagram.file, element=node.id, rule="chosen-unit", message=text, level=Level.WARNING)


def usable_roles() -> str:
    """What a candidate group may be, for whoever has to write it."""
    units = "、".join(f"{words.label(role)}（{role}@${{leadUnit}}）" for role in Role if role in UNIT_ROLES)
    return f"可用的有：{words.coded(SEES_ALL_LETTERS)}；承办单位的写成 {units}。"


def _lengths(diagram: Diagram) -> Found:
    named = [(process.key, process.name) for process in diagram.processes]
    named += [(node.id, node.name) for node in diagram.nodes] + [(flow.id, flow.name) for flow in diagram.flows]
    for element, name in named:
        if len(name) > LONGEST_NAME:
            text = f"名称有 {len(name)} 个字，最多 {LONGEST_NAME} 个：太长的存不下，来信会停在这里。"
            yield Finding(file=diagram.file, element=element[:LONGEST_ID], rule="length", message=text)
        if len(element) > LONGEST_ID:
            text = f"标识有 {len(element)} 个字符，最多 {LONGEST_ID} 个。"
            yield Finding(file=diagram.file, element=element[:LONGEST_ID], rule="length", message=text)
    for node in diagram.nodes:
        if len(node.documentation) > LONGEST_WORDS:
            text = f"说明有 {len(node.documentation)} 个字，最多 {LONGEST_WORDS} 个：太长的存不下，来信会停在这里。"
            yield Finding(file=diagram.file, element=node.id, rule="length", message=text)
        for group in node.candidate_groups:
            if len(group) > LONGEST_GROUP:
                yield Finding(
                    file=diagram.file,
                    element=node.id,
                    rule="length",
                    message=f"候选组太长，最多 {LONGEST_GROUP} 个字符。",
                )
