"""Tiny processes for trying the engine client: what the product's own diagrams should not have to contain."""

from __future__ import annotations

import json

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests">'
)


def process(key: str, body: str, extra: str = "") -> bytes:
    """One executable process ``key``; ``extra`` holds messages and errors."""
    return (
        f'{HEAD}{extra}<process id="{key}" name="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">'
        f"{body}</process></definitions>"
    ).encode()


def flows(*ends: tuple[str, str]) -> str:
    return "".join(
        f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(ends)
    )


def one_external_task(key: str) -> bytes:
    """Start → external task of topic ``${topic}`` and priority ``${priority}`` → end; catches NotOurDuty."""
    return process(
        key,
        '<startEvent id="s"/>'
        '<serviceTask id="Task_Work" camunda:type="external" camunda:topic="${topic}" camunda:taskPriority="${priority}"/>'
        '<boundaryEvent id="b" attachedToRef="Task_Work"><errorEventDefinition errorRef="e"/></boundaryEvent>'
        '<endEvent id="done"/><endEvent id="End_NotOurs"/>'
        + flows(("s", "Task_Work"), ("Task_Work", "done"), ("b", "End_NotOurs")),
        '<error id="e" errorCode="NotOurDuty"/>',
    )


def desk(key: str) -> bytes:
    """Start → Task_First (form, due ``${dueAt}``, groups screener and ``unit_handler@${leadUnit}``) → wait for the message
    ``GoOn`` or a timer at ``${dueAt}`` → Task_Second, completing which fails unless ``outcome`` is set → end.
    """
    return process(
        key,
        '<startEvent id="s"/>'
        '<userTask id="Task_First" name="甄别来信" camunda:formRef="first-form" camunda:formRefBinding="deployment" '
        'camunda:asyncAfter="true" camunda:candidateGroups="screener,unit_handler@${leadUnit}" camunda:dueDate="${dueAt}"/>'
        '<eventBasedGateway id="g"/>'
        '<intermediateCatchEvent id="c" camunda:asyncAfter="true"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
        '<intermediateCatchEvent id="Timer_Due"><timerEventDefinition>'
        '<timeDate xsi:type="tFormalExpression">${dueAt}</timeDate></timerEventDefinition></intermediateCatchEvent>'
        '<userTask id="Task_Second" camunda:candidateGroups="reviewer"/>'
        '<exclusiveGateway id="x" default="fd"/><endEvent id="end"/>'
        '<sequenceFlow id="fy" sourceRef="x" targetRef="end"><conditionExpression xsi:type="tFormalExpression">'
        "${outcome == 'pass'}</conditionExpression></sequenceFlow>"
        '<sequenceFlow id="fd" sourceRef="x" targetRef="Task_Second"/>'
        + flows(
            ("s", "Task_First"),
            ("Task_First", "g"),
            ("g", "c"),
            ("g", "Timer_Due"),
            ("c", "Task_Second"),
            ("Timer_Due", "Task_Second"),
            ("Task_Second", "x"),
        ),
        '<message id="m" name="GoOn"/>',
    )


FIRST_FORM = json.dumps(
    {"id": "first-form", "type": "default", "schemaVersion": 16, "components": [{"type": "textfield", "key": "note"}]}
).encode()

TABLE = (
    (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="tests">'
        '<decision id="days-by-kind" name="days"><decisionTable id="t" hitPolicy="COLLECT">'
        '<input id="i"><inputExpression id="ie" typeRef="string"><text>kind</text></inputExpression></input>'
        '<output id="o" name="days" typeRef="integer"/>'
        '<rule id="r1"><inputEntry id="a"><text>"reply"</text></inputEntry><outputEntry id="b"><text>5</text></outputEntry></rule>'
        '<rule id="r2"><inputEntry id="c"><text></text></inputEntry><outputEntry id="e"><text>1</text></outputEntry></rule>'
        "</decisionTable></decision></definitions>"
    )
    .replace('<decision id="days-by-kind"', '<decision id="days-by-kind" camunda:historyTimeToLive="P1D"')
    .replace('<definitions xmlns="https', '<definitions xmlns:camunda="http://camunda.org/schema/1.0/dmn" xmlns="https')
    .encode()
)
