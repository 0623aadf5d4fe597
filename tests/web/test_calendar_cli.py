"""``letterbox calendar``: a year from a file to the open limits that move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from letterbox.cli import run
from letterbox.store.calendar import CalendarDay, CalendarDraft, CalendarYear
from letterbox.wiring import Services
from tests.support.stack.environment import commands_work_on

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine
ROWS = "date,kind,name\n2031-01-01,off,元旦\n2031-01-04,work,元旦\n"


@pytest.fixture
def environment(real: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Services]:
    commands_work_on(monkeypatch, real.settings, LETTERBOX_DATA_DIR=str(tmp_path))
    yield real
    with real.database.transaction() as session:
        for table in (CalendarDay, CalendarDraft, CalendarYear):
            session.execute(delete(table))


def written(folder: Path, content: str) -> str:
    path = folder / "year.csv"
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_a_year_is_staged_looked_at_and_published(
    environment: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = environment.calendar_office
    assert run(["calendar", "import", written(tmp_path, ROWS), "--json"]) == 0
    staged = json.loads(capsys.readouterr().out)
    assert (staged["years"], staged["days"], staged["staged"], staged["refused"]) == ([2031], 2, True, [])
    assert office.year(2031).is_provisional
    assert run(["calendar", "publish", "2031", "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"moved": []}
    assert office.year(2031).is_provisional
    for _ in range(2):
        assert run(["calendar", "publish", "2031", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"moved": []}
    view = office.year(2031)
    assert (view.is_provisional, view.draft, len(view.own)) == (False, None, 2)


def test_a_refused_file_stages_nothing(
    environment: Services, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["calendar", "import", written(tmp_path, ROWS + "2031-01-01,work,元旦\n"), "--json"]) == 1
    refused = json.loads(capsys.readouterr().out)["refused"]
    assert [(row["row"], "不能既放假又上班" in row["reason"]) for row in refused] == [(4, True)]
    assert environment.calendar_office.drafted_years() == []


def test_a_year_that_nobody_brought_is_refused(environment: Services, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["calendar", "publish", "2032"]) == 1
    assert "2032 年还没有暂存的安排" in capsys.readouterr().err
