"""What a ``.dmn`` file may hold: decision tables of DMN 1.3, what they require, and their picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from letterbox.bundle.files.markup import (
    ID,
    NAME,
    PLACE,
    REFERENCE,
    STRIPPED,
    TEXT,
    WORD,
    YES_NO,
    Element,
    Language,
    choice,
    one,
    some,
)

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
FEEL_NAMESPACE = "https://www.omg.org/spec/DMN/20191111/FEEL/"
CAMUNDA = "http://camunda.org/schema/1.0/dmn"
PREFIXES = {
    "": MODEL,
    "dmndi": "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "dc": "http://www.omg.org/spec/DMN/20180521/DC/",
    "di": "http://www.omg.org/spec/DMN/20180521/DI/",
    "biodi": "http://bpmn.io/schema/dmn/biodi/2.0",
    "camunda": CAMUNDA,
    "modeler": "http://camunda.org/schema/modeler/1.0",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
NAMED = {"id": ID, "name": NAME, "label": NAME}
HEAD = (one("description"),)
POLICIES = choice("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER", default="UNIQUE")
FEEL = choice("feel", "", FEEL_NAMESPACE, default=FEEL_NAMESPACE)
CELL = Element({"id": ID, "expressionLanguage": FEEL}, (*HEAD, one("text")))
POINTER = Element({"href": REFERENCE})
SHAPE = {"id": ID, "dmnElementRef": REFERENCE}

ELEMENTS: Mapping[str, Element] = {
    "definitions": Element(
        {
            "id": ID, "name": NAME, "namespace": WORD, "expressionLanguage": FEEL, "typeLanguage": STRIPPED,
            "exporter": STRIPPED, "exporterVersion": STRIPPED, "xsi:schemaLocation": STRIPPED,
            "modeler:executionPlatform": STRIPPED, "modeler:executionPlatformVersion": STRIPPED,
            "camunda:diagramRelationId": STRIPPED,
        },
        (*HEAD, some("decision", "inputData", "knowledgeSource", "businessKnowledgeModel", "textAnnotation",
                     "association"), one("dmndi:DMNDI")),
    ),
    "decision": Element(
        {**NAMED, "camunda:historyTimeToLive": WORD, "camunda:versionTag": WORD},
        (*HEAD, one("question"), one("allowedAnswers"), one("variable"), some("informationRequirement"),
         some("knowledgeRequirement"), some("authorityRequirement"), one("decisionTable")),
    ),
    "question": Element({}, text=TEXT),
    "allowedAnswers": Element({}, text=TEXT),
    "description": Element({}, text=TEXT),
    "variable": Element({**NAMED, "typeRef": WORD}, HEAD),
    "inputData": Element(NAMED, (*HEAD, one("variable"))),
    "knowledgeSource": Element({**NAMED, "locationURI": STRIPPED}, (*HEAD, some("authorityRequirement"))),
    "informationRequirement": Element({"id": ID}, (*HEAD, one("requiredDecision", "requiredInput"))),
    "authorityRequirement": Element(
        {"id": ID}, (*HEAD, one("requiredDecision", "requiredInput", "requiredAuthority"))
    ),
    "requiredDecision": POINTER, "requiredInput": POINTER, "requiredAuthority": POINTER,
    "textAnnotation": Element({"id": ID, "textFormat": WORD}, (*HEAD, one("text"))),
    "association": Element(
        {"id": ID, "associationDirection": choice("None", "One", "Both", default="None")},
        (*HEAD, one("sourceRef"), one("targetRef")),
    ),
    "sourceRef": POINTER, "targetRef": POINTER,
    "decisionTable": Element(
        {
            "id": ID, "hitPolicy": replace(POLICIES, is_always_written=True),
            "aggregation": choice("SUM", "COUNT", "MIN", "MAX"), "preferredOrientation": STRIPPED, "outputLabel": NAME,
            "biodi:annotationsWidth": PLACE,
        },
        (*HEAD, some("input"), some("output"), some("annotation"), some("rule")),
    ),
    "input": Element(
        {"id": ID, "label": NAME, "camunda:inputVariable": WORD, "biodi:width": PLACE},
        (*HEAD, one("inputExpression"), one("inputValues")),
    ),
    "inputExpression": Element({"id": ID, "typeRef": WORD, "expressionLanguage": FEEL}, (*HEAD, one("text"))),
    "inputValues": CELL,
    "output": Element(
        {"id": ID, "label": NAME, "name": WORD, "typeRef": WORD, "biodi:width": PLACE},
        (*HEAD, one("outputValues")),
    ),
    "outputValues": CELL,
    "annotation": Element({"name": NAME}),
    "rule": Element({"id": ID}, (*HEAD, some("inputEntry"), some("outputEntry"), some("annotationEntry"))),
    "inputEntry": CELL, "outputEntry": CELL,
    "annotationEntry": Element({}, (one("text"),)),
    "text": Element({}, text=TEXT),
    "dmndi:DMNDI": Element({}, (some("dmndi:DMNDiagram"),)),
    "dmndi:DMNDiagram": Element(
        {"id": ID, "name": STRIPPED}, (one("dmndi:Size"), some("dmndi:DMNShape", "dmndi:DMNEdge"))
    ),
    "dmndi:Size": Element({"width": PLACE, "height": PLACE}),
    "dmndi:DMNShape": Element(
        {**SHAPE, "isListedInputData": YES_NO, "isCollapsed": YES_NO}, (one("dc:Bounds"), one("dmndi:DMNLabel"))
    ),
    "dmndi:DMNEdge": Element(
        {**SHAPE, "sourceElement": REFERENCE, "targetElement": REFERENCE}, (some("di:waypoint"), one("dmndi:DMNLabel"))
    ),
    "dmndi:DMNLabel": Element({"id": ID}, (one("dc:Bounds"), one("dmndi:Text"))),
    "dmndi:Text": Element({}, text=TEXT),
    "dc:Bounds": Element({"height": PLACE, "width": PLACE, "x": PLACE, "y": PLACE}),
    "di:waypoint": Element({"x": PLACE, "y": PLACE}),
}  # fmt: skip

_TABLE = "只支持决策表，请改用决策表"
LANGUAGE = Language(
    root="definitions",
    prefixes=PREFIXES,
    aliases={"http://operaton.org/schema/1.0/dmn": CAMUNDA},
    elements=ELEMENTS,
    always_declared=("", "dmndi", "dc", "biodi", "camunda", "modeler"),
    is_own_prefix_written=False,
    hints={
        "literalExpression": _TABLE,
        "invocation": _TABLE,
        "context": _TABLE,
        "functionDefinition": _TABLE,
        "relation": _TABLE,
        "list": _TABLE,
        "businessKnowledgeModel": _TABLE,
        "decisionService": _TABLE,
        "defaultOutputEntry": "不支持默认输出，请加一行兜底的规则",
        "import": "不支持引用别的文件",
    },
    programs=frozenset(),
    stamp={"modeler:executionPlatform": "Camunda Platform", "modeler:executionPlatformVersion": "7.24.0"},
)
