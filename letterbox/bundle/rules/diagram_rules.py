"""What every diagram of a bundle must keep to; each rule yields findings and knows nothing of the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from letterbox.bundle.model import juel, juel_tree
from letterbox.bundle.model.diagram_model import Diagram, Finding, Level, Node
from letterbox.bundle.model.groups import possible_groups
from letterbox.bundle.rules.task_rules import usable_roles
from letterbox.domain import words
from letterbox.domain.vocabulary import UNIT_ROLES, Role

WATCH = "DeadlineWatchProcess"
"""The process whose messages only make it wait anew."""
A_YEAR = 365
SHORTEST_HISTORY = {"NoticeDeliveryProcess": 90}
"""Days that the engine keeps what happened; a notice is on the letter's timeline too."""
EVENTS = {"startEvent", "intermediateCatchEvent", "boundaryEvent"}
DECIDING = {"exclusiveGateway", "inclusiveGateway"}
PREFIXES = {
    "startEvent": ("StartEvent", "Message", "Timer"),
    "endEvent": ("EndEvent",),
    "intermediateCatchEvent": ("Message", "Timer", "Event"),
    "intermediateThrowEvent": ("Message", "Event"),
    "boundaryEvent": ("Message", "Timer", "Error", "BoundaryEvent"),
    "callActivity": ("CallActivity",),
    "subProcess": ("SubProcess",),
}

TOOL_MADE = re.compile(
    r"[A-Z][A-Za-z]*_[0-9a-z]{6,8}|[A-Za-z]*_?[0-9]{1,6}|([A-Za-z]+-|[A-Za-z]*_)?[0-9A-Fa-f]{8}(-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}",
    re.ASCII,
)
"""camunda-modeler and bpmn.io (``Activity_1od1ijn``, ``StartEvent_1``), Flowable (``usertask1``, ``sid-…``), Bizagi and others."""
MOST_UNDRAWN = 5


@dataclass(frozen=True)
class Known:
    """What a diagram may refer to: the product's words and the rest of its bundle."""

    topics: frozenset[str]
    messages: frozenset[str]
    variables: frozenset[str]
    forms: frozenset[str]
    processes: frozenset[str]
    decisions: frozenset[str]


Rule = Callable[[Diagram, Known], Iterator[Finding]]


def processes(diagram: Diagram, _: Known) -> Iterator[Finding]:
    for process in diagram.processes:
        if not process.is_executable:
            yield Finding(diagram.file, process.key, "executable", "流程未标为可执行，请勾选“可执行”。")
        if problem := history_problem(process.history_time_to_live, SHORTEST_HISTORY.get(process.key, A_YEAR)):
            yield Finding(diagram.file, process.key, "history-time-to-live", problem)


def sketches(diagram: Diagram, _: Known) -> Iterator[Finding]:
    for sketch in diagram.sketches:
        text = f"流程“{sketch.name or sketch.key}”未标为可执行，只作图示：引擎不会执行它，里面的步骤也没有检查。"
        yield Finding(diagram.file, sketch.key, "sketch", text, level=Level.WARNING)


def history_problem(text: str | None, least: int = A_YEAR) -> str | None:
    """What is wrong with a ``historyTimeToLive``; ``least``: days."""
    if not text:
        return "没有写明历史保留期（historyTimeToLive），请填写，例如 P1825D。"
    match = re.fullmatch(r"(?:P(\d{1,6})D|(\d{1,6}))", text.strip(), re.ASCII)
    if match is None:
        return f"历史保留期“{text}”应写成天数，例如 P1825D。"
    if int(match[1] or match[2]) < least:
        return f"历史保留期 {text} 太短：办完不久就查不到经过了，至少 P{least}D。"
    return None


def expressions(diagram: Diagram, known: Known) -> Iterator[Finding]:
    """Conditions, due dates, groups, mappings: only the small language, only variables that somebody sets."""
    for element, text in diagram.expressions:
        try:
            unknown = sorted(juel.variables(text) - known.variables)
            if text not in juel.BUSINESS_KEY:
                juel_tree.check(text)
        except juel.JuelUnsupported as problem:
            yield Finding(diagram.file, element, "expression", f"表达式 {text} 不能用：{problem}。")
            continue
        for name in unknown:
            message = f"表达式 {text} 用到的变量 {name} 没有谁写入；请检查拼写，或在表单字段上声明这个变量。"
            yield Finding(diagram.file, element, "unknown-variable", message)
    for flow in diagram.flows:
        if flow.condition is not None and not juel.is_expression(flow.condition):
            text = f"条件“{flow.condition}”应当写成 ${{…}}。"
            yield Finding(diagram.file, flow.id, "expression", text)


def outputs(diagram: Diagram, _: Known) -> Iterator[Finding]:
    """The engine evaluates output parameters of a cancelled step too: one that reads a variable which only the step's
    completion sets makes the letter impossible to withdraw."""
    for node in diagram.nodes:
        if any("${" in text and _reads_variables(text) for text in node.outputs):
            text = "输出参数不得用到变量：来信撤回时这一步会被取消，变量可能还没有，撤回就会失败。"
            yield Finding(diagram.file, node.id, "output-parameter", text)


def _reads_variables(text: str) -> bool:
    try:
        return bool(juel.variables(text))
    except juel.JuelUnsupported:
        return False  # said already


def user_tasks(diagram: Diagram, known: Known) -> Iterator[Finding]:
    for task in diagram.user_tasks:
        if not task.form:
            yield Finding(diagram.file, task.id, "form", "没有表单，请在 formRef 中写明表单标识。")
        elif task.form not in known.forms:
            text = f"表单 {task.form} 不在这一套文件里，请添加表单或改正标识。"
            yield Finding(diagram.file, task.id, "unknown-form", text)
        if task.form and task.engine.get("formRefBinding") != "deployment":
            text = "表单绑定应为 deployment，使在办来信始终用同一套表单。"
            yield Finding(diagram.file, task.id, "form-binding", text)
        if not task.candidate_groups:
            text = "没有写明由谁办理（candidateGroups），这一步会无人看到。"
            yield Finding(diagram.file, task.id, "candidate-groups", text)
        for problem in filter(None, map(_group_problem, possible_groups(task))):
            yield Finding(diagram.file, task.id, "unknown-role", problem)


def _group_problem(group: str) -> str | None:
    if juel.is_expression(group):
        return f"候选组 {group} 没有写明任何角色。"
    role, at, unit = group.partition("@")
    if role not in set(Role):
        return f"候选组 {group} 中没有角色“{role}”这一种。{usable_roles()}"
    if role in UNIT_ROLES and not unit:
        return f"角色“{words.coded([Role(role)])}”属于承办单位，请写成 {role}@${{leadUnit}}。"
    return f"角色“{words.coded([Role(role)])}”不分单位，请去掉“@{unit}”。" if at and role not in UNIT_ROLES else None


def service_tasks(diagram: Diagram, known: Known) -> Iterator[Finding]:
    for task in diagram.of_kind("serviceTask", "sendTask"):
        if task.engine.get("type") != "external" or not task.topic:
            text = "自动任务应为外部任务（external）并写明主题。"
            yield Finding(diagram.file, task.id, "external-task", text)
        elif task.topic not in known.topics:
            text = f"没有工作程序办理主题 {task.topic}，可用的有：{'、'.join(sorted(known.topics))}。"
            yield Finding(diagram.file, task.id, "unknown-topic", text)


def save_points(diagram: Diagram, _: Known) -> Iterator[Finding]:
    """Decision 2d: what fails behind a person's step becomes a retried job, not an error to that person."""
    for node in diagram.nodes:
        waits_for_people = node.kind in {"userTask", "receiveTask"} or (
            node.kind in EVENTS and node.message is not None and not _only_waits_anew(diagram, node)
        )
        if waits_for_people and not node.is_async_after:
            text = "请勾选“之后异步”（asyncAfter），否则后一步出错时办理人的提交会失败。"
            yield Finding(diagram.file, node.id, "async-after", text)


def _only_waits_anew(diagram: Diagram, node: Node) -> bool:
    """A message of the watch that leads straight to its next wait: nothing is done behind it, and no person sends it."""
    waits = {each.id for each in diagram.of_kind("eventBasedGateway")}
    return node.process == WATCH and all(flow.target in waits for flow in diagram.leaving(node.id))


def messages(diagram: Diagram, known: Known) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.message is not None and node.message not in known.messages:
            text = f"没有谁会发出消息“{node.message}”，可用的有：{'、'.join(sorted(known.messages))}。"
            yield Finding(diagram.file, node.id, "unknown-message", text)


def branches(diagram: Diagram, _: Known) -> Iterator[Finding]:
    for gateway in diagram.gateways:
        leaving = diagram.leaving(gateway.id)
        if gateway.kind not in DECIDING or len(leaving) < 2:
            continue
        if not gateway.name:
            yield Finding(diagram.file, gateway.id, "label", "请写明这个网关在判断什么。", level=Level.WARNING)
        names = [flow.name for flow in leaving]
        for place, flow in enumerate(leaving):
            if flow.name and flow.name in names[:place]:
                text = f"这个网关有两个分支都叫“{flow.name}”，看图的人分不清：请改成不同的名称。"
                yield Finding(diagram.file, flow.id, "same-label", text, level=Level.WARNING)
            if not flow.name:
                yield Finding(diagram.file, flow.id, "label", "网关的每个分支都要写明什么情况走这里。")
            if not flow.condition and flow.id != gateway.attributes.get("default"):
                text = "网关的分支没有条件，也不是默认分支。"
                yield Finding(diagram.file, flow.id, "condition", text)


def timers(diagram: Diagram, _: Known) -> Iterator[Finding]:
    for node in diagram.nodes:
        if node.timer is None:
            continue
        if node.timer.kind != "timeDate" or not juel.is_expression(node.timer.value):
            text = "图中不写固定的时长或日期：时限请在决策表中规定，由时限守望执行。"
            yield Finding(diagram.file, node.id, "fixed-timer", text)


def called(diagram: Diagram, known: Known) -> Iterator[Finding]:
    for call in diagram.call_activities:
        target = call.attributes.get("calledElement", "")
        if target not in known.processes:
            text = f"被调用的流程“{target}”不在这一套文件里。"
            yield Finding(diagram.file, call.id, "unknown-process", text)
        if call.engine.get("calledElementBinding") != "deployment":
            yield _unbound(diagram, call, "被调用流程")
        if not call.inherits_business_key:
            text = "请把业务键（来信编号）传给被调用的流程：#{execution.processBusinessKey}。"
            yield Finding(diagram.file, call.id, "business-key", text)
    for task in diagram.of_kind("businessRuleTask"):
        if task.engine.get("decisionRef", "") not in known.decisions:
            yield Finding(diagram.file, task.id, "unknown-decision", "引用的决策表不在这一套文件里。")
        if task.engine.get("decisionRefBinding") != "deployment":
            yield _unbound(diagram, task, "决策表")


def _unbound(diagram: Diagram, node: Node, what: str) -> Finding:
    return Finding(diagram.file, node.id, "binding", f"{what}的绑定应为 deployment，使在办来信始终用同一套文件。")


def connected(diagram: Diagram, _: Known) -> Iterator[Finding]:
    targets, sources = {flow.target for flow in diagram.flows}, {flow.source for flow in diagram.flows}
    for node in diagram.nodes:
        stands_alone = node.attributes.get("triggeredByEvent") == "true"
        if node.id not in targets and node.kind not in {"startEvent", "boundaryEvent"} and not stands_alone:
            yield Finding(diagram.file, node.id, "connected", "没有线通到这里，永远走不到。")
        if node.id not in sources and node.kind != "endEvent" and not stands_alone:
            yield Finding(diagram.file, node.id, "connected", "这里之后没有去处，请连到下一步或结束事件。")


def drawn(diagram: Diagram, _: Known) -> Iterator[Finding]:
    missing = sorted((diagram.element_ids | set(diagram.frames)) - diagram.drawn)
    if len(missing) > MOST_UNDRAWN:
        text = f"有 {len(missing)} 个元素没有画在图上（图形信息丢失），没有人看得见它们：请用流程设计器重新保存整张图。"
        yield Finding(diagram.file, "", "drawn", text)
        return
    for element in missing:
        text = "图上没有画出这个元素，请用流程设计器重新保存。"
        yield Finding(diagram.file, element, "drawn", text)


def explained(diagram: Diagram, _: Known) -> Iterator[Finding]:
    for node in diagram.nodes:
        is_step = node.kind.endswith("Task") or node.kind == "callActivity"
        if is_step and not node.name:
            yield Finding(diagram.file, node.id, "name", "请给这一步起名（动词加对象，如“甄别来信”）。")
        if is_step and not node.documentation:
            yield Finding(diagram.file, node.id, "documentation", "请在说明中写明这一步做什么。", level=Level.WARNING)


def ids(diagram: Diagram, _: Known) -> Iterator[Finding]:
    for process in diagram.processes:
        if not re.fullmatch(r"[A-Z]\w*Process", process.key) and not by_tool(process.key):
            text = "流程标识应为大写字母开头的英文，以 Process 结尾。"
            yield Finding(diagram.file, process.key, "id", text, level=Level.WARNING)
    for node in diagram.nodes:
        if not re.fullmatch(f"({'|'.join(_prefixes(node))})_[A-Z][A-Za-z0-9_]*", node.id) and not by_tool(node.id):
            text = f"标识应写成 {'_ 或 '.join(_prefixes(node))}_ 加大写字母开头的英文名（如 Task_ScreenLetter）。"
            yield Finding(diagram.file, node.id, "id", text, level=Level.WARNING)
    for flow in diagram.flows:
        if not flow.id.startswith("Flow_") and not by_tool(flow.id):
            yield Finding(diagram.file, flow.id, "id", "连线的标识应以 Flow_ 开头。", level=Level.WARNING)


def by_tool(element: str) -> bool:
    """Whether an id was made by a modeler (``Activity_1od1ijn``, ``sid-…``): nobody chose it, so nobody need change it."""
    return TOOL_MADE.fullmatch(element) is not None


def _prefixes(node: Node) -> tuple[str, ...]:
    return PREFIXES.get(node.kind, ("Gateway",) if node.kind.endswith("Gateway") else ("Task",))


RULES: tuple[Rule, ...] = (
    processes,
    sketches,
    expressions,
    outputs,
    user_tasks,
    service_tasks,
    save_points,
    messages,
    branches,
    timers,
    called,
    connected,
    drawn,
    explained,
    ids,
)
