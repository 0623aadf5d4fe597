"""Running letters taken over by another version of the diagrams: called instances, forms and watches go along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

import pytest

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.cli import run
from letterbox.domain.errors import FieldErrors, NotAllowed
from letterbox.domain.vocabulary import Role
from letterbox.services.deployment.design import STUDIO, repository_files
from letterbox.services.operations.processes.migrating import Migrated, MigrationOutcome
from letterbox.services.tasks import facts as task_facts
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import County, staff
from tests.support.office.staffed import HANDLER, SCREENER, UNIT, accepted
from tests.support.stack.environment import commands_work_on

pytestmark = pytest.mark.engine


@pytest.fixture
def county_again(county: County) -> Iterator[County]:
    """Whatever is deployed here, the repository's bundle is live again afterwards."""
    yield county
    county.services.design.deploy_repository(repository_files(), "tests", replace=True)
    county.services.rulebook.refresh()


def version(county: County) -> int:
    return county.services.engine.deployments.versions(ProcessKey.LETTER_HANDLING)[0].version


def redrawn(county: County, **renamed: tuple[str, str]) -> tuple[int, int]:
    """Deploy the bundle with words replaced in its files (``letter_handling``: old, new); the versions before and after."""
    before = version(county)
    files = repository_files()
    for stem, (old, new) in renamed.items():
        name = next(each for each in files if each.partition(".")[0].replace("-", "_") == stem)
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode())
    county.services.design.deploy(files, STUDIO, "tests")
    return before, version(county)


def migrate(county: County, versions: tuple[int, int], number: str) -> list[Migrated]:
    done = OperatorServices(county.services).migrating.migrate(OPERATOR, *versions, "流程图更新")
    return [each for each in done if each.letter == number]


def definition_versions(county: County, number: str) -> dict[str, int]:
    engine = county.services.engine
    return {
        each.process_key: engine.deployments.definition(each.process_definition_id).version
        for each in engine.processes.of(number)
    }


def timer_at(county: County, number: str) -> datetime | None:
    """The instant of the one timer of the one watch."""
    (_watch,) = county.services.engine.processes.of(number, ProcessKey.DEADLINE_WATCH)
    (timer,) = county.timers(number)
    return timer.due_at


def test_letters_units_work_and_watch_go_on_by_the_new_version(county_again: County) -> None:
    county = county_again
    number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    before, timer = definition_versions(county, number), timer_at(county, number)
    versions = redrawn(county, unit_handling=("呈报分管负责人", "呈报主管领导"))
    done = migrate(county, versions, number)
    assert {each.outcome for each in done} == {MigrationOutcome.MIGRATED}
    after = definition_versions(county, number)
    assert set(after) == {"LetterHandlingProcess", "UnitHandlingProcess", "DeadlineWatchProcess"}
    assert all(after[process] > before[process] for process in after)
    assert timer_at(county, number) == timer
    county.do(number, "Task_SubmitToDeputy", HANDLER, note="拟派人查看")
    county.fire_timer(number)
    assert timer_at(county, number) is not None
    assert county.open_tasks(number) == ["Task_InstructHandler"]


def test_a_task_asks_by_the_new_versions_form(county_again: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_facts, "FRESH_S", 0)  # as if two seconds had passed
    county = county_again
    number = county.write()
    task = county.task(number, "Task_ScreenLetter", SCREENER)
    assert "请选择处理结论" not in str(county.services.tasks.open(task.id, SCREENER).form)
    files = repository_files()
    form = json.loads(files["screen-letter.form"])
    form["components"][0]["label"] = "请选择处理结论"
    before = version(county)
    county.services.design.deploy({**files, "screen-letter.form": json.dumps(form).encode()}, STUDIO, "tests")
    migrate(county, (before, version(county)), number)
    assert "请选择处理结论" in str(county.services.tasks.open(task.id, SCREENER).form)


def test_an_element_that_is_gone_is_named_and_its_letters_stay(county_again: County) -> None:
    county = county_again
    number, other = accepted(county), county.write()
    county.do(number, "Task_ReceiveLetter", HANDLER)
    before = definition_versions(county, number)
    versions = redrawn(county, unit_handling=("Task_SubmitToDeputy", "Task_ReportToDeputy"))
    plans = OperatorServices(county.services).migrating.plan(OPERATOR, *versions)
    (unit,) = [each for each in plans if each.process == ProcessKey.UNIT_HANDLING]
    (gone,) = unit.unmapped
    assert gone.element == "Task_SubmitToDeputy"
    assert number in gone.letters
    by_process = {each.process: each for each in migrate(county, versions, number)}
    refused = by_process[ProcessKey.UNIT_HANDLING]
    assert refused.outcome is MigrationOutcome.REFUSED
    assert [each.element for each in refused.objections] == ["Task_SubmitToDeputy"]
    assert "no migration instruction" in refused.objections[0].message
    after = definition_versions(county, number)
    assert after[ProcessKey.UNIT_HANDLING] == before[ProcessKey.UNIT_HANDLING]
    assert after[ProcessKey.LETTER_HANDLING] == versions[1]
    assert definition_versions(county, other)[ProcessKey.LETTER_HANDLING] == versions[1]
    county.do(number, "Task_SubmitToDeputy", HANDLER, note="拟派人查看")


def test_a_letter_whose_step_waits_to_be_run_goes_along(county_again: County) -> None:
    county = county_again
    number = county.write()
    accept = {"outcome": "accept", "category": "complaint", "scope": "5"}
    county.do_without_notices(number, "Task_ScreenLetter", SCREENER, **accept)
    versions = redrawn(county, letter_handling=("交办来信", "交办信件"))
    assert {each.outcome for each in migrate(county, versions, number)} == {MigrationOutcome.MIGRATED}
    county.run_until_idle(number)
    county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]


def test_the_command_shows_first_and_then_does(
    county_again: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    county = county_again
    number = county.write()
    old, new = redrawn(county, letter_handling=("交办来信", "交办信件"))
    commands_work_on(monkeypatch, county.services.settings)
    span = ("instances", "migrate", "--from", str(old), "--to", str(new))
    run([*span, "--dry-run", "--json"])
    planned = json.loads(capsys.readouterr().out)["processes"]
    assert {each["process"] for each in planned} >= {"LetterHandlingProcess", "DeadlineWatchProcess"}
    assert definition_versions(county, number)[ProcessKey.LETTER_HANDLING] == old
    run([*span, "--reason", "流程图更新", "--json"])
    rows = [each for each in json.loads(capsys.readouterr().out)["instances"] if each["letter"] == number]
    assert {each["outcome"] for each in rows} == {"migrated"}
    assert definition_versions(county, number)[ProcessKey.LETTER_HANDLING] == new
    assert run([*span]) == 2
    assert "--reason" in capsys.readouterr().err
    assert run([*span[:-1], "99999", "--dry-run"]) == 2
    assert "--to：没有第 99999 版" in capsys.readouterr().err


def test_one_letter_is_taken_along_and_the_others_stay(county_again: County) -> None:
    county = county_again
    number, other = accepted(county), county.write()
    old, new = redrawn(county, unit_handling=("呈报分管负责人", "呈报主管领导"))
    migrating = OperatorServices(county.services).migrating
    plans = migrating.plan_letters(OPERATOR, [number], new)
    assert {each.process: each.instances for each in plans} == {
        "DeadlineWatchProcess": 1,
        "LetterHandlingProcess": 1,
        "UnitHandlingProcess": 1,
    }
    done = migrating.migrate_letters(OPERATOR, [number], new, "流程图更新")
    assert {(each.letter, each.outcome) for each in done} == {(number, MigrationOutcome.MIGRATED)}
    assert definition_versions(county, number)[ProcessKey.LETTER_HANDLING] == new
    assert definition_versions(county, other)[ProcessKey.LETTER_HANDLING] == old
    assert migrating.plan_letters(OPERATOR, [number], new) == ()
    (entry,) = OperatorServices(county.services).log.page(OPERATOR, letter=number).items
    assert (entry.action, entry.reason, entry.after) == (
        "InstancesMigrated",
        "流程图更新",
        {"migrated": 3, "refused": []},
    )


def test_the_command_takes_letters_or_a_version(
    county_again: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    county = county_again
    number = county.write()
    old, new = redrawn(county, letter_handling=("交办来信", "交办信件"))
    commands_work_on(monkeypatch, county.services.settings)
    assert run(["instances", "migrate", number, "--to", str(new), "--dry-run"]) == 0
    assert run(["instances", "migrate", number, "--from", str(old), "--to", str(new), "--dry-run"]) == 2
    assert run(["instances", "migrate", "--to", str(new), "--dry-run"]) == 2
    capsys.readouterr()
    assert run(["instances", "migrate", number, "--to", str(new), "--reason", "流程图更新", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["instances"]
    assert {(each["letter"], each["outcome"]) for each in rows} == {(number, "migrated")}


def test_migration_is_for_operators_with_a_reason(county: County) -> None:
    migrating = OperatorServices(county.services).migrating
    with pytest.raises(NotAllowed):
        migrating.plan(staff(Role.SCREENER), 1, 2)
    with pytest.raises(FieldErrors):
        migrating.migrate(OPERATOR, 1, 2, "")
    with pytest.raises(FieldErrors):
        migrating.plan(OPERATOR, 1, 1)
