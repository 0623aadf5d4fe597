"""The engine itself takes no diagram and no table that could run code, whoever deploys it (security review, F1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from letterbox.bundle.engine_refusals import MEANINGS, in_chinese
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import DeploymentRefused, EngineRefused
from letterbox.settings import ROOT
from tests.support.drawn import bundle, hostile, hostile_parts, hostile_tables
from tests.support.stack.stack import EngineStack

pytestmark = pytest.mark.engine

MARKER = "/nonexistent/marker"
BY_THE_READER = {"an entity", "an attribute of the document type"}
"""Refused before there is a tree to judge."""


@pytest.fixture(scope="module")
def client(engine_stack: EngineStack) -> Iterator[EngineClient]:
    with EngineClient(engine_stack.engine_url, engine_stack.engine_user, engine_stack.engine_password) as client:
        yield client


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[str]:
    """A file that a program in the engine could write; there is none afterwards."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o777)
    yield str(tmp_path / "ran")
    assert not (tmp_path / "ran").exists(), "a program ran in the engine"


@pytest.fixture
def key() -> str:
    return f"SANDBOX-{uuid4().hex[:8]}"


def deploy(client: EngineClient, name: str, content: bytes) -> None:
    client.deployments.deploy("hostile", {name: content}, "tests")


@pytest.mark.parametrize("way", sorted(hostile.diagrams(MARKER)))
def test_a_diagram_that_could_run_code_is_refused(client: EngineClient, marker: str, way: str) -> None:
    with pytest.raises(EngineRefused) as refused:
        deploy(client, "hostile.bpmn", hostile.diagrams(marker)[way])
    if way not in BY_THE_READER:
        assert isinstance(refused.value, DeploymentRefused)
        assert all(each.is_error for each in refused.value.problems)


def test_the_refusal_names_the_element_in_chinese(client: EngineClient) -> None:
    with pytest.raises(DeploymentRefused) as refused:
        deploy(client, "hostile.bpmn", hostile.diagrams(MARKER)["name"])
    (problem,) = refused.value.problems
    assert problem.element_id == "Task_Step"
    assert problem.line >= 1
    assert in_chinese(problem.message).startswith(MEANINGS["method"])
    assert "GroovyShell" in in_chinese(problem.message)


def test_every_word_of_the_checks_has_its_chinese(client: EngineClient) -> None:
    folder = ROOT / "config" / "deploy" / "engine"
    texts = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.groovy") if path.stem != "once")
    said = set(re.findall(r"refuse\('(\w+)'|letterbox:(\w+) |return '(\w+)'|\? '(\w+)' : null|null : '(\w+)'", texts))
    assert {word for words in said for word in words if word} == set(MEANINGS)


def test_what_a_diagram_needs_is_taken(client: EngineClient) -> None:
    box = hostile_parts.box('<zz:meta key="x"><zz:more>text</zz:more></zz:meta>')
    step = hostile_parts.user_task(
        box, name="办理", camunda__assignee="${a == 'x' and not empty b ? 'l' : c}", camunda__dueDate="#{dueAt}"
    )
    drawn = hostile_parts.diagram(step)
    deploy(
        client, "harmless.bpmn", drawn.replace(b"targetNamespace", b'zz:executionPlatform="Camunda 7" targetNamespace')
    )
    deploy(client, "harmless.dmn", hostile_tables.table())
    for files in (bundle.shipped(), bundle.counted(bundle.shipped())):
        deployed = client.deployments.deploy("as shipped", files, "tests")
        assert len(client.deployments.definitions(deployed.id)) == len(
            [name for name in files if name.endswith(".bpmn")]
        )


@pytest.mark.parametrize("way", sorted(hostile_tables.tables(MARKER)))
def test_a_table_in_another_language_is_refused(client: EngineClient, marker: str, way: str) -> None:
    with pytest.raises(DeploymentRefused) as refused:
        deploy(client, "hostile.dmn", hostile_tables.tables(marker)[way])
    assert all(in_chinese(each.message).startswith(MEANINGS["language"]) for each in refused.value.problems)


@pytest.mark.parametrize("name", ["evil.groovy", "form.html", "case.cmmn", "case.cmmn10.xml", "x.js", "x.bpmn.groovy"])
def test_other_files_are_refused(client: EngineClient, name: str) -> None:
    with pytest.raises(DeploymentRefused) as refused:
        deploy(client, name, b"<x/>")
    assert in_chinese(refused.value.problems[0].message).startswith(MEANINGS["file"])


@pytest.mark.parametrize(
    "name", ["dataSource", "runtimeService", "restPassword", "systemProperties", "environment", "processEngine", "a"]
)
def test_a_bean_is_no_variable(client: EngineClient, name: str) -> None:
    deploy(client, "hostile.bpmn", hostile_parts.diagram(hostile_parts.user_task(camunda__assignee=f"${{{name}}}")))
    with pytest.raises(EngineRefused, match="Unknown property"):
        client.processes.start("HostileProcess", f"T-{name}", {})
    assert client.processes.of(f"T-{name}") == ()


def test_an_expression_reads_variables_and_the_business_key(client: EngineClient, key: str) -> None:
    groups = "unit@${unit},key-${execution.processBusinessKey}"
    step = hostile_parts.user_task(
        name="${title}", camunda__assignee="${unit == 'water' ? 'clerk' : unit}", camunda__candidateGroups=groups
    )
    deploy(client, "harmless.bpmn", hostile_parts.diagram(step))
    client.processes.start("HostileProcess", key, {"unit": "water", "title": "甄别"})
    (task,) = client.session.get("/task", processInstanceBusinessKey=key)
    assert (task["name"], task["assignee"]) == ("甄别", "clerk")
    links = client.session.get(f"/task/{task['id']}/identity-links", type="candidate")
    assert {each["groupId"] for each in links} == {"unit@water", f"key-{key}"}


def test_what_a_variable_says_is_never_evaluated(client: EngineClient, marker: str, key: str) -> None:
    step = hostile_parts.user_task(name="${title}", camunda__assignee="${title}")
    deploy(client, "harmless.bpmn", hostile_parts.diagram(step))
    said = hostile_parts.payload(marker).replace("&quot;", '"')
    client.processes.start("HostileProcess", key, {"title": said})
    (task,) = client.session.get("/task", processInstanceBusinessKey=key)
    assert task["name"] == said


class TestTheInterface:
    """Nothing that is sent to the engine's REST interface is evaluated or made into an object."""

    def test_a_search_for_tasks_evaluates_nothing(self, client: EngineClient, marker: str) -> None:
        code = hostile_parts.payload(marker).replace("&quot;", '"')
        for name in (
            "assigneeExpression",
            "ownerExpression",
            "candidateGroupExpression",
            "candidateUserExpression",
            "involvedUserExpression",
            "candidateGroupsExpression",
            "createdBeforeExpression",
            "dueAfterExpression",
            "followUpBeforeExpression",
            "assigneeLikeExpression",
            "processInstanceBusinessKeyExpression",
        ):
            with pytest.raises(EngineRefused):
                client.session.query("/task", {name: code})
            with pytest.raises(EngineRefused):
                client.session.get("/task", **{name: code})

    def test_a_stored_filter_evaluates_nothing(self, client: EngineClient, marker: str) -> None:
        code = hostile_parts.payload(marker).replace("&quot;", '"')
        body = {"resourceType": "Task", "name": "hostile", "query": {"assigneeExpression": code}}
        try:
            made = client.session.command("POST", "/filter/create", body)
        except EngineRefused:
            return
        try:
            for call in ("list", "count", "singleResult"):
                with pytest.raises(EngineRefused):
                    client.session.get(f"/filter/{made['id']}/{call}")
        finally:
            client.session.command("DELETE", f"/filter/{made['id']}")

    @pytest.mark.parametrize("how", ["application/x-java-serialized-object", "application/json", "application/xml"])
    def test_an_object_is_not_taken_as_a_variable(self, client: EngineClient, how: str) -> None:
        deploy(client, "harmless.bpmn", hostile_parts.diagram())
        value = {
            "value": "rO0ABXNyABFqYXZhLnV0aWwuSGFzaE1hcA==",
            "type": "Object",
            "valueInfo": {"objectTypeName": "java.util.HashMap", "serializationDataFormat": how},
        }
        body: dict[str, Any] = {"businessKey": f"OBJ-{how}", "variables": {"x": value}}
        with pytest.raises(EngineRefused):
            client.session.command("POST", "/process-definition/key/HostileProcess/start", body)
        assert client.processes.of(f"OBJ-{how}") == ()

    def test_a_class_that_the_sender_names_is_not_made(
        self, client: EngineClient, engine_stack: EngineStack, key: str
    ) -> None:
        deploy(client, "harmless.bpmn", hostile_parts.diagram())
        instance = client.processes.start("HostileProcess", key, {})
        answer = requests.post(
            f"{engine_stack.engine_url}/process-instance/{instance}/variables/x/data",
            auth=engine_stack.auth,
            files={
                "data": (None, '"http://127.0.0.1:1/x.xml"', "application/json"),
                "type": (None, "org.springframework.context.support.FileSystemXmlApplicationContext", "text/plain"),
            },
            timeout=30,
        )
        assert answer.status_code >= 400
        assert "not allowed" in answer.text or "whitelist" in answer.text
