"""The engine client on the real engine: tasks, messages, history, and how it tells refusals apart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from letterbox.engine.client import EngineClient
from letterbox.engine.errors import (
    EngineLockedUs,
    EngineNotFound,
    EngineRefused,
    EngineUnavailable,
    MismatchingCorrelation,
    TaskNotFound,
)
from letterbox.engine.records import InstanceState, TaskState
from tests.support.engine.small_desk import DUE, KEY, only_task, run_jobs, start, to_second_task

pytestmark = pytest.mark.engine


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
    assert "single execution" in refused.value.detail
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
