"""What a ``.bpmn`` file may hold: BPMN 2.0 as the engine executes it, its picture, and the engine's own attributes.

What is not in these tables is refused. The order of children is that of the standard's schema; the tests compare the tables
with the schema that the engine validates by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from letterbox.bundle.files.bpmn_extensions import (
    ASYNC,
    EXTENSION_ELEMENTS,
    HINTS,
    JOB,
    PROGRAMS,
    PROPERTIES,
    TEMPLATE,
    camunda,
)
from letterbox.bundle.files.bpmn_nodes import (
    ARTIFACTS,
    ASSOCIATION,
    BY_REFERENCE,
    DEFINITIONS,
    FLOW_ELEMENTS,
    HEAD,
    ITEM,
    MODEL,
    NAMED,
    NODES,
    SET,
)
from letterbox.bundle.files.bpmn_picture import PICTURE
from letterbox.bundle.files.markup import (
    EXPRESSION,
    ID,
    NAME,
    NO_UNLESS_SAID,
    NUMBER,
    REFERENCE,
    REQUIRED_REFERENCE,
    STRIPPED,
    TEXT,
    WORD,
    YES_NO,
    YES_UNLESS_SAID,
    Element,
    Language,
    choice,
    one,
    some,
)

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
PREFIXES = {
    "bpmn": MODEL,
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "camunda": CAMUNDA,
    "modeler": "http://camunda.org/schema/modeler/1.0",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "bioc": "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
}

OWN_NAMESPACE = "http://letterbox.example/bpmn"
"""What a file's own elements belong to where it says nothing; the engine's schema wants it said."""

AROUND: Mapping[str, Element] = {
    "bpmn:definitions": Element(
        {
            "id": ID, "name": NAME, "targetNamespace": replace(WORD, default=OWN_NAMESPACE, is_always_written=True),
            "expressionLanguage": STRIPPED, "typeLanguage": STRIPPED, "exporter": STRIPPED, "exporterVersion": STRIPPED,
            "xsi:schemaLocation": STRIPPED, "modeler:executionPlatform": STRIPPED,
            "modeler:executionPlatformVersion": STRIPPED, **camunda(diagramRelationId=STRIPPED),
        },
        (some("bpmn:process", "bpmn:collaboration", "bpmn:message", "bpmn:signal", "bpmn:error", "bpmn:escalation",
              "bpmn:itemDefinition", "bpmn:category", "bpmn:dataStore"), some("bpmndi:BPMNDiagram")),
    ),
    "bpmn:process": Element(
        {
            **NAMED, "processType": choice("None", "Public", "Private", default="None"), "isClosed": NO_UNLESS_SAID,
            "isExecutable": YES_NO, "definitionalCollaborationRef": STRIPPED,
            **camunda(historyTimeToLive=WORD, isStartableInTasklist=YES_UNLESS_SAID, versionTag=WORD), **JOB,
            **camunda(taskPriority=EXPRESSION), **TEMPLATE,
        },
        (*HEAD, one("bpmn:ioSpecification"), some("bpmn:property"), some("bpmn:laneSet"), FLOW_ELEMENTS, ARTIFACTS),
        extensions=PROPERTIES,
    ),
    "bpmn:collaboration": Element(
        {**NAMED, "isClosed": NO_UNLESS_SAID},
        (*HEAD, some("bpmn:participant"), some("bpmn:messageFlow"), ARTIFACTS), extensions=PROPERTIES,
    ),
    "bpmn:participant": Element(
        {**NAMED, "processRef": REFERENCE, **TEMPLATE}, (*HEAD, one("bpmn:participantMultiplicity")),
        extensions=PROPERTIES,
    ),
    "bpmn:participantMultiplicity": Element({"id": ID, "minimum": NUMBER, "maximum": NUMBER}, HEAD),
    "bpmn:messageFlow": Element(
        {**NAMED, "sourceRef": REQUIRED_REFERENCE, "targetRef": REQUIRED_REFERENCE, "messageRef": REFERENCE, **TEMPLATE}, HEAD,
        extensions=PROPERTIES,
    ),
    "bpmn:laneSet": Element(NAMED, (*HEAD, some("bpmn:lane")), extensions=PROPERTIES),
    "bpmn:childLaneSet": Element(NAMED, (*HEAD, some("bpmn:lane")), extensions=PROPERTIES),
    "bpmn:lane": Element(
        NAMED, (*HEAD, some("bpmn:flowNodeRef"), one("bpmn:childLaneSet")), extensions=PROPERTIES
    ),
    "bpmn:flowNodeRef": BY_REFERENCE,
    "bpmn:sequenceFlow": Element(
        {**NAMED, "sourceRef": REFERENCE, "targetRef": REFERENCE, "isImmediate": STRIPPED, **TEMPLATE},
        (*HEAD, some("bpmn:categoryValueRef"), one("bpmn:conditionExpression")), extensions=PROPERTIES,
    ),
    "bpmn:message": Element({**NAMED, "itemRef": REFERENCE, **TEMPLATE}, HEAD, extensions=PROPERTIES),
    "bpmn:signal": Element({**NAMED, "structureRef": REFERENCE, **TEMPLATE}, HEAD, extensions=PROPERTIES),
    "bpmn:error": Element(
        {**NAMED, "errorCode": WORD, "structureRef": REFERENCE, **camunda(errorMessage=NAME), **TEMPLATE}, HEAD,
        extensions=PROPERTIES,
    ),
    "bpmn:escalation": Element(
        {**NAMED, "escalationCode": WORD, "structureRef": REFERENCE, **TEMPLATE}, HEAD, extensions=PROPERTIES
    ),
    "bpmn:itemDefinition": Element(
        {"id": ID, "structureRef": STRIPPED, "isCollection": NO_UNLESS_SAID, "itemKind": STRIPPED}, HEAD
    ),
    "bpmn:category": Element(NAMED, (*HEAD, some("bpmn:categoryValue"))),
    "bpmn:categoryValue": Element({"id": ID, "value": NAME}, HEAD),
    "bpmn:categoryValueRef": BY_REFERENCE,
    "bpmn:textAnnotation": Element({"id": ID, "textFormat": WORD, **TEMPLATE}, (*HEAD, one("bpmn:text")), extensions=PROPERTIES),
    "bpmn:text": Element({}, text=TEXT),
    "bpmn:association": Element(
        {"id": ID, "sourceRef": REQUIRED_REFERENCE, "targetRef": REQUIRED_REFERENCE,
         "associationDirection": choice("None", "One", "Both", default="None")}, HEAD, extensions=PROPERTIES,
    ),
    "bpmn:group": Element({"id": ID, "categoryValueRef": REFERENCE, **TEMPLATE}, HEAD, extensions=PROPERTIES),
    "bpmn:documentation": Element({"id": ID, "textFormat": WORD}, text=TEXT),
    "bpmn:extensionElements": Element(),
    "bpmn:incoming": BY_REFERENCE,
    "bpmn:outgoing": BY_REFERENCE,
    "bpmn:multiInstanceLoopCharacteristics": Element(
        {
            "id": ID, "isSequential": NO_UNLESS_SAID, "behavior": choice("None", "One", "All", "Complex", default="All"),
            **camunda(collection=EXPRESSION, elementVariable=WORD), **ASYNC,
        },
        (*HEAD, one("bpmn:loopCardinality"), one("bpmn:completionCondition")),
        extensions=("camunda:failedJobRetryTimeCycle",),
    ),
    "bpmn:standardLoopCharacteristics": Element(
        {"id": ID, "testBefore": NO_UNLESS_SAID, "loopMaximum": NUMBER}, HEAD
    ),
    "bpmn:dataObject": Element(ITEM.attributes, HEAD, extensions=PROPERTIES),
    "bpmn:dataObjectReference": Element(
        {**NAMED, "itemSubjectRef": REFERENCE, "dataObjectRef": REFERENCE, **TEMPLATE}, (*HEAD, one("bpmn:dataState")),
        extensions=PROPERTIES,
    ),
    "bpmn:dataStoreReference": Element(
        {**NAMED, "itemSubjectRef": REFERENCE, "dataStoreRef": REFERENCE, **TEMPLATE}, (*HEAD, one("bpmn:dataState")),
        extensions=PROPERTIES,
    ),
    "bpmn:dataStore": Element(
        {**NAMED, "capacity": NUMBER, "isUnlimited": YES_UNLESS_SAID, "itemSubjectRef": REFERENCE}, HEAD,
        extensions=PROPERTIES,
    ),
    "bpmn:dataState": Element(NAMED, HEAD),
    "bpmn:ioSpecification": Element(
        {"id": ID},
        (*HEAD, some("bpmn:dataInput"), some("bpmn:dataOutput"), some("bpmn:inputSet"), some("bpmn:outputSet")),
    ),
    "bpmn:dataInput": ITEM, "bpmn:dataOutput": ITEM,
    "bpmn:inputSet": SET, "bpmn:outputSet": SET,
    "bpmn:dataInputRefs": BY_REFERENCE, "bpmn:dataOutputRefs": BY_REFERENCE,
    "bpmn:property": Element({**NAMED, "itemSubjectRef": REFERENCE}, HEAD),
    "bpmn:dataInputAssociation": ASSOCIATION, "bpmn:dataOutputAssociation": ASSOCIATION,
    "bpmn:sourceRef": BY_REFERENCE, "bpmn:targetRef": BY_REFERENCE,
}  # fmt: skip

LANGUAGE = Language(
    root="bpmn:definitions",
    prefixes=PREFIXES,
    aliases={"http://operaton.org/schema/1.0/bpmn": CAMUNDA},
    elements={**AROUND, **NODES, **DEFINITIONS, **EXTENSION_ELEMENTS, **PICTURE},
    always_declared=("bpmn", "bpmndi", "dc", "di", "camunda", "modeler", "xsi"),
    is_own_prefix_written=True,
    hints=HINTS,
    programs=PROGRAMS,
    stamp={"modeler:executionPlatform": "Camunda Platform", "modeler:executionPlatformVersion": "7.24.0"},
)
