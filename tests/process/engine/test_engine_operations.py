"""The engine client on the real engine: what operators and process owners need of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from letterbox.engine.client import EngineClient
from letterbox.engine.errors import DeploymentRefused, EngineNotFound, EngineRefused
from letterbox.engine.records import Deployment
from tests.support.drawn import small_diagrams
from tests.support.engine.small_desk import DUE, KEY, only_task, run_jobs

pytestmark = pytest.mark.engine


def test_a_timer_is_seen_with_its_place_and_can_be_fired(client: EngineClient, number: str) -> None:
    client.tasks.complete(only_task(client, number).id, {})
    run_jobs(client, number)
    (timer,) = client.jobs.timers_of(number)
    assert (timer.due_at, timer.activity_id, timer.process_key) == (DUE, "Timer_Due", KEY)
    assert client.jobs.of_instance(timer.process_instance_id) == (timer,)
    assert timer in client.jobs.due_before(DUE + timedelta(seconds=1), limit=10_000)
    assert timer not in client.jobs.due_before(DUE - timedelta(seconds=1), limit=10_000)
    next_at = client.jobs.next_timer_at()
    assert next_at is not None
    assert next_at <= DUE
    client.jobs.execute(timer.id)
    assert only_task(client, number).key == "Task_Second"
    with pytest.raises(EngineNotFound):
        client.jobs.execute(timer.id)


def test_the_tree_says_where_the_tokens_are(client: EngineClient, number: str) -> None:
    (instance,) = client.processes.of(number)
    assert [leaf.activity_id for leaf in client.processes.tree(instance.id).leaves()] == ["Task_First"]
    client.tasks.complete(only_task(client, number).id, {})
    (waiting,) = client.processes.tree(instance.id).leaves()
    assert (waiting.activity_id, waiting.is_transition) == ("Task_First", True)


def test_a_failing_step_is_a_job_with_its_error_and_then_an_incident(client: EngineClient, number: str) -> None:
    client.tasks.complete(only_task(client, number).id, {"dueAt": "not a date"})
    (instance,) = client.processes.of(number)
    (job,) = client.jobs.of_instance(instance.id)
    with pytest.raises(EngineRefused):
        client.jobs.execute(job.id)
    assert job.id in {each.id for each in client.jobs.failing()}
    client.jobs.set_retries(job.id, 0)
    (incident,) = client.incidents.of_instance(instance.id)
    assert (incident.kind, incident.configuration) == ("failedJob", job.id)
    assert (incident.activity_id, incident.failed_activity_id) == ("Task_First", "g")
    assert client.incidents.count() >= 1
    assert client.incidents.counts()[KEY, "Task_First", "failedJob"] == 1
    assert incident.id in {each.id for each in client.incidents.list()}
    client.processes.set_variables(instance.id, {"dueAt": DUE})
    client.jobs.set_retries(job.id, 3)
    client.jobs.execute(job.id)
    assert client.incidents.of_instance(instance.id) == ()


def test_variables_come_back_as_they_were_sent(client: EngineClient, number: str) -> None:
    (instance,) = client.processes.of(number)
    sent = {"count": 3, "ratio": 0.5, "yes": True, "nothing": None, "text": "党" * 4000}
    client.processes.set_variables(instance.id, sent)
    found = client.processes.variables(instance.id)
    assert {name: found[name] for name in sent} == sent
    assert found["dueAt"] == "2031-01-06T17:30:00+08:00"


def test_tokens_can_be_moved_and_instances_suspended(client: EngineClient, number: str) -> None:
    (instance,) = client.processes.of(number)
    client.processes.modify(
        instance.id,
        [{"type": "startBeforeActivity", "activityId": "Task_Second"}, {"type": "cancel", "activityId": "Task_First"}],
        "退回复核",
    )
    assert only_task(client, number).key == "Task_Second"
    client.processes.set_suspended(instance.id, True)
    assert client.processes.get(instance.id).is_suspended
    assert client.processes.by_ids([instance.id, "gone"]).keys() == {instance.id}


def test_a_bundle_is_one_deployment_and_its_versions_are_known(client: EngineClient, deployment: Deployment) -> None:
    assert set(client.deployments.files(deployment.id)) == {"client-test-desk.bpmn", "days.dmn", "first-form.form"}
    assert client.deployments.files(deployment.id)["first-form.form"] == small_diagrams.FIRST_FORM
    (definition,) = client.deployments.definitions(deployment.id)
    assert client.deployments.definition(definition.id) == definition
    assert definition in client.deployments.versions(KEY)
    assert client.deployments.latest(source="tests") == deployment
    assert KEY in client.deployments.xml(definition.id)
    assert definition.id in {each.process_definition_id for each in client.processes.of_process(KEY)} | {definition.id}


def test_a_broken_diagram_is_refused_with_file_line_and_element(client: EngineClient) -> None:
    broken = small_diagrams.process("Broken", '<startEvent id="s"/><serviceTask id="Task_Idle"/>')
    with pytest.raises(DeploymentRefused) as refused:
        client.deployments.deploy("broken", {"broken.bpmn": broken}, "tests")
    problem = next(each for each in refused.value.problems if each.is_error)
    assert problem.resource == "broken.bpmn"
    assert problem.element_id == "Task_Idle"
    assert problem.line >= 1
    with pytest.raises(EngineRefused):
        client.deployments.deploy("none", {}, "tests")


def test_a_new_version_takes_over_by_migration(client: EngineClient, number: str) -> None:
    old = client.deployments.versions(KEY)[0]
    newer = client.deployments.deploy(
        "newer",
        {"client-test-desk.bpmn": small_diagrams.desk(KEY), "first-form.form": small_diagrams.FIRST_FORM},
        "tests",
    )
    try:
        (target,) = client.deployments.definitions(newer.id)
        (instance,) = client.processes.of(number)
        assert client.migration.run(client.migration.plan(old.id, target.id), [instance.id]) == ()
        assert client.processes.get(instance.id).process_definition_id == target.id
    finally:
        client.deployments.delete(newer.id, cascade=True)


def test_a_decision_answers_every_matching_rule(client: EngineClient, deployment: Deployment) -> None:
    assert client.decisions.evaluate("days-by-kind", {"kind": "reply"}) == ({"days": 5}, {"days": 1})
    by_deployment = client.decisions.evaluate("days-by-kind", {"kind": "other"}, deployment_id=deployment.id)
    assert by_deployment == ({"days": 1},)
    wrongs: tuple[dict[str, str], ...] = ({"key": "no-such-table"}, {"key": "days-by-kind", "deployment_id": "gone"})
    for wrong in wrongs:
        with pytest.raises(EngineNotFound):
            client.decisions.evaluate(inputs={"kind": "reply"}, **wrong)
