"""What a ``.bpmn`` file may hold of steps, gateways and events, with the engine's own attributes on them."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.bundle.files.bpmn_extensions import ASYNC, IN_OUT, PROPERTIES, TEMPLATE, camunda
from letterbox.bundle.files.markup import (
    EXPRESSION,
    ID,
    NAME,
    NO_UNLESS_SAID,
    NUMBER,
    REFERENCE,
    REQUIRED_NAME,
    REQUIRED_REFERENCE,
    STRIPPED,
    TYPE,
    WORD,
    YES_UNLESS_SAID,
    Element,
    Part,
    Value,
    choice,
    one,
    some,
)

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
Attributes = Mapping[str, Value]
NAMED: Attributes = {"id": ID, "name": NAME}
HEAD = (some("bpmn:documentation"), one("bpmn:extensionElements"))
NODE_HEAD = (*HEAD, some("bpmn:categoryValueRef"), some("bpmn:incoming"), some("bpmn:outgoing"))
DATA = (
    one("bpmn:ioSpecification"),
    some("bpmn:property"),
    some("bpmn:dataInputAssociation"),
    some("bpmn:dataOutputAssociation"),
)
LOOP = one("bpmn:multiInstanceLoopCharacteristics", "bpmn:standardLoopCharacteristics")
EVENTS = tuple(
    f"bpmn:{kind}EventDefinition"
    for kind in (
        "message",
        "timer",
        "signal",
        "error",
        "escalation",
        "conditional",
        "link",
        "compensate",
        "cancel",
        "terminate",
    )
)
TASKS = ("task", "userTask", "serviceTask", "sendTask", "receiveTask", "manualTask", "businessRuleTask")
GATEWAYS = ("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway")
CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")
THROWING = ("intermediateThrowEvent", "endEvent")
CONTAINERS = ("subProcess", "transaction")
FLOW_NODES = (*TASKS, *GATEWAYS, *CATCHING, *THROWING, *CONTAINERS, "callActivity")
FLOW_ELEMENTS = some(
    *(
        f"bpmn:{name}"
        for name in (*FLOW_NODES, "sequenceFlow", "dataObject", "dataObjectReference", "dataStoreReference")
    )
)
ARTIFACTS = some("bpmn:textAnnotation", "bpmn:association", "bpmn:group")
IO_PARAMETERS = (*PROPERTIES, "camunda:inputOutput")
ACTIVITY_EXTENSIONS = (*IO_PARAMETERS, "camunda:failedJobRetryTimeCycle")


def _activity(own: Attributes, engine: Attributes, *order: Part, extensions: tuple[str, ...] = ()) -> Element:
    attributes = {
        **NAMED,
        **own,
        "default": REFERENCE,
        "isForCompensation": NO_UNLESS_SAID,
        "startQuantity": Value(NUMBER.what, default="1"),
        "completionQuantity": Value(NUMBER.what, default="1"),
        **ASYNC,
        **engine,
        **TEMPLATE,
    }
    return Element(attributes, (*NODE_HEAD, *DATA, LOOP, *order), extensions=(*ACTIVITY_EXTENSIONS, *extensions))


def _task(engine: Attributes, own: Attributes | None = None, extensions: tuple[str, ...] = ()) -> Element:
    return _activity({**(own or {}), "implementation": STRIPPED}, engine, extensions=extensions)


def _gateway(**own: Value) -> Element:
    attributes = {**NAMED, **own, "gatewayDirection": STRIPPED, **ASYNC, **TEMPLATE}
    return Element(attributes, NODE_HEAD, extensions=(*PROPERTIES, "camunda:failedJobRetryTimeCycle"))


def _catching(engine: Attributes | None = None, **own: Value) -> Element:
    order = (
        *NODE_HEAD,
        some("bpmn:property"),
        some("bpmn:dataOutput"),
        some("bpmn:dataOutputAssociation"),
        one("bpmn:outputSet"),
        some(*EVENTS),
    )
    attributes = {**NAMED, **own, "parallelMultiple": NO_UNLESS_SAID, **ASYNC, **(engine or {}), **TEMPLATE}
    return Element(attributes, order, extensions=ACTIVITY_EXTENSIONS)


def _throwing() -> Element:
    order = (
        *NODE_HEAD,
        some("bpmn:property"),
        some("bpmn:dataInput"),
        some("bpmn:dataInputAssociation"),
        one("bpmn:inputSet"),
        some(*EVENTS),
    )
    return Element({**NAMED, **ASYNC, **TEMPLATE}, order, extensions=ACTIVITY_EXTENSIONS)


def _container(**own: Value) -> Element:
    inside = (some("bpmn:laneSet"), FLOW_ELEMENTS, ARTIFACTS)
    return _activity({**own, "triggeredByEvent": NO_UNLESS_SAID}, {}, *inside)


def _event(*order: Part, extensions: tuple[str, ...] = (), **own: Value) -> Element:
    return Element({"id": ID, **own}, (*HEAD, *order), extensions=extensions)


EXTERNAL = {"type": choice("external"), "topic": WORD, "taskPriority": EXPRESSION}
FORMAL = Element({"xsi:type": TYPE, "id": ID}, text=EXPRESSION)
BY_REFERENCE = Element({}, text=REFERENCE)
ASSOCIATION = Element({"id": ID}, (*HEAD, some("bpmn:sourceRef"), one("bpmn:targetRef")), extensions=())
ITEM = Element({**NAMED, "itemSubjectRef": REFERENCE, "isCollection": NO_UNLESS_SAID}, HEAD)
SET = Element(NAMED, (*HEAD, some("bpmn:dataInputRefs"), some("bpmn:dataOutputRefs")))

NODES: Mapping[str, Element] = {
    "bpmn:task": _task({}),
    "bpmn:manualTask": _task({}),
    "bpmn:userTask": _task(
        camunda(
            formRef=WORD, formRefBinding=choice("deployment", "latest", "version"), assignee=EXPRESSION,
            candidateUsers=EXPRESSION, candidateGroups=EXPRESSION, dueDate=EXPRESSION, followUpDate=EXPRESSION,
            priority=EXPRESSION,
        )
    ),
    "bpmn:serviceTask": _task(camunda(**EXTERNAL), extensions=("camunda:errorEventDefinition",)),
    "bpmn:sendTask": _task(camunda(**EXTERNAL), {"messageRef": REFERENCE}, ("camunda:errorEventDefinition",)),
    "bpmn:receiveTask": _task({}, {"messageRef": REFERENCE, "instantiate": NO_UNLESS_SAID}),
    "bpmn:businessRuleTask": _task(
        camunda(
            **EXTERNAL, decisionRef=WORD, decisionRefBinding=choice("deployment", "latest", "version", "versionTag"),
            mapDecisionResult=choice("singleEntry", "singleResult", "collectEntries", "resultList"), resultVariable=WORD,
        )
    ),
    "bpmn:callActivity": _activity(
        {"calledElement": WORD},
        camunda(
            calledElementBinding=choice("deployment", "latest", "version", "versionTag"), calledElementVersion=WORD,
        ),
        extensions=IN_OUT,
    ),
    "bpmn:subProcess": _container(),
    "bpmn:transaction": _container(method=STRIPPED),
    "bpmn:exclusiveGateway": _gateway(default=REFERENCE),
    "bpmn:inclusiveGateway": _gateway(default=REFERENCE),
    "bpmn:parallelGateway": _gateway(),
    "bpmn:eventBasedGateway": _gateway(
        instantiate=NO_UNLESS_SAID, eventGatewayType=choice("Exclusive", "Parallel", default="Exclusive")
    ),
    "bpmn:startEvent": _catching(camunda(initiator=WORD), isInterrupting=YES_UNLESS_SAID),
    "bpmn:intermediateCatchEvent": _catching(),
    "bpmn:boundaryEvent": _catching(cancelActivity=YES_UNLESS_SAID, attachedToRef=REQUIRED_REFERENCE),
    "bpmn:intermediateThrowEvent": _throwing(),
    "bpmn:endEvent": _throwing(),
}  # fmt: skip

DEFINITIONS: Mapping[str, Element] = {
    "bpmn:messageEventDefinition": Element(
        {"id": ID, "messageRef": REFERENCE, **camunda(**EXTERNAL)}, (*HEAD, one("bpmn:operationRef")),
        extensions=PROPERTIES,
    ),
    "bpmn:timerEventDefinition": _event(
        one("bpmn:timeDate"), one("bpmn:timeDuration"), one("bpmn:timeCycle"), extensions=PROPERTIES
    ),
    "bpmn:signalEventDefinition": Element(
        {"id": ID, "signalRef": REFERENCE, **camunda(**{"async": NO_UNLESS_SAID})}, HEAD,
        extensions=("camunda:in", *PROPERTIES),
    ),
    "bpmn:errorEventDefinition": Element(
        {"id": ID, "errorRef": REFERENCE, **camunda(errorCodeVariable=WORD, errorMessageVariable=WORD)}, HEAD
    ),
    "bpmn:escalationEventDefinition": Element(
        {"id": ID, "escalationRef": REFERENCE, **camunda(escalationCodeVariable=WORD)}, HEAD
    ),
    "bpmn:conditionalEventDefinition": Element(
        {"id": ID, **camunda(variableName=WORD, variableEvents=WORD)}, (*HEAD, one("bpmn:condition", least=1))
    ),
    "bpmn:linkEventDefinition": _event(some("bpmn:source"), one("bpmn:target"), name=REQUIRED_NAME),
    "bpmn:compensateEventDefinition": _event(activityRef=REFERENCE, waitForCompletion=YES_UNLESS_SAID),
    "bpmn:cancelEventDefinition": _event(),
    "bpmn:terminateEventDefinition": _event(),
    "bpmn:timeDate": FORMAL, "bpmn:timeDuration": FORMAL, "bpmn:timeCycle": FORMAL, "bpmn:condition": FORMAL,
    "bpmn:conditionExpression": FORMAL, "bpmn:loopCardinality": FORMAL, "bpmn:completionCondition": FORMAL,
    "bpmn:source": BY_REFERENCE, "bpmn:target": BY_REFERENCE,
}  # fmt: skip
