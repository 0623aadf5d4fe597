"""A backup's file: read back whole, or refused in words; nothing of it is put outside the folder."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from letterbox.cli import run
from letterbox.domain.errors import ConfigError, LetterboxError, Unavailable
from letterbox.services.operations.doctor.backups import BackupChecks, remember
from letterbox.stack import parts, stack_file
from letterbox.stack.backup import archive, making, restoring
from letterbox.stack.backup.archive import BrokenBackup
from letterbox.stack.postgres import EmbeddedPostgres
from letterbox.stack.programs import free_port
from tests.support.writers import sample_files

PHRASE = "a pass phrase of the tests"
AT = "2026-09-08T08:00:00+08:00"
FILES = {
    "secrets.json": b"{}",
    "stack.json": b'{"county_name": "x", "web_port": 1}',
    "postgres/PG_VERSION": b"18\n",
    "attachments/ab/abcd": sample_files.image(),
    "attachments/ab/empty": b"",
}


def written(phrase: str | None, files: dict[str, bytes] = FILES) -> bytes:
    target = io.BytesIO()
    writer = archive.ArchiveWriter(target, phrase)
    writer.folder("postgres")
    for name, content in files.items():
        writer.file(name, len(content), io.BytesIO(content))
    writer.finish({"at": AT})
    return target.getvalue()


def held(content: bytes, phrase: str | None) -> dict[str, bytes | None]:
    found: dict[str, bytes | None] = {}

    def keep(name: str, stream: IO[bytes] | None) -> None:
        found[name] = None if stream is None else stream.read()

    assert archive.read(io.BytesIO(content), "FILE", phrase, keep)["at"] == AT
    return found


@pytest.mark.parametrize("phrase", [None, PHRASE])
def test_what_was_written_is_read(phrase: str | None) -> None:
    assert held(written(phrase), phrase) == {"postgres": None, **FILES}


def test_without_a_pass_phrase_any_tar_reads_it() -> None:
    with tarfile.open(fileobj=io.BytesIO(written(None)), mode="r:gz") as tar:
        assert tar.getnames() == ["postgres", *FILES, archive.MANIFEST]


def test_whatever_byte_is_changed_or_missing_is_noticed() -> None:
    whole, noticed = written(None), 0
    behind = 10  # the header of gzip: a time and a system that say nothing
    for place in (*range(behind, behind + 40), *range(behind + 40, len(whole), 41)):
        for changed in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]):
            with pytest.raises(BrokenBackup, match="损坏"):
                held(changed, None)
            noticed += 1
    assert noticed > 90


@pytest.mark.parametrize("place", [len(archive.MAGIC), 60, -1])
def test_so_it_is_under_a_pass_phrase(place: int) -> None:
    whole = bytearray(written(PHRASE))
    whole[place] ^= 1
    with pytest.raises(LetterboxError, match="损坏"):
        held(bytes(whole), PHRASE)


@pytest.mark.parametrize(
    ("content", "phrase", "words"),
    [
        (written(PHRASE), None, "--passphrase-file"),
        (written(PHRASE), PHRASE + "?", "口令不对"),
        (written(None), PHRASE, "没有加密"),
        (b"", None, "不是 letterbox backup 写的文件"),
        (b"PK\x03\x04 something", None, "不是 letterbox backup 写的文件"),
    ],
)
def test_what_does_not_fit_is_said(content: bytes, phrase: str | None, words: str) -> None:
    with pytest.raises(LetterboxError, match=words):
        held(content, phrase)


@pytest.mark.parametrize(
    "name", ["../secrets.json", "postgres/../../x", "/etc/x", "postgres//x", "logs/x", "stack.json/x", "up.lock", "."]
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(BrokenBackup):
        held(written(None, {**FILES, name: b"x"}), None)


def _without(name: str) -> Callable[[archive.ArchiveWriter], None]:
    return lambda writer: writer.members.pop(name) and None


def test_a_member_that_the_manifest_does_not_name_is_refused() -> None:
    target = io.BytesIO()
    writer = archive.ArchiveWriter(target, None)
    writer.file("secrets.json", 2, io.BytesIO(b"{}"))
    _without("secrets.json")(writer)
    writer.finish({"at": AT})
    with pytest.raises(BrokenBackup, match="manifest"):
        held(target.getvalue(), None)


def test_a_fresh_folder_is_filled_and_names_what_the_environment_gave(tmp_path: Path) -> None:
    file, folder = tmp_path / "FILE", tmp_path / "data"
    file.write_bytes(written(None))
    folder.mkdir()
    assert restoring.restore(file, folder, None) == ["LETTERBOX_COUNTY_NAME"]
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert found == {**FILES, restoring.BEFORE: FILES["stack.json"]}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_dir()} == {0o700}
    with pytest.raises(ConfigError, match="不是空的"):
        restoring.restore(file, folder, None)


@pytest.mark.parametrize("content", [written(None)[:-9], b"", written(PHRASE)])
def test_what_cannot_be_restored_leaves_nothing(tmp_path: Path, content: bytes) -> None:
    file, folder = tmp_path / "FILE", tmp_path / "data"
    file.write_bytes(content)
    with pytest.raises(LetterboxError):
        restoring.restore(file, folder, None)
    assert [path.name for path in tmp_path.iterdir()] == ["FILE"]


def test_verify_reads_all_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, phrase = tmp_path / "FILE", tmp_path / "phrase"
    file.write_bytes(written(PHRASE))
    phrase.write_text(f"{PHRASE}\n", encoding="utf-8")
    arguments = ["backup", "--verify", str(file), "--passphrase-file", str(phrase)]
    assert run(arguments) == 0
    assert "完好" in capsys.readouterr().out
    file.write_bytes(file.read_bytes()[:-1])
    assert run(arguments) == 1
    assert "请改用另一份备份" in capsys.readouterr().err
    phrase.write_text("short", encoding="utf-8")
    assert run(arguments) == 2


def test_where_nothing_was_started_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="LETTERBOX_DATA_DIR"):
        making.make(tmp_path, tmp_path / "FILE", None, replace=False)
    assert list(tmp_path.iterdir()) == []


def stopped(folder: Path, **other: object) -> Path:
    """A data folder in which something ran once; ``other``: where its parts were."""
    server = EmbeddedPostgres(folder / "postgres", free_port(), parts.secrets_of(folder).database)
    own = {"database_url": server.url("letterbox"), "engine_url": "http://127.0.0.1:1/engine-rest"}
    ports = {"database_port": server.port, "engine_port": 1, "secret_key": "x"}
    stack_file.write(folder, {**own, **ports, **other})
    return folder


def test_a_stopped_system_is_to_be_started_first(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="letterbox up"):
        making.make(stopped(tmp_path / "data"), tmp_path / "FILE", None, replace=False)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize("part", ["database_url", "engine_url"])
def test_what_lies_outside_is_said_not_left_out(tmp_path: Path, part: str) -> None:
    elsewhere = stopped(tmp_path / "data", **{part: "postgresql://letterbox:x@db.example.org/letterbox"})
    with pytest.raises(ConfigError, match="production"):
        making.make(elsewhere, tmp_path / "FILE", None, replace=False)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


NOW = datetime(2026, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "ago", "is_well"), [(0, None, True), (0, 400, True), (1, None, False), (2, 1, True), (2, 3, False)]
)
def test_the_doctor_misses_a_backup_only_where_one_is_expected(
    tmp_path: Path, days: int, ago: int | None, is_well: bool
) -> None:
    if ago is not None:
        remember(tmp_path, NOW - timedelta(days=ago))
    found = BackupChecks(tmp_path, days, lambda: NOW).backup()
    assert (found.remedy == "") is is_well
    assert ("最近一次" in found.detail) is (ago is not None)
