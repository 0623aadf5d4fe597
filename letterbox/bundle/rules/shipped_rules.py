"""What the regime and the services rest on in the shipped diagrams: kind, group, due date, events, mappings stay.

By construction: whatever is written on a shipped element is compared; what may differ is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from letterbox.bundle.model.diagram_model import Diagram, EventDefinition, Finding, Handover, Level, Node
from letterbox.bundle.model.flow_graph import CONTAINERS, is_event_process
from letterbox.bundle.model.groups import possible_groups
from letterbox.bundle.rules.shipped_words import clauses_of, named
from letterbox.bundle.vocabulary import OWN_VARIABLES
from letterbox.domain.permissions import EGOV_ROLES

"""Both are the e-gov office (A1, S2)."""
FREE = frozenset({"id", "name", "default", "gatewayDirection", "startQuantity", "completionQuantity", "implementation"})
"""Attributes of BPMN that change nothing, or are judged elsewhere (``default`` with the branches)."""
DEFAULTS: Mapping[str, str] = {
    "cancelActivity": "true",
    "isInterrupting": "true",
    "triggeredByEvent": "false",
    "isForCompensation": "false",
    "parallelMultiple": "false",
    "instantiate": "false",
    "eventGatewayType": "Exclusive",
    "method": "##Compensate",
}
ENGINE_FREE = frozenset(
    {"asyncAfter", "asyncBefore", "formRefBinding", "calledElementBinding", "priority", "jobPriority"}
)
ENGINE_FREE |= {"taskPriority", "modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"}
"""Attributes of the engine that rules of their own judge."""
WORDS: Mapping[str, str] = {
    "candidateGroups": "由谁办理", "dueDate": "到期时刻", "followUpDate": "跟进时刻", "formRef": "表单", "topic": "主题",
    "type": "办法", "calledElement": "被调用的流程", "attachedToRef": "所附的任务", "cancelActivity": "是否中断",
    "isInterrupting": "是否中断", "triggeredByEvent": "是否事件子流程", "formKey": "表单", "exclusive": "是否独占",
}  # fmt: skip
RULES: Mapping[str, str] = {
    "dueDate": "changed-due",
    "followUpDate": "changed-due",
    "topic": "changed-topic",
    "type": "changed-topic",
    "calledElement": "changed-call",
}
KINDS: Mapping[str, str] = {
    "userTask": "人工任务", "serviceTask": "自动任务", "manualTask": "线下任务", "task": "没有类型的任务",
    "sendTask": "发送任务", "receiveTask": "接收任务", "scriptTask": "脚本任务", "businessRuleTask": "业务规则任务",
    "callActivity": "调用活动", "subProcess": "子流程", "exclusiveGateway": "排他网关", "parallelGateway": "并行网关",
    "inclusiveGateway": "包容网关", "eventBasedGateway": "事件网关", "complexGateway": "复杂网关", "startEvent": "开始事件",
    "endEvent": "结束事件", "boundaryEvent": "边界事件", "intermediateCatchEvent": "捕获事件",
    "intermediateThrowEvent": "抛出事件", "transaction": "事务", "adHocSubProcess": "即席子流程",
}  # fmt: skip
EVENTS: Mapping[str, str] = {"terminate": "终止", "message": "消息", "timer": "定时", "signal": "信号", "error": "错误"}


def shipped_facts(diagrams: Sequence[Diagram], shipped: Sequence[Diagram]) -> Iterator[Finding]:
    """``shipped``: as they come with the product."""
    yield from _offered(diagrams, shipped)
    ours = {(node.process, node.id) for diagram in shipped for node in diagram.nodes}
    anywhere = {
        node.id: (diagram, node)
        for diagram in diagrams
        for node in diagram.nodes
        if (node.process, node.id) not in ours
    }
    own = {(node.process, node.id): (diagram, node) for diagram in diagrams for node in diagram.nodes}
    forms = {task.form for diagram in shipped for task in diagram.user_tasks}
    for before in shipped:
        for old in before.nodes:
            found = own.get((old.process, old.id)) or anywhere.get(old.id)
            if found is None:
                yield from _missing(diagrams, before, old)
                continue
            diagram, new = found
            said = _clause(before, old)
            if new.kind != old.kind:
                text = f"“{named(old)}”由{KINDS.get(old.kind, old.kind)}变成了{KINDS.get(new.kind, new.kind)}，{said}"
                yield Finding(file=diagram.file, element=old.id, rule="changed-kind", message=text)
                continue  # all else follows from it
            if new.name != old.name and _is_anothers(old, new.name, before, own):
                text = f"“{old.name}”改名为“{new.name}”，那是另一步的名称：办理人会看错，请改回来。"
                yield Finding(file=diagram.file, element=old.id, rule="swapped-name", message=text, level=Level.WARNING)
            for rule, text, level in _differences(diagram, old, new, forms):
                yield Finding(
                    file=diagram.file, element=old.id, rule=rule, message=f"“{named(new)}”{text}{said}", level=level
                )


def _is_anothers(old: Node, name: str, before: Diagram, own: Mapping[tuple[str, str], tuple[Diagram, Node]]) -> bool:
    """Of two that exchanged their names it is said of one."""
    for other in before.nodes:
        if name and other.name == name and other.id != old.id:
            now = own.get((other.process, other.id))
            if other.id > old.id or now is None or now[1].name != old.name:
                return True
    return False


def _offered(diagrams: Sequence[Diagram], shipped: Sequence[Diagram]) -> Iterator[Finding]:
    """Our processes are begun by the services, with a letter; whoever starts one by hand has one without."""
    hidden = {process.key for each in shipped for process in each.processes if not process.is_in_tasklist}
    for diagram in diagrams:
        for process in diagram.processes:
            if process.key in hidden and process.is_in_tasklist:
                text = (
                    f"流程“{process.name or process.key}”由系统启动，现在引擎的页面上也可以手工启动（isStartableInTasklist）："
                    "那样启动的没有来信。请取消勾选。"
                )
                yield Finding(
                    file=diagram.file, element=process.key, rule="startable", message=text, level=Level.WARNING
                )


def _clause(before: Diagram, node: Node) -> str:
    clauses = clauses_of([node], before)
    return f"这会改变规程定下的办法{clauses}。请改回来。" if clauses else "系统要靠它办理。请改回来。"


def _missing(diagrams: Sequence[Diagram], before: Diagram, old: Node) -> Iterator[Finding]:
    processes = {process.key: diagram for diagram in diagrams for process in diagram.processes}
    if old.process in processes and not old.kind.endswith("Task"):
        text = f"少了“{named(old)}”（{old.id}）：{_clause(before, old)}标识要和原来一样，名称可以修改。"
        yield Finding(file=processes[old.process].file, element=old.id, rule="element-gone", message=text)


Difference = tuple[str, str, Level]


def _differences(diagram: Diagram, old: Node, new: Node, forms: set[str | None]) -> Iterator[Difference]:
    yield from _place(diagram, old, new)
    yield from _groups(old, new)
    yield from _form(old, new, forms)
    for name, before, after in _unequal(_attributes(old), _attributes(new)):
        yield (
            RULES.get(name, "changed-attribute"),
            f"的{WORDS.get(name, name)}由 {before or '空'} 变成了 {after or '空'}，",
            Level.ERROR,
        )
    for name, before, after in _unequal(old.properties, new.properties):
        yield "changed-property", f"的属性 {name} 由 {before or '空'} 变成了 {after or '空'}，", Level.ERROR
    if _events(old) != _events(new):
        text = f"的事件由{_said(old.events)}变成了{_said(new.events)}，"
        yield "changed-event", text, Level.ERROR
    missing = {_alike(each) for each in old.handovers} - {_alike(each) for each in new.handovers}
    lost = {each.target or each.source or "业务键" for each in missing}
    if lost:
        yield "changed-mapping", f"不再照原样传递 {'、'.join(sorted(lost))}，", Level.ERROR
    if more := [name for name in _overwritten(old, new) if name not in lost]:
        yield "changed-mapping", f"的传入传出参数会改写系统的变量 {'、'.join(more)}，", Level.ERROR
    if new.loop is not None and new.loop != old.loop:
        yield "loop", "变成了要办好几次（多实例或循环），系统只认第一次办理的结果，来信会停住；", Level.ERROR


def _place(diagram: Diagram, old: Node, new: Node) -> Iterator[Difference]:
    """It may be put into an own sub-process, except what acts on the whole of its surroundings."""
    if new.process != old.process:
        if any(process.key == old.process for process in diagram.processes):
            yield "moved", f"移到了别的流程（{new.process}），", Level.ERROR
    elif new.parent != old.parent:
        around = {node.id: node for node in diagram.nodes}
        parent = around.get(new.parent)
        while parent is not None and parent.id != old.parent and _is_plain(parent):
            parent = around.get(parent.parent)
        arrived = old.parent if parent is None else parent.id
        is_fixed = is_event_process(old) or old.kind in {"startEvent", "endEvent", "boundaryEvent"}
        if arrived != old.parent or is_fixed or (parent is not None and not _is_plain(parent)):
            yield "moved", "移到了别的范围，作用的范围变了，", Level.ERROR


def _is_plain(node: Node) -> bool:
    return node.kind in CONTAINERS and not is_event_process(node) and node.loop is None


def _groups(old: Node, new: Node) -> Iterator[Difference]:
    before, after = _group_set(old), _group_set(new)
    if not old.candidate_groups or before == after or not new.candidate_groups:
        return  # none at all is said elsewhere
    words = f"原来由 {'、'.join(sorted(before))} 办理，现在由 {'、'.join(sorted(after))} 办理，"
    yield "changed-group", words, Level.WARNING if before | after <= EGOV_ROLES else Level.ERROR


def _group_set(node: Node) -> frozenset[str]:
    return frozenset(_plain(group) for group in possible_groups(node))


def _form(old: Node, new: Node, forms: set[str | None]) -> Iterator[Difference]:
    if old.form != new.form and new.form:
        level = Level.ERROR if new.form in forms else Level.WARNING
        yield "changed-form", f"的表单由 {old.form} 变成了 {new.form}，", level


def _attributes(node: Node) -> dict[str, str]:
    own = {
        name: _plain(value)
        for name, value in node.attributes.items()
        if name not in FREE and DEFAULTS.get(name) != value
    }
    ignored = ENGINE_FREE | {"formRef", "candidateGroups"}
    return own | {name: _plain(value) for name, value in node.engine.items() if name not in ignored}


def _plain(text: str) -> str:
    """Spaces inside and around an expression mean nothing."""
    return re.sub(r"\s+", "", text)


def _unequal(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield name, before.get(name, ""), after.get(name, "")


def _events(node: Node) -> list[tuple[object, ...]]:
    return [(event.kind, event.name, event.code, event.timer, _plain(event.condition)) for event in node.events]


def _said(events: tuple[EventDefinition, ...]) -> str:
    if not events:
        return "没有定义"
    return "、".join(
        f"{EVENTS.get(event.kind, event.kind)}{f'“{detail}”' if (detail := _detail(event)) else ''}" for event in events
    )


def _detail(event: EventDefinition) -> str:
    return event.timer.value if event.timer is not None else event.name


def _alike(handover: Handover) -> Handover:
    """``#{…}`` and ``${…}`` are the same to the engine, and blanks around a name mean nothing."""
    return replace(
        handover,
        source_expression=_one_sign(handover.source_expression),
        business_key=_one_sign(handover.business_key),
    )


def _one_sign(text: str) -> str:
    return _plain(text).replace("#{", "${")


def _overwritten(old: Node, new: Node) -> list[str]:
    """Further mappings onto the system's variables, or of everything at once; a variable under its own name may go in."""
    known = {_alike(each) for each in old.handovers}
    taken = {(each.direction, each.target) for each in old.handovers if each.target}
    fresh = [each for each in new.handovers if _alike(each) not in known]
    names = {
        each.target
        for each in fresh
        if (each.direction, each.target) in taken
        or (each.target in OWN_VARIABLES and (each.direction == "out" or each.source != each.target))
    }
    names |= {"（全部变量）" for each in fresh if each.all_variables}
    parameters = [each for each in new.parameters if each not in old.parameters]
    return sorted(names | {each.name for each in parameters})
