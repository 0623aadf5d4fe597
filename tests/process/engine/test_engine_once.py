"""What may exist once is refused by the engine itself the second time, also while the first is still on its way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from uuid import uuid4

import pytest

from letterbox.bundle.vocabulary import ROW_OF, ProcessKey, Variable
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import AlreadyRunning, EngineRefused
from letterbox.stack.engine import jars
from tests.support.drawn import bundle, small_diagrams
from tests.support.engine.engine_locks import nothing_is_written
from tests.support.stack.stack import EngineStack
from tests.support.stack.waiting import until

pytestmark = pytest.mark.engine

KEY, TWO_WAITS = "OnceTestProcess", "TwoWaitsProcess"
AT_ONCE = 8
FACTS = {"dueAt": "2099-01-01T09:00:00+08:00", "leadUnit": "water"}
ONE_PER_LETTER = (ProcessKey.LETTER_HANDLING, ProcessKey.DEADLINE_WATCH)


def two_waits() -> bytes:
    waits = '<startEvent id="s"/><receiveTask id="First" messageRef="m"/><receiveTask id="Second" messageRef="m"/><endEvent id="e"/>'
    ways = small_diagrams.flows(("s", "First"), ("First", "Second"), ("Second", "e"))
    return small_diagrams.process(TWO_WAITS, waits + ways, '<message id="m" name="GoOn"/>')


@pytest.fixture(scope="module")
def client(engine_stack: EngineStack) -> Iterator[EngineClient]:
    with EngineClient(engine_stack.engine_url, engine_stack.engine_user, engine_stack.engine_password) as client:
        files = {"once.bpmn": small_diagrams.desk(KEY), "f.form": small_diagrams.FIRST_FORM, "two.bpmn": two_waits()}
        client.deployments.deploy("once", files, "tests")
        client.deployments.deploy("as shipped", bundle.shipped(), "tests")
        yield client


@pytest.fixture
def number() -> str:
    return f"ONCE-{uuid4().hex[:8]}"


def fate(act: Callable[[], object]) -> str:
    try:
        act()
    except EngineRefused as refused:
        return type(refused).__name__
    return "done"


def one_after_the_other(client: EngineClient, act: Callable[[], object]) -> list[str]:
    """The first is held in the middle of its transaction while the same is asked for again and again."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        with nothing_is_written(client.url) as waiting:
            fates: list[Future[str]] = [pool.submit(fate, act)]
            until(lambda: waiting() >= 1, within_s=10, what="the first at its writing")
            fates += [pool.submit(fate, act) for _ in range(AT_ONCE - 1)]
            until(lambda: waiting() >= AT_ONCE, within_s=10, what="the others behind it")
        return [each.result() for each in fates]


def at_once(act: Callable[[], object]) -> list[str]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(lambda _index: fate(act), range(AT_ONCE)))


def test_a_start_with_one_name_takes_effect_once(client: EngineClient, number: str) -> None:
    name = str(uuid4())
    fates = one_after_the_other(client, lambda: client.processes.start(KEY, number, FACTS, command_id=name))
    assert fates == ["done"] + ["AlreadyApplied"] * (AT_ONCE - 1)
    assert len(client.history.instances(number)) == 1
    client.processes.start(KEY, number, FACTS, command_id=str(uuid4()))
    assert len(client.history.instances(number)) == 2


def test_a_completion_with_one_name_takes_effect_once(client: EngineClient, number: str) -> None:
    client.processes.start(KEY, number, FACTS)
    (task,) = client.tasks.of(number)
    name = str(uuid4())
    fates = one_after_the_other(client, lambda: client.tasks.complete(task.id, {}, command_id=name))
    assert fates == ["done"] + ["AlreadyApplied"] * (AT_ONCE - 1)


def test_a_message_with_one_name_moves_one_token(client: EngineClient, number: str) -> None:
    """Behind the first place that waits for it there is a second: a doubled message would go through both."""
    client.processes.start(TWO_WAITS, number, {})
    name = str(uuid4())
    fates = one_after_the_other(client, lambda: client.messages.correlate("GoOn", number, {}, command_id=name))
    assert fates == ["done"] + ["AlreadyApplied"] * (AT_ONCE - 1)
    (instance,) = client.processes.of(number)
    assert [leaf.activity_id for leaf in client.processes.tree(instance.id).leaves()] == ["Second"]


def test_what_failed_may_be_sent_again_under_its_name(client: EngineClient, number: str) -> None:
    name = str(uuid4())
    assert fate(lambda: client.processes.start("NoSuchProcess", number, {}, command_id=name)) == "EngineNotFound"
    assert fate(lambda: client.processes.start(KEY, number, {}, command_id=name)) == "EngineRefused"  # no leadUnit
    assert fate(lambda: client.processes.start(KEY, number, FACTS, command_id=name)) == "done"
    assert fate(lambda: client.processes.start(KEY, number, FACTS, command_id=name)) == "AlreadyApplied"


@pytest.mark.parametrize("process", ONE_PER_LETTER)
def test_a_letter_has_one_of_these(client: EngineClient, number: str, process: ProcessKey) -> None:
    facts = {Variable.LETTER_ID: 1, Variable.NEXT_STEP_AT: FACTS["dueAt"], "screeningDueAt": FACTS["dueAt"]}
    fates = one_after_the_other(client, lambda: client.processes.start(process, number, facts))
    assert sorted(fates) == ["AlreadyRunning"] * (AT_ONCE - 1) + ["done"]
    (running,) = client.processes.of(number)
    client.processes.start(process, f"{number}-other", facts)
    with pytest.raises(AlreadyRunning, match="已经在运行"):
        client.processes.start(process, number, facts)
    client.processes.delete(running.id)
    client.processes.start(process, number, facts)
    assert len(client.processes.of(number)) == 1


@pytest.mark.parametrize("process", sorted(ROW_OF))
def test_a_letter_has_one_of_these_for_each_row(client: EngineClient, number: str, process: ProcessKey) -> None:
    row = ROW_OF[process]
    known = dict.fromkeys(("coOpinionDueAt", "supervisionDueAt", "instructionDueAt", "promiseDueAt"), FACTS["dueAt"])
    facts = {
        **known,
        Variable.LETTER_ID: 1,
        **dict.fromkeys(("supervisedUnit", "instructedUnit", "promiseUnit"), "water"),
    }
    own, other = ("water", "roads") if row is Variable.CO_UNIT else (1, 2)
    fates = at_once(lambda: client.processes.start(process, number, {**facts, row: own}))
    assert fates == ["AlreadyRunning"] * (AT_ONCE - 1) + ["done"]
    client.processes.start(process, number, {**facts, row: other})
    assert len(client.processes.of(number)) == 2


def test_an_instance_begun_in_the_middle_counts_too(client: EngineClient, number: str) -> None:
    facts = {Variable.LETTER_ID: 1, "screeningDueAt": FACTS["dueAt"]}

    def restart() -> str:
        return client.moves.start_at(ProcessKey.LETTER_HANDLING, number, "Task_AssignLetter", facts)

    assert at_once(restart) == ["AlreadyRunning"] * (AT_ONCE - 1) + ["done"]


def test_the_engine_tells_processes_apart_as_the_product_does() -> None:
    text = (jars.config_dir() / "once.groovy").read_text(encoding="utf-8")
    listed = text.partition("TOLD_APART_BY = [")[2].partition("]")[0]
    told = dict(re.findall(r"(\w+): (null|'\w+')", listed))
    assert told == {
        **{process.value: "null" for process in ONE_PER_LETTER},
        **{process.value: f"'{variable}'" for process, variable in ROW_OF.items()},
    }
