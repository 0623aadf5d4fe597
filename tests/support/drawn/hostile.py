"""Diagrams and tables that try to run code in the engine, or to read what is not theirs: each one way to do it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from tests.support.drawn.hostile_disguises import disguises
from tests.support.drawn.hostile_parts import box, condition, diagram, payload, service_task, user_task


def diagrams(marker: str) -> dict[str, bytes]:
    """Name of the way → the diagram."""
    code = payload(marker)
    ways = (
        _as_found(code),
        _expressions(code),
        _data(code),
        _timers_and_groups(code),
        _programs(marker),
        _listeners(marker, code),
        _classes(code),
        _forms(code),
        _scopes(),
        disguises(code),
    )
    return dict(chain(*ways))


def _as_found(code: str) -> Iterator[tuple[str, bytes]]:
    """The four of the security review."""
    yield "documentation", diagram(user_task(f"<bpmn:documentation>{code}</bpmn:documentation>"))
    yield "name", diagram(user_task(name=f"甄别来信{code}"))
    yield "condition with a comment", diagram(condition=condition(f"{code}<!-- x -->"))
    yield "condition with an instruction", diagram(condition=condition(f"{code}<?p?>"))
    field = box('<camunda:field name="command" stringValue="touch"/>')
    yield (
        "shell behind another namespace",
        diagram(service_task('camunda:type="shell" camunda:topic="classify-letter" zz:type="external"', field)),
    )


def _expressions(code: str) -> Iterator[tuple[str, bytes]]:
    """Every place where the engine evaluates one."""
    for name in ("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority", "formRef"):
        more = {"camunda__formRefBinding": "latest"} if name == "formRef" else {}
        yield f"user task {name}", diagram(user_task(**{f"camunda__{name}": code}, **more))
    yield "job priority", diagram(user_task(camunda__asyncBefore="true", camunda__jobPriority=code))
    yield "topic", diagram(service_task(f'camunda:type="external" camunda:topic="{code}"'))
    yield (
        "task priority",
        diagram(service_task(f'camunda:type="external" camunda:topic="t" camunda:taskPriority="{code}"')),
    )
    yield "called element", diagram(f'<bpmn:callActivity id="Task_Step" calledElement="{code}"/>')
    for name in ("calledElementVersion", "calledElementVersionTag"):
        said = f'calledElement="X" camunda:calledElementBinding="version" camunda:{name}="{code}"'
        yield name, diagram(f'<bpmn:callActivity id="Task_Step" {said}/>')
    for mapping in (
        f'<camunda:in businessKey="{code}"/>',
        f'<camunda:in sourceExpression="{code}" target="x"/>',
        f'<camunda:out sourceExpression="{code}" target="x"/>',
        f'<camunda:in source="{code}" target="x"/>',
    ):
        called = f'<bpmn:callActivity id="Task_Step" calledElement="X">{box(mapping)}</bpmn:callActivity>'
        yield f"mapping {mapping[9:26]}", diagram(called)
    decided = f'camunda:decisionRef="{code}"'
    yield "decision", diagram(f'<bpmn:businessRuleTask id="Task_Step" {decided}/>')
    yield (
        "retry cycle",
        diagram(
            user_task(
                box(f"<camunda:failedJobRetryTimeCycle>{code}</camunda:failedJobRetryTimeCycle>"),
                camunda__asyncBefore="true",
            )
        ),
    )


def _data(code: str) -> Iterator[tuple[str, bytes]]:
    """Parameters and loops."""
    for way in ("input", "output"):
        mapped = f'<camunda:inputOutput><camunda:{way}Parameter name="x">{code}</camunda:{way}Parameter></camunda:inputOutput>'
        yield f"{way} parameter", diagram(user_task(box(mapped)))
    for loop in ("loopCardinality", "completionCondition"):
        said = f"<bpmn:{loop}>{code}</bpmn:{loop}>"
        base = "" if loop == "loopCardinality" else "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
        inside = f"<bpmn:multiInstanceLoopCharacteristics>{base}{said}</bpmn:multiInstanceLoopCharacteristics>"
        yield loop, diagram(user_task(inside))
    looped = f'<bpmn:multiInstanceLoopCharacteristics camunda:collection="{code}" camunda:elementVariable="x"/>'
    yield "collection", diagram(user_task(looped))


def _timers_and_groups(code: str) -> Iterator[tuple[str, bytes]]:
    """Instants, conditions and groups."""
    for timer in ("timeDate", "timeDuration", "timeCycle"):
        inside = f"<bpmn:timerEventDefinition><bpmn:{timer}>{code}</bpmn:{timer}></bpmn:timerEventDefinition>"
        yield timer, diagram(f'<bpmn:intermediateCatchEvent id="Task_Step">{inside}</bpmn:intermediateCatchEvent>')
    started = f"<bpmn:timerEventDefinition><bpmn:timeDate>{code}</bpmn:timeDate></bpmn:timerEventDefinition>"
    yield "timer at the start", diagram(start=f'<bpmn:startEvent id="Event_Start">{started}</bpmn:startEvent>')
    waited = (
        f"<bpmn:conditionalEventDefinition><bpmn:condition>{code}</bpmn:condition></bpmn:conditionalEventDefinition>"
    )
    yield (
        "conditional event",
        diagram(f'<bpmn:intermediateCatchEvent id="Task_Step">{waited}</bpmn:intermediateCatchEvent>'),
    )
    yield "candidate starters", diagram(process=f'camunda:candidateStarterGroups="{code}"')
    performer = "<bpmn:{0}><bpmn:resourceAssignmentExpression><bpmn:formalExpression>{1}</bpmn:formalExpression>"
    performer += "</bpmn:resourceAssignmentExpression></bpmn:{0}>"
    for kind in ("humanPerformer", "potentialOwner"):
        yield kind, diagram(user_task(performer.format(kind, code)))


def _programs(marker: str) -> Iterator[tuple[str, bytes]]:
    """Whatever runs a program, a class or a bean."""
    groovy = f"new File('{marker}').text = 'ran'"
    for language in ("groovy", "javascript", "feel", "juel"):
        script = f"<bpmn:script>{groovy}</bpmn:script>"
        yield (
            f"script task {language}",
            diagram(f'<bpmn:scriptTask id="Task_Step" scriptFormat="{language}">{script}</bpmn:scriptTask>'),
        )
        yield f"condition in {language}", diagram(condition=condition(groovy, f'language="{language}"'))


def _listeners(marker: str, code: str) -> Iterator[tuple[str, bytes]]:
    """Scripts in parameters, listeners."""
    groovy = f"new File('{marker}').text = 'ran'"
    script = f'<camunda:script scriptFormat="groovy">{groovy}</camunda:script>'
    for way in ("input", "output"):
        mapped = f'<camunda:inputOutput><camunda:{way}Parameter name="x">{script}</camunda:{way}Parameter></camunda:inputOutput>'
        yield f"script as {way} parameter", diagram(user_task(box(mapped)))
    for inside in (
        f"<camunda:list>{script}</camunda:list>",
        f"<camunda:list><camunda:value>{code}</camunda:value></camunda:list>",
        f'<camunda:map><camunda:entry key="k">{script}</camunda:entry></camunda:map>',
    ):
        mapped = f'<camunda:inputOutput><camunda:inputParameter name="x">{inside}</camunda:inputParameter></camunda:inputOutput>'
        yield f"inside a parameter {inside[9:30]}", diagram(user_task(box(mapped)))
    for kind, event in (("executionListener", "start"), ("taskListener", "create")):
        for how in (f'expression="{code}"', 'class="java.lang.Object"', f'delegateExpression="{code}"'):
            listener = f'<camunda:{kind} event="{event}" {how}/>'
            yield f"{kind} by {how[:10]}", diagram(user_task(box(listener)))
        yield f"{kind} by script", diagram(user_task(box(f'<camunda:{kind} event="{event}">{script}</camunda:{kind}>')))
    yield (
        "timeout listener",
        diagram(
            user_task(
                box(
                    f'<camunda:taskListener id="l" event="timeout" expression="{code}"><bpmn:timerEventDefinition>'
                    "<bpmn:timeDuration>PT1S</bpmn:timeDuration></bpmn:timerEventDefinition></camunda:taskListener>"
                )
            )
        ),
    )


def _classes(code: str) -> Iterator[tuple[str, bytes]]:
    """Classes, beans, shells and connectors."""
    for said in (
        f'camunda:expression="{code}" camunda:resultVariable="x"',
        f'camunda:delegateExpression="{code}"',
        'camunda:class="org.springframework.context.support.FileSystemXmlApplicationContext"',
        'camunda:type="mail"',
        'camunda:type="shell"',
        f'op:expression="{code}"',
        'op:type="shell"',
        f'activiti:expression="{code}"',
        'activiti:type="shell"',
        'camunda:type="external " camunda:topic="t"',
    ):
        yield f"service task {said[:34]}", diagram(service_task(said))
    connector = "<camunda:connector><camunda:connectorId>http-connector</camunda:connectorId></camunda:connector>"
    yield "connector", diagram(service_task("", box(connector)))
    for space in ("zz", "op"):
        yield f"{space} connector", diagram(service_task("", box(connector.replace("camunda:", f"{space}:"))))
    yield "send task with a class", diagram('<bpmn:sendTask id="Task_Step" camunda:class="java.lang.Object"/>')
    yield "decision by expression", diagram(f'<bpmn:businessRuleTask id="Task_Step" camunda:expression="{code}"/>')
    thrown = f'<bpmn:messageEventDefinition id="d" camunda:expression="{code}"/>'
    yield (
        "throwing event",
        diagram(f'<bpmn:intermediateThrowEvent id="Task_Step">{thrown}</bpmn:intermediateThrowEvent>'),
    )
    for name, value in (("variableMappingClass", "java.lang.Object"), ("variableMappingDelegateExpression", code)):
        yield name, diagram(f'<bpmn:callActivity id="Task_Step" calledElement="X" camunda:{name}="{value}"/>')
    yield "called case", diagram('<bpmn:callActivity id="Task_Step" camunda:caseRef="X"/>')


def _forms(code: str) -> Iterator[tuple[str, bytes]]:
    """Fields, forms and errors."""
    field = box(f'<camunda:field name="x"><camunda:expression>{code}</camunda:expression></camunda:field>')
    yield "field", diagram(service_task('camunda:type="external" camunda:topic="t"', field))
    yield "form handler", diagram(user_task(camunda__formHandlerClass="java.lang.Object"))
    yield (
        "form handler at the start",
        diagram(start='<bpmn:startEvent id="Event_Start" camunda:formHandlerClass="java.lang.Object"/>'),
    )
    validated = '<camunda:formData><camunda:formField id="f" type="string"><camunda:validation><camunda:constraint'
    validated += (
        ' name="validator" config="java.lang.Object"/></camunda:validation></camunda:formField></camunda:formData>'
    )
    yield "form validator", diagram(user_task(box(validated)))
    given = f'<camunda:formData><camunda:formField id="f" type="string" defaultValue="{code}"/></camunda:formData>'
    yield "form default", diagram(user_task(box(given)))
    yield (
        "form property at the start",
        diagram(
            start='<bpmn:startEvent id="Event_Start">'
            + box(f'<activiti:formProperty id="f" expression="{code}"/>')
            + "</bpmn:startEvent>"
        ),
    )
    yield "form with a program", diagram(user_task(camunda__formKey="embedded:deployment:form.html"))
    failing = f'<camunda:errorEventDefinition errorRef="Error_1" expression="{code}"/>'
    outside = '<bpmn:error id="Error_1" errorCode="1"/>'
    said = 'camunda:type="external" camunda:topic="t"'
    yield "error of an external task", diagram(service_task(said, box(failing)), outside=outside)
    foreign = f'<zz:errorEventDefinition errorRef="Error_1" expression="{code}"/>'
    yield "foreign error definition", diagram(service_task(said, box(foreign)), outside=outside)


def _scopes() -> Iterator[tuple[str, bytes]]:
    """Reading or steering what is not the letter's: no program needed."""
    for text in (
        "${execution.setVariable('x', 1)}",
        "${execution.processEngineServices.runtimeService}",
        "${execution.id}",
        "${execution.getProcessEngineServices()}",
        "${task.execution}",
        "${execution}",
        "#{execution.processBusinessKey.getClass()}",
        "${runtimeService.createProcessInstanceQuery().count()}",
        "${leadUnit.length()}",
        "${leadUnit.class}",
        "${leadUnit['class']}",
        "${currentUser()}",
        "${now()}",
        "${dateTime().plusDays(1)}",
        "${[1,2].size()}",
        "${flowCoverage.take(execution)}",
        "${authenticatedUserId}",
        "${a ? b.c : d}",
        "${empty a.b}",
        "x${a}y${b.c()}",
        "${execution['processBusinessKey']}",
        "${leadUnit",
        "#{leadUnit ==}",
    ):
        yield f"seen {text}", diagram(user_task(camunda__assignee=text.replace("&", "&amp;").replace("<", "&lt;")))
