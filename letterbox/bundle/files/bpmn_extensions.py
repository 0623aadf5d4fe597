"""The engine's own attributes and elements that a diagram may hold, and those that are met and refused."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.bundle.files.markup import (
    EXPRESSION,
    ID,
    NO_UNLESS_SAID,
    RETRIES,
    TEXT,
    WORD,
    YES_UNLESS_SAID,
    Element,
    Value,
    choice,
    some,
)


def camunda(**values: Value) -> dict[str, Value]:
    """The engine's attributes by their full names."""
    return {f"camunda:{name}": value for name, value in values.items()}


JOB = camunda(jobPriority=EXPRESSION)
ASYNC = {**camunda(asyncBefore=NO_UNLESS_SAID, asyncAfter=NO_UNLESS_SAID, exclusive=YES_UNLESS_SAID), **JOB}
TEMPLATE = camunda(modelerTemplate=WORD, modelerTemplateVersion=WORD, modelerTemplateIcon=TEXT)
"""What the modeler writes of the template that a step was made from."""
PROPERTIES = ("camunda:properties",)
IN_OUT = ("camunda:in", "camunda:out")
BUSINESS_KEY = choice("#{execution.processBusinessKey}", "${execution.processBusinessKey}")
HANDOVER = {
    "businessKey": BUSINESS_KEY,
    "source": WORD,
    "sourceExpression": EXPRESSION,
    "variables": choice("all"),
    "target": WORD,
    "local": NO_UNLESS_SAID,
}

EXTENSION_ELEMENTS: Mapping[str, Element] = {
    "camunda:properties": Element({}, (some("camunda:property"),)),
    "camunda:property": Element({"id": ID, "name": WORD, "value": TEXT}),
    "camunda:inputOutput": Element({}, (some("camunda:inputParameter", "camunda:outputParameter"),)),
    "camunda:inputParameter": Element({"name": WORD}, text=EXPRESSION),
    "camunda:outputParameter": Element({"name": WORD}, text=EXPRESSION),
    "camunda:in": Element(HANDOVER),
    "camunda:out": Element({key: value for key, value in HANDOVER.items() if key != "businessKey"}),
    "camunda:failedJobRetryTimeCycle": Element({}, text=RETRIES),
    "camunda:errorEventDefinition": Element({"id": ID, "errorRef": Value(WORD.what), "expression": EXPRESSION}),
}

PROGRAMS = frozenset(
    {
        "bpmn:scriptTask", "bpmn:script", "camunda:script", "camunda:connector", "camunda:connectorId",
        "camunda:executionListener", "camunda:taskListener", "camunda:field", "camunda:class",
        "camunda:delegateExpression", "camunda:expression", "camunda:resource", "camunda:variableMappingClass",
        "camunda:variableMappingDelegateExpression", "camunda:formHandlerClass", "camunda:scriptFormat",
        "camunda:constraint", "camunda:validation", "bpmn:formalExpression", "bpmn:transformation", "bpmn:assignment",
        "language", "evaluatesToTypeRef", "scriptFormat",
    }
)  # fmt: skip
"""What would run a program or an expression of another language, wherever it stands."""

_FORM = "请用表单设计器做表单，并在任务上填写表单标识（formRef）"
_PEOPLE = "由谁办理请写在候选组（candidateGroups）里"
HINTS: Mapping[str, str] = {
    "camunda:formKey": _FORM, "camunda:formData": _FORM, "camunda:formField": _FORM, "camunda:formRefVersion": _FORM,
    "bpmn:potentialOwner": _PEOPLE, "bpmn:humanPerformer": _PEOPLE, "bpmn:performer": _PEOPLE,
    "bpmn:resourceRole": _PEOPLE,
    "bpmn:complexGateway": "引擎不支持复杂网关，请用排他、并行或者包容网关",
    "bpmn:adHocSubProcess": "引擎不支持自由子流程，请改用普通子流程",
    "bpmn:choreography": "引擎不支持编排图，请只画协作图",
    "bpmn:globalUserTask": "引擎不支持全局任务，请把任务画在流程里",
    "bpmn:multipleEventDefinition": "一个事件只能有一种触发方式",
    "camunda:list": "输入输出参数只能是文字", "camunda:map": "输入输出参数只能是文字",
}  # fmt: skip
