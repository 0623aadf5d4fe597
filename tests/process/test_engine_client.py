"""The engine client on the real engine: what it promises, and how it tells refusals apart."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from letterbox.engine.client import EngineClient
from letterbox.engine.errors import (
    DeploymentRefused,
    EngineLockedUs,
    EngineNotFound,
    EngineRefused,
    EngineUnavailable,
    MismatchingCorrelation,
    TaskNotFound,
)
from letterbox.engine.records import Deployment, InstanceState, TaskState, UserTask
from tests.support import small_diagrams

pytestmark = pytest.mark.engine

DUE = datetime(2031, 1, 6, 9, 30, tzinfo=UTC)
KEY = "ClientTestDesk"


@pytest.fixture(scope="module")
def deployment(client: EngineClient) -> Iterator[Deployment]:
    files = {
        "client-test-desk.bpmn": small_diagrams.desk(KEY),
        "first-form.form": small_diagrams.FIRST_FORM,
        "days.dmn": small_diagrams.TABLE,
    }
    deployed = client.deployments.deploy("client tests", files, "tests")
    yield deployed
    client.deployments.delete(deployed.id, cascade=True)


@pytest.fixture
def number(client: EngineClient, deployment: Deployment) -> Iterator[str]:
    """A letter number whose process stands at its first task."""
    number = f"T{uuid.uuid4().hex[:10]}"
    start(client, number)
    yield number
    for instance in client.processes.of(number):
        client.processes.delete(instance.id)


def start(client: EngineClient, number: str, **variables: str) -> str:
    return client.processes.start(KEY, number, {"dueAt": DUE, "leadUnit": f"unit-{number}", **variables})


def only_task(client: EngineClient, number: str) -> UserTask:
    (task,) = client.tasks.of(number)
    return task


def run_jobs(client: EngineClient, number: str) -> None:
    """The job executor is off: run what waits (asyncAfter), not the timers."""
    for instance in client.processes.of(number):
        for job in client.jobs.of_instance(instance.id):
            if job.due_at is None or job.due_at < DUE:
                client.jobs.execute(job.id)


def to_second_task(client: EngineClient, number: str) -> UserTask:
    client.tasks.complete(only_task(client, number).id, {})
    run_jobs(client, number)
    client.messages.correlate("GoOn", number, {})
    run_jobs(client, number)
    return only_task(client, number)


def test_the_version_is_known_and_a_wrong_password_is_named(client: EngineClient) -> None:
    assert client.version()[0].isdigit()
    with EngineClient(client.url, "stranger", "wrong") as stranger:
        assert not stranger.is_up()
        with pytest.raises(EngineLockedUs, match="ENGINE_PASSWORD"):
            stranger.version()


def test_a_task_is_found_by_role_and_by_role_at_unit(client: EngineClient, number: str) -> None:
    group = f"unit_handler@unit-{number}"
    (task,) = client.tasks.find([group, "nobody"])
    assert (task.key, task.name, task.business_key) == ("Task_First", "甄别来信", number)
    assert task.due_at == DUE
    assert task.form_ref is not None
    assert (task.form_ref.key, task.form_ref.binding) == ("first-form", "deployment")
    assert set(client.tasks.groups(task.id)) == {"screener", group}
    assert client.tasks.count([group]) == 1
    assert client.tasks.find([]) == ()
    assert client.tasks.find(["somebody-else"]) == ()
    assert client.tasks.get(task.id) == task


def test_earliest_due_comes_first_and_none_last_in_stable_pages(client: EngineClient, number: str) -> None:
    start(client, number, leadUnit=f"unit-{number}", dueAt="2030-01-01T00:00:00+00:00")
    start(client, number, leadUnit=f"unit-{number}", dueAt="2032-01-01T00:00:00+00:00")
    group = [f"unit_handler@unit-{number}"]
    client.tasks.set_due(client.tasks.find(group)[0].id, None)
    tasks = client.tasks.find(group)
    assert [task.due_at.year if task.due_at else None for task in tasks] == [2031, 2032, None]
    pages = [client.tasks.find(group, first=first, limit=2) for first in (0, 2)]
    assert pages == [tasks[:2], tasks[2:]]


def test_a_claimed_task_stays_in_sight_unless_not_wanted(client: EngineClient, number: str) -> None:
    group = [f"unit_handler@unit-{number}"]
    task = only_task(client, number)
    client.tasks.claim(task.id, "li")
    assert [each.assignee for each in client.tasks.find(group)] == ["li"]
    assert client.tasks.find(group, include_assigned=False) == ()
    assert client.tasks.find(group, assignee="wang") == ()
    assert len(client.tasks.find(group, assignee="li")) == 1
    with pytest.raises(EngineRefused):
        client.tasks.claim(task.id, "wang")
    client.tasks.unclaim(task.id)
    assert client.tasks.get(task.id).assignee is None


def test_moving_a_due_date_keeps_everything_else(client: EngineClient, number: str) -> None:
    task = only_task(client, number)
    client.tasks.claim(task.id, "li")
    client.tasks.set_due(task.id, DUE + timedelta(days=3))
    moved = client.tasks.get(task.id)
    assert moved.due_at == DUE + timedelta(days=3)
    assert (moved.name, moved.assignee, moved.key) == (task.name, "li", task.key)


def test_the_deployed_form_comes_with_the_task(client: EngineClient, number: str) -> None:
    form = client.tasks.form(only_task(client, number).id)
    assert [component["key"] for component in form["components"]] == ["note"]
    with pytest.raises(EngineNotFound):
        client.tasks.form("no-such-task")


def test_completing_twice_says_that_the_task_is_gone(client: EngineClient, number: str) -> None:
    task = only_task(client, number)
    client.tasks.complete(task.id, {"commandId": "c1", "note": "可以受理"})
    for gone in (task.id, "no-such-task", "../process-instance"):
        with pytest.raises(TaskNotFound):
            client.tasks.complete(gone, {})
    with pytest.raises(TaskNotFound):
        client.tasks.get(task.id)
    assert client.history.task(task.id).state is TaskState.COMPLETED


def test_a_completion_whose_next_step_fails_is_refused_and_rolled_back(client: EngineClient, number: str) -> None:
    second = to_second_task(client, number)
    with pytest.raises(EngineRefused) as refused:
        client.tasks.complete(second.id, {})
    assert type(refused.value) is EngineRefused
    assert refused.value.retryable is False
    assert "outcome" in refused.value.detail
    assert only_task(client, number).id == second.id


def test_a_message_finds_only_the_letter_that_waits_for_it(client: EngineClient, number: str) -> None:
    with pytest.raises(MismatchingCorrelation):
        client.messages.correlate("GoOn", number, {})
    client.tasks.complete(only_task(client, number).id, {})
    run_jobs(client, number)
    with pytest.raises(MismatchingCorrelation):
        client.messages.correlate("GoOn", "another-letter", {})
    client.messages.correlate("GoOn", number, {"commandId": f"c-{number}"})
    run_jobs(client, number)
    assert only_task(client, number).key == "Task_Second"
    assert client.history.was_applied(f"c-{number}")


def test_a_message_that_several_wait_for_is_told_apart(client: EngineClient, number: str) -> None:
    start(client, number)
    for task in client.tasks.of(number):
        client.tasks.complete(task.id, {})
    run_jobs(client, number)
    with pytest.raises(MismatchingCorrelation) as refused:
        client.messages.correlate("GoOn", number, {})
    assert refused.value.is_ambiguous
    one = client.processes.of(number)[0]
    client.messages.correlate("GoOn", number, {}, process_instance_id=one.id)


def test_a_command_leaves_its_trace_also_after_the_end(client: EngineClient, number: str) -> None:
    second = to_second_task(client, number)
    assert not client.history.was_applied(f"end-{number}")
    client.tasks.complete(second.id, {"outcome": "pass", "commandId": f"end-{number}"})
    assert client.history.was_applied(f"end-{number}")
    assert client.processes.of(number) == ()
    (ended,) = client.history.instances(number)
    assert (ended.state, ended.process_key) == (InstanceState.COMPLETED, KEY)
    assert ended.ended_at is not None
    assert [task.state for task in client.history.tasks(number)] == [TaskState.COMPLETED] * 2


def test_a_cancelled_task_is_known_as_such(client: EngineClient, number: str) -> None:
    task = only_task(client, number)
    assert client.history.task(task.id).state is TaskState.OPEN
    (instance,) = client.processes.of(number)
    client.processes.delete(instance.id)
    assert client.history.task(task.id).state is TaskState.CANCELLED
    assert client.history.instances(number)[0].state is InstanceState.EXTERNALLY_TERMINATED
    with pytest.raises(EngineNotFound):
        client.processes.delete(instance.id)
    with pytest.raises(TaskNotFound):
        client.history.task("no-such-task")


def test_a_timer_is_seen_with_its_place_and_can_be_fired(client: EngineClient, number: str) -> None:
    client.tasks.complete(only_task(client, number).id, {})
    run_jobs(client, number)
    (timer,) = client.jobs.timers_of(number)
    assert (timer.due_at, timer.activity_id, timer.process_key) == (DUE, "Timer_Due", KEY)
    assert client.jobs.timers_of_instance(timer.process_instance_id) == (timer,)
    assert timer in client.jobs.due_before(DUE + timedelta(seconds=1))
    assert timer not in client.jobs.due_before(DUE - timedelta(seconds=1))
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
    client.incidents.annotate(incident.id, "日期写错，已改")
    assert client.incidents.of_instances([instance.id])[0].annotation == "日期写错，已改"
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
        client.processes.migrate(client.processes.migration_plan(old.id, target.id), [instance.id])
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


def test_an_unknown_process_cannot_be_started(client: EngineClient) -> None:
    with pytest.raises(EngineNotFound):
        client.processes.start("NoSuchProcess", "T1", {})


def test_an_absent_engine_is_unavailable_and_commands_may_be_repeated() -> None:
    with EngineClient("http://127.0.0.1:9/engine-rest", "u", "p") as nobody:
        for call in (
            nobody.version,
            lambda: nobody.tasks.complete("t", {}),
            lambda: nobody.messages.correlate("m", "k", {}),
        ):
            with pytest.raises(EngineUnavailable) as raised:
                call()
            assert type(raised.value) is EngineUnavailable
            assert raised.value.retryable
        assert nobody.is_up() is False
