"""A small diagram of which each part can be replaced: what ``hostile`` builds its ways from."""

from __future__ import annotations

DEFINITIONS = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:op="http://operaton.org/schema/1.0/bpmn"'
    ' xmlns:activiti="http://activiti.org/bpmn" xmlns:zz="urn:zz" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' targetNamespace="urn:hostile">'
)
TASK = '<bpmn:userTask id="Task_Step" name="办理"/>'


def payload(marker: str) -> str:
    """An expression that, evaluated without a guard, writes the file ``marker``."""
    script = f"new File('{marker}').text = 'ran'; 'x'"
    return f"${{''.getClass().forName('groovy.lang.GroovyShell').newInstance().evaluate(&quot;{script}&quot;)}}"


def diagram(step: str = TASK, *, process: str = "", condition: str = "", start: str = "", outside: str = "") -> bytes:
    """Start, one step (its id is ``Task_Step``), end; each part can be replaced."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>{DEFINITIONS}{outside}"
        f'<bpmn:process id="HostileProcess" isExecutable="true" camunda:historyTimeToLive="P1D" {process}>'
        f"{start or '<bpmn:startEvent id=' + chr(34) + 'Event_Start' + chr(34) + '/>'}"
        f'{step}<bpmn:endEvent id="Event_End"/>'
        f'<bpmn:sequenceFlow id="Flow_1" sourceRef="Event_Start" targetRef="Task_Step">{condition}</bpmn:sequenceFlow>'
        '<bpmn:sequenceFlow id="Flow_2" sourceRef="Task_Step" targetRef="Event_End"/>'
        "</bpmn:process></bpmn:definitions>"
    ).encode()


def user_task(inside: str = "", **attributes: str) -> str:
    said = " ".join(f'{name.replace("__", ":")}="{value}"' for name, value in attributes.items())
    return f'<bpmn:userTask id="Task_Step" {said}>{inside}</bpmn:userTask>'


def service_task(said: str, inside: str = "") -> str:
    return f'<bpmn:serviceTask id="Task_Step" {said}>{inside}</bpmn:serviceTask>'


def box(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def condition(text: str, said: str = "") -> str:
    return f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression" {said}>{text}</bpmn:conditionExpression>'
