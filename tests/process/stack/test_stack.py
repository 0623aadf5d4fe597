"""The embedded engine itself: behind its password, its settings, its clock, its counter of sequence flows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from letterbox.stack.engine import lanes
from letterbox.store import migrate
from tests.support.drawn import bundle, small_diagrams
from tests.support.stack.stack import EngineStack

pytestmark = pytest.mark.engine
TIMEOUT = 10
FIRST_WAIT = timedelta(seconds=10)
FAILING = (
    '<startEvent id="s"/><userTask id="Task_Fail" camunda:asyncBefore="true" camunda:assignee="${missing}"/>'
    '<endEvent id="end"/>'
)


class Rest:
    def __init__(self, engine: EngineStack) -> None:
        self.engine = engine
        self.session = requests.Session()
        self.session.auth = engine.auth

    def call(self, method: str, path: str, **body: Any) -> Any:
        answer = self.session.request(method, self.engine.engine_url + path, json=body, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def deploy(self, name: str, content: bytes) -> str:
        files = {name: (name, content)}
        url = f"{self.engine.engine_url}/deployment/create"
        answer = self.session.post(url, files=files, data={"deployment-name": "stack tests"}, timeout=TIMEOUT)
        answer.raise_for_status()
        deployment: str = answer.json()["id"]
        return deployment


@pytest.fixture(scope="module")
def rest(engine_stack: EngineStack) -> Iterator[Rest]:
    rest = Rest(engine_stack)
    yield rest
    rest.session.close()


@pytest.fixture
def instance(rest: Rest) -> Iterator[str]:
    """An instance whose one step can only fail, as a job."""
    flows = small_diagrams.flows(("s", "Task_Fail"), ("Task_Fail", "end"))
    content = small_diagrams.process("StackTestFailing", FAILING + flows)
    deployment = rest.deploy("failing.bpmn", bundle.counted({"failing.bpmn": content})["failing.bpmn"])
    yield rest.call("POST", "/process-definition/key/StackTestFailing/start")["id"]
    rest.call("DELETE", f"/deployment/{deployment}?cascade=true")


def test_the_engine_answers_only_with_its_password(engine_stack: EngineStack) -> None:
    base = engine_stack.engine_url.removesuffix("/engine-rest")
    for path in (
        "/engine-rest/version",
        "/engine-rest/engine",
        "/engine-rest/task",
        "/letterbox/clock",
        "/letterbox/flows",
    ):
        url = base + path
        assert requests.get(url, timeout=TIMEOUT).status_code == 401, path
        assert requests.get(url, auth=(engine_stack.engine_user, "wrong"), timeout=TIMEOUT).status_code == 401, path
        assert requests.get(url, auth=engine_stack.auth, timeout=TIMEOUT).status_code == 200, path


def test_its_own_console_asks_for_a_sign_in_and_takes_ours(engine_stack: EngineStack) -> None:
    console = lanes.BY_NAME[engine_stack.lane].console_url(engine_stack.engine_url).removesuffix("/app/cockpit/")
    with requests.Session() as browser:
        assert browser.get(f"{console}/app/cockpit/default/", timeout=TIMEOUT).status_code == 200
        data = f"{console}/api/cockpit/plugin/base/default/process-definition/statistics-count"
        assert browser.get(data, timeout=TIMEOUT).status_code == 401
        token = browser.cookies["XSRF-TOKEN"]
        form = {"username": engine_stack.engine_user, "password": engine_stack.engine_password}
        url = f"{console}/api/admin/auth/user/default/login/cockpit"
        assert browser.post(url, data=form, headers={"X-XSRF-TOKEN": token}, timeout=TIMEOUT).status_code == 200


def test_a_failing_job_waits_and_keeps_five_tries(rest: Rest, instance: str) -> None:
    (job,) = rest.call("GET", f"/job?processInstanceId={instance}")
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    failed = rest.session.post(f"{rest.engine.engine_url}/job/{job['id']}/execute", timeout=TIMEOUT)
    after = datetime.now(UTC)
    assert "missing" in failed.json()["message"]
    (job,) = rest.call("GET", f"/job?processInstanceId={instance}")
    assert job["retries"] == 4
    assert before <= datetime.fromisoformat(job["dueDate"]) - FIRST_WAIT <= after


def test_the_job_executor_is_off_and_history_is_full(rest: Rest, instance: str) -> None:
    (job,) = rest.call("GET", f"/job?processInstanceId={instance}")
    assert job["retries"] == 5
    rest.call(
        "POST", f"/process-instance/{instance}/variables", modifications={"seen": {"value": "yes", "type": "String"}}
    )
    assert rest.call("GET", f"/history/detail?processInstanceId={instance}&variableUpdates=true")


def test_flows_taken_are_counted(rest: Rest, instance: str) -> None:
    (job,) = rest.call("GET", f"/job?processInstanceId={instance}")
    counts = rest.session.get(rest.engine.flows_url, timeout=TIMEOUT).json()
    assert job["processDefinitionKey"] == "StackTestFailing"
    assert counts["StackTestFailing/f0"] >= 1
    assert "StackTestFailing/f1" not in counts


def test_the_clock_moves_forward_and_never_back(rest: Rest) -> None:
    url = rest.engine.clock_url
    offset = rest.session.get(url, timeout=TIMEOUT).json()["offset"]
    moved = rest.session.post(url, params={"offset": offset + 50}, timeout=TIMEOUT).json()
    assert moved["offset"] == offset + 50
    ahead = datetime.fromisoformat(moved["now"]) - datetime.now(UTC)
    assert abs(ahead - timedelta(milliseconds=offset + 50)) < timedelta(seconds=2)
    assert rest.session.post(url, params={"offset": offset}, timeout=TIMEOUT).status_code == 409
    assert rest.session.get(url, timeout=TIMEOUT).json()["offset"] == offset + 50


def test_the_product_has_a_migrated_database(database_url: str) -> None:
    assert migrate.current(database_url) == migrate.head()
