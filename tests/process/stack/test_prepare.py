"""``letterbox prepare`` on an engine and a database that run elsewhere."""

from __future__ import annotations

import pytest

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.cli import run
from letterbox.cli.output import DONE, UNREACHABLE, WRONG_USE
from letterbox.services.deployment.design import repository_files
from letterbox.setting_names import VARIABLES
from letterbox.settings import load
from letterbox.stack import boot
from letterbox.stack.programs import free_port
from letterbox.wiring import build
from tests.support.drawn.changed_bundle import edited
from tests.support.stack.stack import EngineStack

pytestmark = pytest.mark.engine


@pytest.fixture
def settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, engine_stack: EngineStack, empty_database_url: str
) -> dict[str, str]:
    values = {
        "LETTERBOX_DATA_DIR": str(tmp_path),
        "DATABASE_URL": empty_database_url,
        "ENGINE_URL": engine_stack.engine_url,
        "ENGINE_USER": engine_stack.engine_user,
        "ENGINE_PASSWORD": engine_stack.engine_password,
        "LETTERBOX_SECRET_KEY": "only for tests, thirty-two characters",
    }
    for name in VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


def test_an_empty_database_and_engine_become_ready_and_a_second_run_changes_nothing(
    settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prepare"]) == DONE
    assert "演示" not in capsys.readouterr().err
    services = build(load(settings))
    try:
        live = services.design.live()
        assert live is not None
        assert services.engine.deployments.definitions(live.deployment_id)
        assert f"{ProcessKey.LETTER_HANDLING}" in "".join(
            map(str, services.engine.deployments.definitions(live.deployment_id))
        )
        units = len(services.unit_directory.units())
        assert units > 50
        assert run(["prepare"]) == DONE
        assert services.design.live() == live
        assert len(services.unit_directory.units()) == units
    finally:
        services.close()


def test_a_faulty_bundle_is_refused_by_file_and_element_before_the_engine_sees_it(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = edited("notice-delivery.bpmn", ('topic="send-notice"', 'topic="sned-notice"'))
    monkeypatch.setattr(boot, "repository_files", lambda: {**repository_files(), "notice-delivery.bpmn": wrong})
    assert run(["prepare"]) == WRONG_USE
    assert "notice-delivery.bpmn Task_SendNotice" in capsys.readouterr().err
    services = build(load(settings))
    try:
        assert services.design.live() is None
    finally:
        services.close()


def test_an_engine_that_does_not_answer_is_named(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENGINE_URL", f"http://127.0.0.1:{free_port()}/engine-rest")
    assert run(["prepare", "--wait", "0"]) == UNREACHABLE
    assert "ENGINE_URL" in capsys.readouterr().err


def test_a_missing_secret_stops_it(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LETTERBOX_SECRET_KEY")
    assert run(["prepare"]) == WRONG_USE
    assert "LETTERBOX_SECRET_KEY" in capsys.readouterr().err
