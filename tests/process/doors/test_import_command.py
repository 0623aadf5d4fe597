"""``letterbox import`` and the commands beside it, as a person at a terminal uses them, on a real database."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from letterbox.cli import main
from letterbox.domain.vocabulary import Role
from letterbox.settings import Settings
from letterbox.wiring import Services
from tests.support.office.api import Api
from tests.support.stack.prefixes import own_prefix

pytest_plugins = ["tests.support.office.api_fixtures"]
pytestmark = pytest.mark.engine

Run = Callable[..., Result]
HEADER = ["标题", "正文", "来信时间", "来信人", "电话", "编号"]
ROWS = [
    ["路灯不亮", "中心路的路灯坏了半个月。", "2026-08-30 09:12", "李四", "13800000000", ""],
    ["噪声扰民", "夜里施工到两点，<b>睡不着</b>。", "", "", "", ""],
    ["咨询社保", "社保卡怎么补办？😀", "2026-08-31", "王五", "", ""],
]


def environment(settings: Settings) -> dict[str, str]:
    return {
        "LETTERBOX_PROFILE": "test",
        "LETTERBOX_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "ENGINE_URL": settings.engine_url,
        "ENGINE_USER": settings.engine_user,
        "ENGINE_PASSWORD": settings.engine_password,
        "LETTERBOX_SECRET_KEY": settings.secret_key,
        "LETTERBOX_NUMBER_PREFIX": own_prefix("I"),
    }


@pytest.fixture
def run(door_services: Services) -> Run:
    """The command while the engine is away; the result's ``stdout`` and ``stderr`` are apart."""

    def invoke(*arguments: str | Path) -> Result:
        given = [str(each) for each in arguments]
        return CliRunner().invoke(main, given, env=environment(door_services.settings))

    return invoke


def answer(result: Result, code: int = 0) -> Any:
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def csv_file(folder: Path, rows: list[list[str]], encoding: str = "utf-8", header: list[str] = HEADER) -> Path:
    """With words of its own, so that it is a file no other test has brought."""
    text = io.StringIO()
    csv.writer(text).writerows([[*header, "批次"], *[[*row, folder.name] for row in rows]])
    path = folder / f"letters-{encoding}.csv"
    path.write_text(text.getvalue(), encoding=encoding, newline="")
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_goes_in_once(run: Run, tmp_path: Path, encoding: str) -> None:
    path = csv_file(tmp_path, ROWS, encoding)
    first = answer(run("import", path, "--channel", "city_portal", "--json"))
    assert (first["accepted"], first["already_there"], first["refused"]) == (3, 0, [])
    assert first["unused_columns"] == ["批次"]
    again = answer(run("import", path, "--channel", "city_portal", "--json"))
    assert (again["accepted"], again["already_there"], again["refused"]) == (0, 3, [])


def test_what_went_in_is_what_was_written(run: Run, api: Api, tmp_path: Path) -> None:
    rows = [["路灯不亮", "中心路的路灯坏了半个月。", "2026-08-30 09:12", "李四", "13800000000", f"R-{tmp_path.name}"]]
    answer(run("import", csv_file(tmp_path, rows), "--channel", "wenzheng_hunan", "--json"))
    found = [
        each["number"]
        for each in api.get("/letters?q=中心路&per_page=100", Role.SCREENER)["items"]
        if each["channel"] == "wenzheng_hunan"
    ]
    records = [api.get(f"/letters/{number}", Role.SCREENER) for number in found]
    (record,) = [each for each in records if each["channel_reference"] == f"R-{tmp_path.name}"]
    assert record["written_at"] == "2026-08-30T09:12:00+08:00"
    assert (record["writer"]["name"], record["writer"]["phone"]) == ("李四", "13800000000")
    assert [(event["name"], event["by"]) for event in record["events"]] == [("LetterReceived", "文件导入")]


def test_the_same_reference_in_another_file_is_the_same_letter(run: Run, tmp_path: Path) -> None:
    row = ["路灯", "不亮", "", "", "", f"X-{tmp_path.name}"]
    path = csv_file(tmp_path, [row])
    answer(run("import", path, "--channel", "city_portal", "--json"))
    other = csv_file(tmp_path, [ROWS[1], row], "gb18030")
    found = answer(run("import", other, "--channel", "city_portal", "--json"))
    assert (found["accepted"], found["already_there"]) == (1, 1)
    elsewhere = answer(run("import", path, "--channel", "wenzheng_hunan", "--json"))
    assert elsewhere["accepted"] == 1


def test_a_broken_row_is_refused_by_number_and_the_others_go_in(run: Run, tmp_path: Path) -> None:
    rows = [ROWS[0], ["没有正文", "   ", "", "", "", ""], ["时间不对", "正文", "昨天", "", "", ""], ROWS[2]]
    path = csv_file(tmp_path, rows)
    found = answer(run("import", path, "--channel", "city_portal", "--json"), 1)
    assert found["accepted"] == 2
    assert [row["row"] for row in found["refused"]] == [3, 4]
    assert all(row["reason"] for row in found["refused"])
    spoken = run("import", path, "--channel", "city_portal")
    assert spoken.exit_code == 1
    assert "第 3 行未导入" in spoken.stderr
    assert "已有 2 封" in spoken.stdout


def test_a_workbook_and_a_mapping(run: Run, tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for line in (["问题", "详情", "批次"], ["路灯", "不亮", tmp_path.name], ["1+1", "算式不是公式", tmp_path.name]):
        sheet.append(line)
    workbook.save(tmp_path / "letters.xlsx")
    arguments = ("import", tmp_path / "letters.xlsx", "--channel", "counter", "--mapping", "title=问题", "--mapping")
    assert answer(run(*arguments, "body=详情", "--json"))["accepted"] >= 1
    assert run(*arguments, "body=没有这一列").exit_code == 2


@pytest.mark.parametrize(
    ("content", "arguments", "named"),
    [
        (b"", ("--channel", "counter"), "FILE"),
        ("标题,电话\n路灯,1\n".encode(), ("--channel", "counter"), "body"),
        (b"title,body\na,b\n", ("--channel", "fax"), "--channel"),
        (b"title,body\na,b\n", (), "--channel"),
        (b"title,body\na,b\n", ("--channel", "counter", "--mapping", "title"), "--mapping"),
    ],
)
def test_wrong_use_names_what_is_wrong(
    run: Run, tmp_path: Path, content: bytes, arguments: tuple[str, ...], named: str
) -> None:
    path = tmp_path / "letters.csv"
    path.write_bytes(content)
    result = run("import", path, *arguments, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert named in result.stderr


def test_without_a_database_the_message_says_where_and_what_to_do(door_services: Services, tmp_path: Path) -> None:
    env = environment(door_services.settings) | {"DATABASE_URL": "postgresql://letterbox:secret@127.0.0.1:1/letterbox"}
    path = csv_file(tmp_path, ROWS)
    for arguments in (
        ["import", str(path), "--channel", "counter"],
        ["units"],
        ["token", "list"],
        ["diagrams", "export"],
    ):
        result = CliRunner().invoke(main, arguments, env=env)
        assert result.exit_code == 3, result.output
        assert "127.0.0.1:1" in result.stderr
        assert "letterbox up" in result.stderr
        assert "secret" not in result.stderr


def test_a_token_is_shown_once_and_opens_until_it_is_revoked(run: Run, api: Api) -> None:
    made = answer(run("token", "create", "--role", "unit_handler", "--unit", "transport", "--name", "试用", "--json"))
    sent = {"Authorization": f"Bearer {made['token']}"}
    assert api.call("GET", "/letters", **sent).status_code == 200
    listed = answer(run("token", "list", "--json"))
    assert made["token"] not in json.dumps(listed)
    assert (listed[-1]["role"], listed[-1]["unit"], listed[-1]["revoked_at"]) == ("unit_handler", "transport", None)
    answer(run("token", "revoke", str(listed[-1]["id"]), "--json"))
    assert api.call("GET", "/letters", **sent).status_code == 401


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--role", "boss", "--name", "x"), "--role"),
        (("--role", "unit_handler", "--name", "x"), "--unit"),
        (("--role", "unit_handler", "--unit", "nowhere", "--name", "x"), "--unit"),
        (("--role", "screener", "--unit", "transport", "--name", "x"), "--unit"),
        (("--role", "screener", "--name", " "), "--name"),
    ],
)
def test_a_wrong_token_is_not_made(run: Run, arguments: tuple[str, ...], named: str) -> None:
    result = run("token", "create", *arguments, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert named in result.stderr


def test_units_are_listed(run: Run) -> None:
    units = answer(run("units", "--json"))
    assert {"code", "name", "kind"} == units[0].keys()
    assert "transport" in {unit["code"] for unit in units}


def test_letters_are_exported_in_three_formats(run: Run, tmp_path: Path) -> None:
    rows = [["=cmd()", f"导出试验 {tmp_path.name}", "2026-08-30 09:12", "李四", "13800000000", ""]]
    answer(run("import", csv_file(tmp_path, rows), "--channel", "counter", "--json"))
    period = ("--from", "2020-01-01", "--to", "2099-12-31")
    documents = json.loads(run("export", "letters", *period, "--format", "json").stdout)
    (own,) = [each for each in documents if each["body"] == rows[0][1]]
    assert own["title"] == "=cmd()"
    assert own["written_at"] == "2026-08-30T09:12:00+08:00"
    assert "13800000000" not in json.dumps(own)
    run("export", "letters", *period, "--format", "csv", "--out", tmp_path / "out.csv")
    lines = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    assert {line["标题"] for line in lines if line["编号"] == own["number"]} == {"'=cmd()"}
    run("export", "letters", *period, "--format", "xlsx", "--out", tmp_path / "out.xlsx")
    sheet = load_workbook(tmp_path / "out.xlsx")["来信"]
    (cell,) = [row[3] for row in sheet.iter_rows() if row[0].value == own["number"]]
    assert (cell.value, cell.data_type) == ("=cmd()", "s")
    assert len(lines) == sheet.max_row - 1 == len(documents)


def test_the_live_bundle_is_brought_back(run: Run, tmp_path: Path) -> None:
    written = answer(run("diagrams", "export", "--to", tmp_path / "bpmn", "--json"))["written"]
    assert (tmp_path / "bpmn" / "letter-handling.bpmn").exists()
    assert (tmp_path / "bpmn" / "forms" / "screen-letter.form").exists()
    assert len(written) == len([path for path in (tmp_path / "bpmn").rglob("*") if path.is_file()])


def test_a_broken_diagram_is_named(run: Run, tmp_path: Path) -> None:
    assert answer(run("diagrams", "check", "--json")) == {"findings": []}
    broken = tmp_path / "letter-handling.bpmn"
    source = Path("bpmn/letter-handling.bpmn").read_text("utf-8")
    broken.write_text(source.replace("Task_ScreenLetter", "Task_Other"), "utf-8")
    found = answer(run("diagrams", "check", broken, "--json"), 1)["findings"]
    assert any("Task_ScreenLetter" in each["element"] and each["level"] == "error" for each in found)
    (tmp_path / "time-limits.dmn").write_text("<x/>", "utf-8")
    assert answer(run("diagrams", "check", tmp_path / "time-limits.dmn", "--json"), 1)["findings"]
    assert run("diagrams", "check", csv_file(tmp_path, ROWS)).exit_code == 2


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2100-01-01"])
@pytest.mark.parametrize("command", [("export", "letters"), ("audit", "export")])
def test_a_year_that_nobody_can_mean_is_wrong_use(run: Run, command: tuple[str, ...], day: str) -> None:
    result = run(*command, "--from", day, "--to", "2026-12-31")
    assert result.exit_code == 2
    assert "--from" in result.stderr
