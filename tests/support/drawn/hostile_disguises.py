"""The same as in ``hostile``, outside the process or written so that another reader sees something else."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.drawn.hostile_parts import diagram, service_task, user_task


def disguises(code: str) -> Iterator[tuple[str, bytes]]:
    """Name of the way, the diagram."""
    yield from _outside(code)
    yield from _disguised(code)
    yield from _misplaced(code)


def _outside(code: str) -> Iterator[tuple[str, bytes]]:
    """Outside the process: what its events point to."""
    signal = f'<bpmn:signal id="Signal_1" name="S-{code}"/>'
    thrown = '<bpmn:signalEventDefinition signalRef="Signal_1"/>'
    yield (
        "signal",
        diagram(f'<bpmn:intermediateThrowEvent id="Task_Step">{thrown}</bpmn:intermediateThrowEvent>', outside=signal),
    )
    message = f'<bpmn:message id="Message_1" name="{code}"/>'
    yield "message", diagram('<bpmn:receiveTask id="Task_Step" messageRef="Message_1"/>', outside=message)
    yield "error message", diagram(outside=f'<bpmn:error id="Error_1" errorCode="1" camunda:errorMessage="{code}"/>')
    yield (
        "import",
        diagram(
            outside='<bpmn:import importType="http://schemas.xmlsoap.org/wsdl/" location="http://127.0.0.1:1/x" namespace="urn:x"/>'
        ),
    )
    yield (
        "interface",
        diagram(
            outside='<bpmn:interface id="i" name="java.lang.Runtime"><bpmn:operation id="o" name="exec">'
            "<bpmn:inMessageRef>Message_1</bpmn:inMessageRef></bpmn:operation></bpmn:interface>"
            '<bpmn:message id="Message_1" name="m"/>'
        ),
    )


def _disguised(code: str) -> Iterator[tuple[str, bytes]]:
    """The same again, written so that another reader sees something else."""
    entity = code.replace("$", "&#36;")
    yield "character references", diagram(user_task(name=entity))
    yield (
        "character data",
        diagram(user_task(f"<bpmn:documentation><![CDATA[{code.replace('&quot;', chr(34))}]]></bpmn:documentation>")),
    )
    doctype = b'<!DOCTYPE d [<!ENTITY p "' + code.encode().replace(b"&quot;", b"&#34;") + b'">]>'
    named = diagram(user_task(name="&p;"))
    yield "an entity", named.replace(b"?>", b"?>" + doctype, 1)
    attributes = b'<!DOCTYPE d [<!ATTLIST bpmn:serviceTask camunda:type CDATA "shell">]>'
    yield "an attribute of the document type", diagram(service_task("")).replace(b"?>", b"?>" + attributes, 1)
    yield (
        "another prefix",
        diagram(user_task(x__assignee=code)).replace(
            b"xmlns:zz", b'xmlns:x="http://camunda.org/schema/1.0/bpmn" xmlns:zz'
        ),
    )
    yield "UTF-16", diagram(user_task(name=code)).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    yield (
        "two documentations",
        diagram(
            user_task(f"<bpmn:documentation>ok</bpmn:documentation><bpmn:documentation>{code}</bpmn:documentation>")
        ),
    )


def _misplaced(code: str) -> Iterator[tuple[str, bytes]]:
    """In a place or depth that nobody looks at."""
    yield (
        "a condition of another namespace",
        diagram(condition=f"<zz:conditionExpression>{code}</zz:conditionExpression>"),
    )
    yield "a foreign element among ours", diagram(service_task("", "<zz:extensionElements/>"))
    yield (
        "inside a sub-process",
        diagram(
            '<bpmn:subProcess id="Task_Step"><bpmn:startEvent id="s"/>'
            f'<bpmn:userTask id="deep" name="{code}"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="deep"/></bpmn:subProcess>'
        ),
    )
    yield "a long nest", diagram(user_task(camunda__assignee="${" + "(" * 900 + "a" + ")" * 900 + "}"))
    yield "a very long nest", diagram(user_task(camunda__assignee="${" + "(" * 30000 + "a" + ")" * 30000 + "}"))
    yield (
        "in a lane's name",
        diagram(
            process="",
            start='<bpmn:laneSet id="ls"><bpmn:lane id="l" name="'
            + code
            + '"/></bpmn:laneSet><bpmn:startEvent id="Event_Start"/>',
        ),
    )
