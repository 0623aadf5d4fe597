"""Ids and references of a file: each id once, each reference to something that is there. The engine refuses the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

from lxml import etree

from letterbox.bundle.files.bpmn_nodes import CONTAINERS, FLOW_NODES, MODEL
from letterbox.bundle.files.bpmn_schema import PREFIXES
from letterbox.bundle.files.canonical import FileObjection
from letterbox.bundle.files.dmn_schema import CAMUNDA as DECISIONS_OF_ENGINE
from letterbox.bundle.files.dmn_schema import MODEL as DECISIONS

TIME_TO_LIVE = re.compile(r"P\d{1,5}D|\d{1,5}")
DI = f"{{{PREFIXES['bpmndi']}}}"
ACTIVITIES = {name for name in FLOW_NODES if name.endswith("Task") or name in {"task", "callActivity", *CONTAINERS}}
MUST_HAVE_ID = {
    *FLOW_NODES,
    "sequenceFlow",
    "process",
    "participant",
    "lane",
    "message",
    "signal",
    "error",
    "escalation",
}
POINTERS = {
    "messageRef": {"message"}, "signalRef": {"signal"}, "errorRef": {"error"}, "escalationRef": {"escalation"},
    "activityRef": ACTIVITIES, "processRef": {"process"}, "categoryValueRef": {"categoryValue"},
    "dataObjectRef": {"dataObject"}, "dataStoreRef": {"dataStore"}, "itemSubjectRef": {"itemDefinition"},
}  # fmt: skip
"""Attribute → kinds of what it may name, anywhere in the file."""
WORDS = {
    "messageRef": "消息", "signalRef": "信号", "errorRef": "错误", "escalationRef": "升级", "activityRef": "活动",
    "processRef": "流程", "categoryValueRef": "分类", "dataObjectRef": "数据对象", "dataStoreRef": "数据存储",
    "itemSubjectRef": "数据类型",
}  # fmt: skip


def bpmn_objections(root: etree._Element) -> list[FileObjection]:
    """Of a diagram's tree anew."""
    kinds = {str(item.get("id")): _local(item) for item in root.iter(f"{{{MODEL}}}*") if item.get("id")}
    return [
        *_doubles(root),
        *_nameless(root),
        *_pointers(root, kinds),
        *_flows(root),
        *_lanes(root),
        *_pictures(root, kinds),
    ]


def dmn_objections(root: etree._Element) -> list[FileObjection]:
    """Of a table file's tree anew."""
    ids = {str(item.get("id")) for item in root.iter() if item.get("id")}
    return [*_doubles(root), *_lost_pointers(root, ids), *_kept_how_long(root)]


def _kept_how_long(root: etree._Element) -> Iterator[FileObjection]:
    for decision in root.iter(f"{{{DECISIONS}}}decision"):
        if not TIME_TO_LIVE.fullmatch(decision.get(f"{{{DECISIONS_OF_ENGINE}}}historyTimeToLive", "")):
            text = "没有写明历史保留期（historyTimeToLive），或者写法不对：引擎不接受，请填写天数，例如 P1825D。"
            yield FileObjection(decision.get("id", ""), "history-time-to-live", text)


def _lost_pointers(root: etree._Element, ids: Collection[str]) -> Iterator[FileObjection]:
    for item in root.iter():
        for key in ("href", "dmnElementRef"):
            target = item.get(key)
            if target and target not in ids:
                yield FileObjection(
                    _owner(item), "lost-reference", f"指向的“{target}”不在文件里，请用决策表编辑器重新保存。"
                )


def _doubles(root: etree._Element) -> Iterator[FileObjection]:
    times = Counter(str(item.get("id")) for item in root.iter() if item.get("id"))
    for element, count in times.items():
        if count > 1:
            text = f"有 {count} 个元素的标识都是 {element}，请改成不同的。"
            yield FileObjection(_drawn_by(root, element), "double-id", text)


def _drawn_by(root: etree._Element, element: str) -> str:
    """The element that a doubled picture shows; the id itself where it is no picture's."""
    found = [item for item in root.iter() if item.get("id") == element]
    return next((item.get("bpmnElement", "") for item in found if item.get("bpmnElement")), element)


def _nameless(root: etree._Element) -> Iterator[FileObjection]:
    for item in root.iter(f"{{{MODEL}}}*"):
        if _local(item) in MUST_HAVE_ID and not item.get("id"):
            yield FileObjection(
                _owner(item), "id-form", f"有一个 {_local(item)} 没有标识（id），请用流程设计器重新保存。"
            )


def _pointers(root: etree._Element, kinds: dict[str, str]) -> Iterator[FileObjection]:
    for item in root.iter(f"{{{MODEL}}}*"):
        for key, wanted in POINTERS.items():
            target = item.get(key)
            if target and kinds.get(target) not in wanted:
                text = f"{WORDS[key]}“{target}”不在图上，请重新选择。"
                yield FileObjection(_owner(item), "lost-reference", text)


def _flows(root: etree._Element) -> Iterator[FileObjection]:
    """A sequence flow stays within its process or subprocess."""
    for box in _boxes(root):
        here = {item.get("id") for item in box if _local(item) in FLOW_NODES}
        elsewhere = {item.get("id") for item in root.iter() if _local(item) in FLOW_NODES} - here
        for flow in box.iterchildren(f"{{{MODEL}}}sequenceFlow"):
            ends = {"sourceRef": "起点", "targetRef": "终点"}
            for key, word in ends.items():
                end = flow.get(key)
                if end in elsewhere:
                    text = f"连线的{word}“{end}”在另一个流程或者子流程里：连线不能跨过边框，请改用消息或者重新连接。"
                    yield FileObjection(flow.get("id", ""), "crossing-flow", text)
                elif not end:
                    yield FileObjection(flow.get("id", ""), "dangling-flow", f"连线没有{word}，请重新连接。")


def _boxes(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(*(f"{{{MODEL}}}{name}" for name in ("process", *CONTAINERS))))


def _lanes(root: etree._Element) -> Iterator[FileObjection]:
    for box in _boxes(root):
        inside = {item.get("id") for item in box.iter() if _local(item) in FLOW_NODES}
        for lane in box.iter(f"{{{MODEL}}}lane"):
            for each in lane.iterchildren(f"{{{MODEL}}}flowNodeRef"):
                if each.text not in inside:
                    text = f"泳道里列出的“{each.text or ''}”不在这个流程里（可能已经删去），请用流程设计器重新保存。"
                    yield FileObjection(lane.get("id", ""), "lost-reference", text)
        for lanes in box.iterchildren(f"{{{MODEL}}}laneSet"):
            yield from _in_two_lanes(lanes)


def _in_two_lanes(lanes: etree._Element) -> Iterator[FileObjection]:
    """A lane may be divided, and what is in a part of it is in it too; anything else is in one lane only."""
    found: dict[str, etree._Element] = {}
    for lane in lanes.iter(f"{{{MODEL}}}lane"):
        for each in lane.iterchildren(f"{{{MODEL}}}flowNodeRef"):
            first = found.setdefault(each.text or "", lane)
            if first is not lane and first not in lane.iterancestors():
                names = "、".join(f"“{item.get('name') or item.get('id', '')}”" for item in (first, lane))
                yield FileObjection(
                    each.text or "", "two-lanes", f"同时列在泳道{names}里，看图的人不知道归谁：请只留在一个泳道里。"
                )


def _pictures(root: etree._Element, kinds: dict[str, str]) -> Iterator[FileObjection]:
    seen: set[str] = set()
    for item in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge", f"{DI}BPMNPlane"):
        element, tag = item.get("bpmnElement", ""), _local(item)
        if element not in kinds:
            text = (
                f"图上画着“{element or item.get('id', '')}”，但流程里没有它，请删去这个图形或者用流程设计器重新保存。"
            )
            yield FileObjection(element, "leftover-shape", text)
        elif tag == "BPMNEdge" and len(item.findall(f"{{{PREFIXES['di']}}}waypoint")) < 2:
            yield FileObjection(element, "schema-order", "连线在图上少于两个点，请重新连接。")
        elif tag != "BPMNPlane":
            if element in seen:
                yield FileObjection(element, "double-id", f"“{element}”在图上画了两次，请删去多余的图形。")
            seen.add(element)


def _owner(item: etree._Element | None) -> str:
    """The nearest element that is drawn or listed."""
    while item is not None:
        if item.get("id") and not _local(item).endswith(("EventDefinition", "Expression")):
            return str(item.get("id"))
        item = item.getparent()
    return ""


def _local(item: etree._Element) -> str:
    return str(item.tag).rpartition("}")[2]
