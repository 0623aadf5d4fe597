"""``incoming`` and ``outgoing`` of flow nodes, written anew from the sequence flows: the engine follows the flows alone."""

from __future__ import annotations

from lxml import etree

from letterbox.bundle.files.bpmn_nodes import FLOW_NODES, MODEL

_BEFORE = {f"{{{MODEL}}}{name}" for name in ("documentation", "extensionElements", "categoryValueRef")}
_NODES = [f"{{{MODEL}}}{name}" for name in FLOW_NODES]


def linked(root: etree._Element) -> None:
    """Replace them in place, each in the order of the flows."""
    ends: dict[tuple[str, str], list[str]] = {}
    for flow in root.iter(f"{{{MODEL}}}sequenceFlow"):
        ends.setdefault(("incoming", flow.get("targetRef", "")), []).append(flow.get("id", ""))
        ends.setdefault(("outgoing", flow.get("sourceRef", "")), []).append(flow.get("id", ""))
    for node in root.iter(*_NODES):
        for old in node.findall(f"{{{MODEL}}}incoming") + node.findall(f"{{{MODEL}}}outgoing"):
            node.remove(old)
        at = sum(child.tag in _BEFORE for child in node)
        for way in ("incoming", "outgoing"):
            for flow_id in ends.get((way, node.get("id", "")), ()):
                link = etree.Element(f"{{{MODEL}}}{way}")
                link.text = flow_id
                node.insert(at, link)
                at += 1
