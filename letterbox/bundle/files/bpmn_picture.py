"""What a ``.bpmn`` file may hold of its picture: shapes, lines, labels, colours."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.bundle.files.markup import (
    ID,
    PLACE,
    REFERENCE,
    REQUIRED_PLACE,
    STRIPPED,
    WORD,
    YES_NO,
    Element,
    choice,
    one,
    some,
)

COLOURS = {
    "bioc:stroke": WORD,
    "bioc:fill": WORD,
    "color:background-color": WORD,
    "color:border-color": WORD,
    "color:color": WORD,
}
PICTURE: Mapping[str, Element] = {
    "bpmndi:BPMNDiagram": Element(
        {"id": ID, "name": STRIPPED, "documentation": STRIPPED, "resolution": STRIPPED},
        (one("bpmndi:BPMNPlane", least=1), some("bpmndi:BPMNLabelStyle")),
    ),
    "bpmndi:BPMNPlane": Element(
        {"id": ID, "bpmnElement": REFERENCE, **COLOURS}, (some("bpmndi:BPMNShape", "bpmndi:BPMNEdge"),)
    ),
    "bpmndi:BPMNShape": Element(
        {
            "id": ID, "bpmnElement": REFERENCE, "isHorizontal": YES_NO, "isExpanded": YES_NO,
            "isMarkerVisible": YES_NO, "isMessageVisible": YES_NO, **COLOURS,
        },
        (one("dc:Bounds", least=1), one("bpmndi:BPMNLabel")),
    ),
    "bpmndi:BPMNEdge": Element(
        {
            "id": ID, "bpmnElement": REFERENCE, "sourceElement": REFERENCE, "targetElement": REFERENCE,
            "messageVisibleKind": choice("initiating", "non_initiating"), **COLOURS,
        },
        (some("di:waypoint"), one("bpmndi:BPMNLabel")),
    ),
    "bpmndi:BPMNLabel": Element({"id": ID, "labelStyle": REFERENCE, **COLOURS}, (one("dc:Bounds"),)),
    "bpmndi:BPMNLabelStyle": Element({"id": ID}, (one("dc:Font"),)),
    "dc:Bounds": Element(dict.fromkeys(("x", "y", "width", "height"), REQUIRED_PLACE)),
    "dc:Font": Element(
        {"name": WORD, "size": PLACE, "isBold": YES_NO, "isItalic": YES_NO, "isUnderline": YES_NO,
         "isStrikeThrough": YES_NO}
    ),
    "di:waypoint": Element({"x": REQUIRED_PLACE, "y": REQUIRED_PLACE, "xsi:type": STRIPPED}),
}  # fmt: skip
