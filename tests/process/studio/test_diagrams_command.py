"""``letterbox diagrams``: check, deploy, and the studio's bundle brought back exactly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from letterbox.cli import diagrams, run
from letterbox.cli._operator import operator
from letterbox.domain.errors import ConfigError
from letterbox.services.deployment.design import digest_of, repository_files
from letterbox.services.studio.check import refuse_faulty
from letterbox.store.admin_events import AdminEvent
from letterbox.store.audit import AuditEvent
from tests.support.drawn.changed_bundle import edited, with_field, with_visit
from tests.support.drawn.owner import NOTE, Owner
from tests.support.drawn.planted import LOST
from tests.support.stack.environment import commands_work_on

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.studio_fixtures"]
pytestmark = pytest.mark.engine

LETTER, LADDER, FORM = "letter-handling.bpmn", "escalation-ladder.dmn", "sign-off-reply.form"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def installation(owner: Owner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Owner:
    """The commands' environment is the studio's."""
    commands_work_on(monkeypatch, owner.services.settings, LETTERBOX_DATA_DIR=str(tmp_path))
    return owner


def check(tmp_path: Path, capsys: Capture, **files: bytes) -> tuple[int, list[dict[str, Any]]]:
    paths = []
    for name, content in files.items():
        stem, _, kind = name.rpartition("_")
        paths.append(tmp_path / f"{stem.replace('_', '-')}.{kind}")
        paths[-1].write_bytes(content)
    code = run(["diagrams", "check", *map(str, paths), "--json"])
    return code, json.loads(capsys.readouterr().out)["findings"]


def test_the_repositorys_bundle_is_without_fault(tmp_path: Path, capsys: Capture) -> None:
    assert check(tmp_path, capsys) == (0, [])


def test_a_fault_is_told_with_file_element_rule_and_level(tmp_path: Path, capsys: Capture) -> None:
    wrong = edited(LETTER, ('topic="dispatch-letter"', 'topic="despatch-letter"'))
    code, found = check(tmp_path, capsys, letter_handling_bpmn=wrong)
    assert code == 1
    (finding,) = [each for each in found if each["rule"] == "unknown-topic"]
    assert set(finding) == {"file", "element", "rule", "message", "level"}
    assert (finding["file"], finding["element"], finding["level"]) == (LETTER, "Task_DispatchLetter", "error")


@pytest.mark.parametrize("change", LOST.values(), ids=LOST)
def test_what_would_not_be_deployed_is_objected_to_all_the_same(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, change: tuple[str, str]
) -> None:
    """By the check, by the deployment and at a start."""
    hostile = edited(LETTER, change)
    code, found = check(tmp_path, capsys, letter_handling_bpmn=hostile)
    assert (code, {each["file"] for each in found}) == (1, {LETTER})
    monkeypatch.setattr(diagrams, "repository_files", lambda: {**repository_files(), LETTER: hostile})
    assert run(["diagrams", "deploy"]) == 1
    assert "有错误，未部署" in "".join(capsys.readouterr())
    with pytest.raises(ConfigError, match="1 个错误"):
        refuse_faulty({**repository_files(), LETTER: hostile})


def test_a_file_of_another_name_stands_for_the_one_whose_process_it_holds(tmp_path: Path, capsys: Capture) -> None:
    assert check(tmp_path, capsys, my_draft_bpmn=repository_files()[LETTER]) == (0, [])
    ladder = edited(LADDER, ("<text>-1</text>", "<text>-100</text>"))
    code, found = check(tmp_path, capsys, my_ladder_dmn=ladder)
    assert (code, [(each["file"], each["rule"]) for each in found]) == (1, [("my-ladder.dmn", "ladder-offset")])


def test_what_a_form_breaks_in_a_diagram_is_told_at_the_form(tmp_path: Path, capsys: Capture) -> None:
    schema = json.loads(repository_files()[FORM])
    schema["components"][0]["validate"] = {}
    code, found = check(tmp_path, capsys, sign_off_reply_form=json.dumps(schema).encode())
    assert (code, {each["file"] for each in found}) == (1, {FORM})


def test_a_warning_alone_is_no_failure(tmp_path: Path, capsys: Capture) -> None:
    lonely = with_field(FORM, type="textfield", key="seal", label="用印").replace(b'"sign-off-reply"', b'"lonely"')
    code, found = check(tmp_path, capsys, lonely_form=lonely)
    assert (code, [each["level"] for each in found]) == (0, ["warning"])


def test_what_is_no_file_of_a_bundle_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert run(["diagrams", "check", str(tmp_path / "notes.txt")]) == 2
    assert run(["diagrams", "check", str(tmp_path / "none.bpmn")]) == 2


def test_deploy_leaves_the_studios_bundle_unless_told_to_replace_it(installation: Owner, capsys: Capture) -> None:
    installation.deploy({FORM: with_field(FORM, type="textfield", key="seal", label="用印")})
    assert run(["diagrams", "deploy", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["deployed"], answer["kept_studio"], answer["origin"]) == (False, True, "studio")
    assert run(["diagrams", "deploy", "--replace", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["deployed"], answer["origin"]) == (True, "repository")
    assert run(["diagrams", "deploy", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["deployed"] is False


def test_a_deployment_from_the_command_line_is_recorded_once_with_the_systems_user(
    installation: Owner, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    installation.deploy({FORM: with_field(FORM, type="textfield", key="seal", label="用印")})
    with installation.services.database.reading() as session:
        before = session.scalars(select(func.max(AuditEvent.position))).one() or 0
    assert [run(["diagrams", "deploy", "--replace"]) for _ in range(2)] == [0, 0]
    capsys.readouterr()
    live = installation.services.design.live()
    assert live is not None
    assert live.deployed_by == operator().name
    with installation.services.database.reading() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.position > before)).all()
        about = (AdminEvent.subject_kind == "bundle", AdminEvent.subject_id == str(live.id))
        changes = session.scalars(select(AdminEvent).where(*about)).all()
    said = [(row.by_name, row.act, row.object_kind, row.object_id, row.detail) for row in rows]
    assert said == [(operator().name, "changed", "bundle", str(live.id), {"action": "BundleDeployed"})]
    assert [(row.by_name, row.action) for row in changes] == [(operator().name, "BundleDeployed")]


def test_export_makes_the_repositorys_folder_the_live_bundle(
    installation: Owner, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = installation.deploy(with_visit(repository_files()))
    folder = tmp_path / "bpmn"
    (folder / "forms").mkdir(parents=True)
    (folder / "forms" / "gone.form").write_text("{}")
    (folder / "README.md").write_text("stays")
    monkeypatch.setattr(diagrams, "BUNDLE_DIR", folder)
    assert run(["diagrams", "export", "--to", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert digest_of(repository_files(folder)) == live.digest == answer["digest"]
    assert (answer["note"], answer["removed"]) == (NOTE, [str(folder / "forms" / "gone.form")])
    assert (folder / "forms" / "note-visit.form").is_file()
    assert (folder / "README.md").read_text() == "stays"


def test_export_elsewhere_removes_nothing(installation: Owner, capsys: Capture, tmp_path: Path) -> None:
    own = tmp_path / "own.dmn"
    own.write_text("<x/>")
    assert run(["diagrams", "export", "--to", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["left"] == [str(own)]
    assert own.is_file()
    assert (tmp_path / LETTER).read_bytes() == repository_files()[LETTER]
    assert installation.services.design.live() is not None
