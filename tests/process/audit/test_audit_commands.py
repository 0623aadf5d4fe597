"""``letterbox audit`` and ``people export``: the trail is proved and written out, and whatever leaves is itself an entry of it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from letterbox.cli import run
from letterbox.cli._operator import operator
from letterbox.seeds import values as seeds
from letterbox.services.audit.trail import SPOOL
from letterbox.stack.postgres import AUDITOR
from letterbox.store.audit import AuditEvent
from tests.support.stack.keys import SECRET
from tests.support.stack.trail_place import AWAY, Place

pytest_plugins = ["tests.support.stack.trail_fixtures"]
pytestmark = pytest.mark.engine

Capture = pytest.CaptureFixture[str]
Days = tuple[str, ...]


@pytest.fixture
def command(place: Place, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Callable[..., tuple[int, str, str]]:
    """Runs a command on the place: exit code, answer, messages."""
    for name, value in {
        "LETTERBOX_PROFILE": "production",
        "LETTERBOX_DATA_DIR": str(place.folder),
        "LETTERBOX_SECRET_KEY": SECRET,
        "DATABASE_URL": place.urls["letterbox"],
        "LETTERBOX_AUDIT_DATABASE_URL": place.urls[AUDITOR],
        "ENGINE_URL": "http://127.0.0.1:1/engine-rest",
        "ENGINE_USER": "x",
        "ENGINE_PASSWORD": "x",
    }.items():
        monkeypatch.setenv(name, value)

    def call(*arguments: str) -> tuple[int, str, str]:
        code, (out, err) = run(arguments), capsys.readouterr()
        return code, out, err

    return call


def rows(place: Place) -> list[AuditEvent]:
    with closing(place.services()) as services:
        return services.audit_reading.after(0, 100)


def days(place: Place) -> Days:
    """The days of everything that is there."""
    at = rows(place)[0].at
    return ("--from", f"{at:%Y-%m-%d}", "--to", f"{at.replace(year=at.year + 1):%Y-%m-%d}")


def test_a_whole_trail_is_proved(command: Callable[..., tuple[int, str, str]]) -> None:
    assert command("audit", "verify")[:2] == (0, "核对了 5 条，完整\n")
    code, out, _err = command("audit", "verify", "--json")
    assert (code, json.loads(out)) == (0, {"ok": True, "rows": 5, "broken": []})


def test_a_trail_that_was_touched_is_told_row_by_row_and_by_the_exit_code(
    place: Place, command: Callable[..., tuple[int, str, str]]
) -> None:
    place.tamper("UPDATE audit_events SET by_name = '别人' WHERE position = 2")
    place.tamper("DELETE FROM audit_events WHERE position = 4")
    code, out, _err = command("audit", "verify", "--json")
    broken = [{"position": 2, "why": "内容和记下时不一样"}, {"position": 4, "why": "缺少第 4 至 4 条"}]
    assert (code, json.loads(out)) == (1, {"ok": False, "rows": 4, "broken": broken})
    code, out, _err = command("audit", "verify")
    assert (code, out.splitlines()) == (
        1,
        ["第 2 条：内容和记下时不一样", "第 4 条：缺少第 4 至 4 条", "核对了 4 条，发现 2 处问题"],
    )


@pytest.mark.parametrize("to_file", [True, False])
def test_an_export_holds_every_row_and_is_the_last_of_them(
    place: Place, command: Callable[..., tuple[int, str, str]], tmp_path: Path, to_file: bool
) -> None:
    asked, out = days(place), tmp_path / "trail.jsonl"
    code, printed, told = command("audit", "export", *asked, *(["--out", str(out)] if to_file else []))
    assert code == 0
    lines = [json.loads(line) for line in (out.read_text("utf-8") if to_file else printed).splitlines()]
    kept = rows(place)
    assert [(each["position"], each["hash"]) for each in lines] == [(row.position, row.hash) for row in kept]
    assert (f"已导出 6 条到 {out}" in told) is to_file
    assert entry(lines[-1]) == (
        operator().name,
        "exported",
        "done",
        "audit",
        asked[1],
        {"format": "jsonl", "until": asked[3]},
    )
    assert command("audit", "verify")[0] == 0


def entry(line: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(line[each] for each in ("by_name", "act", "result", "object_kind", "object_id", "detail"))


def test_a_period_without_rows_is_empty_and_still_an_entry(
    place: Place, command: Callable[..., tuple[int, str, str]]
) -> None:
    assert command("audit", "export", "--from", "2020-01-01", "--to", "2020-01-31")[:2] == (0, "")
    assert [row.act for row in rows(place)[5:]] == ["exported"]
    assert command("audit", "export", "--from", "2020-02-01", "--to", "2020-01-31")[0] == 2
    assert len(rows(place)) == 6


@pytest.mark.parametrize("which", [("audit", "export"), ("people", "export"), ("people", "export", "--units")])
def test_what_cannot_be_recorded_does_not_leave(
    place: Place,
    command: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    which: tuple[str, ...],
) -> None:
    monkeypatch.setenv("LETTERBOX_AUDIT_DATABASE_URL", AWAY)
    (place.folder / SPOOL).mkdir()
    code, out, _err = command(*which, *(days(place) if which[0] == "audit" else ()))
    assert (code, out) == (3, "")


@pytest.mark.parametrize(("options", "kind"), [((), "people"), (("--units",), "units")])
def test_people_and_units_that_leave_are_an_entry(
    place: Place, command: Callable[..., tuple[int, str, str]], options: tuple[str, ...], kind: str
) -> None:
    with closing(place.services()) as services:
        services.seeding.units(seeds.load_units())
        services.seeding.people(seeds.load_people(seeds.load_units()), "demo-password")
    code, out, _err = command("people", "export", *options)
    assert (code, list(yaml.safe_load(out))) == (0, [kind])
    assert "argon2" not in out
    last = rows(place)[-1]
    said = (last.by_name, last.act, last.object_kind, last.detail)
    assert said == (operator().name, "exported", kind, {"format": "yaml"})


def test_an_export_reaches_the_log_server_too(place: Place, command: Callable[..., tuple[int, str, str]]) -> None:
    command("audit", "export", *days(place))
    with socket.socket(type=socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        url = f"udp://127.0.0.1:{server.getsockname()[1]}"
        with closing(place.services(syslog_url=url)) as services:
            assert services.audit_syslog is not None
            services.audit_syslog.send()
        received = [server.recv(65_535).decode() for _ in range(6)]
    assert [json.loads(each.partition("\ufeff")[2])["act"] for each in received] == ["letter_read"] * 5 + ["exported"]
