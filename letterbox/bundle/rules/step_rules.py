"""What a step for people must keep to besides its form and group, so that deadlines and rights reach it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from letterbox.bundle.model.diagram_model import Diagram, Finding
from letterbox.bundle.model.groups import possible_groups
from letterbox.bundle.vocabulary import LIMIT_PROPERTIES
from letterbox.domain.vocabulary import LimitKind
from letterbox.domain.words import coded


def steps_for_people(diagram: Diagram) -> Iterator[Finding]:
    for task in diagram.user_tasks:
        for name in LIMIT_PROPERTIES:
            kind = task.properties.get(name)
            if kind is not None and kind not in set(LimitKind):
                text = f"属性 {name} 写的时限“{kind}”没有这一种，可用的有：{coded(LimitKind)}。"
                yield Finding(file=diagram.file, element=task.id, rule="unknown-limit", message=text)
        for attribute, what in (("assignee", "指定办理人"), ("candidateUsers", "候选人员")):
            if task.engine.get(attribute):
                text = f"不要在图上写明具体的人（{what} {attribute}）：人会变动，请用角色（candidateGroups）。"
                yield Finding(file=diagram.file, element=task.id, rule="named-person", message=text)


def whole(diagram: Diagram) -> Iterator[Finding]:
    """Lines that lead to nothing, and ids that two elements share: the engine would refuse or confuse them."""
    ids = Counter([node.id for node in diagram.nodes] + [flow.id for flow in diagram.flows])
    for element in sorted(name for name, times in ids.items() if times > 1):
        yield Finding(
            file=diagram.file,
            element=element,
            rule="double-id",
            message=f"有 {ids[element]} 个元素的标识都是 {element}，请改成不同的。",
        )
    for flow in diagram.flows:
        if lost := [end for end in (flow.source, flow.target) if end not in ids]:
            text = f"连线的一端（{'、'.join(lost)}）不在图上，请重新连接。"
            yield Finding(file=diagram.file, element=flow.id, rule="dangling-flow", message=text)


def units_in_use(diagram: Diagram, units: Collection[str]) -> Iterator[Finding]:
    """Groups that name a unit outright (``unit_handler@transport``): one that is not in use has nobody."""
    for task in diagram.user_tasks:
        for group in possible_groups(task):
            unit = group.partition("@")[2]
            if unit and "${" not in unit and unit not in units:
                text = f"候选组 {group} 中的单位“{unit}”不存在或已停用，这一步会无人看到。"
                yield Finding(file=diagram.file, element=task.id, rule="unknown-unit", message=text)
