"""A backup of a living installation: restored elsewhere it has every letter that was acknowledged before it began."""

from __future__ import annotations

import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from letterbox import settings as settings_module
from letterbox import wiring
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel, Role
from letterbox.stack.programs import free_port
from letterbox.store.audit import AuditEvent
from letterbox.store.letters import Attachment, Letter
from letterbox.wiring import Services
from tests.support.office.api import LETTER
from tests.support.stack import stack
from tests.support.stack.running_up import Up, ready
from tests.support.stack.waiting import until
from tests.support.writers import sample_files

pytestmark = pytest.mark.engine

PHRASE = "a pass phrase of the tests"
FULL_AT = 1_000_000
"""Bytes that a file may have where the disk is to seem full: the smallest backup is larger."""


@dataclass
class Lived:
    """An installation, a backup of it made while letters came, and what had been acknowledged before the backup began."""

    up: Up
    file: Path
    phrase: Path
    attached: dict[str, bytes] = field(default_factory=dict)
    from_machines: list[str] = field(default_factory=list)
    before: frozenset[str] = frozenset()
    meanwhile: int = 0


class Letters:
    """Files letters with attachments through the services and letters without through the machine interface."""

    def __init__(self, lived: Lived, services: Services, token: str) -> None:
        self._lived = lived
        self._services = services
        self._token = token
        self._url = json.loads((lived.up.data_dir / "stack.json").read_text())["web_url"]
        self._sizes = itertools.count(8)
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._go_on, args=(file,)) for file in (self.attached, self.by_machine)
        ]

    def attached(self) -> None:
        content = sample_files.image("PNG", (next(self._sizes), 6))
        upload = self._services.attachments.store(content, "照片.png")
        draft = LetterDraft(
            Channel.PORTAL,
            "路灯不亮",
            "路灯不亮。",
            is_public=False,
            writer=WriterDetails("李四", phone="13955512345"),
            uploads=(upload.token,),
        )
        self._lived.attached[self._services.intake.submit(draft, WRITER).number] = content

    def by_machine(self) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = requests.post(f"{self._url}/api/v1/letters", json=LETTER, headers=headers, timeout=30)
        assert answer.status_code == 201, answer.text
        self._lived.from_machines.append(answer.json()["number"])

    def _go_on(self, file: object) -> None:
        while not self._over.is_set():
            file()  # type: ignore[operator]  # one of the two above

    def __enter__(self) -> Letters:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()


def acknowledged(lived: Lived) -> frozenset[str]:
    return frozenset((*lived.attached, *lived.from_machines))


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    with stack.data_folder() as folder, ready(folder / "data", free_port()) as up:
        lived = Lived(up, folder / "kept" / "letterbox.backup", folder / "phrase")
        lived.file.parent.mkdir()
        lived.phrase.write_text(f"{PHRASE}\n", encoding="utf-8")
        made = up.command("token", "create", "--role", str(Role.CHANNEL), "--name", "机器", "--json")
        token = json.loads(made.stdout)["token"]
        with _services(up) as services, Letters(lived, services, token):
            until(lambda: len(lived.attached) > 5 and len(lived.from_machines) > 5, within_s=60, what="letters")
            lived.before = acknowledged(lived)
            done = backup(lived, lived.file)
            lived.meanwhile = len(acknowledged(lived) - lived.before)
        assert done.returncode == 0, done.stderr
        yield lived


@contextmanager
def _services(up: Up) -> Iterator[Services]:
    with closing(wiring.build(settings_module.load(up.environ))) as opened:
        yield opened


def backup(lived: Lived, file: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return lived.up.command("backup", str(file), "--passphrase-file", str(lived.phrase), *more)


def restore(lived: Lived, file: Path, folder: Path, phrase: Path | None) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "letterbox.cli", "restore", str(file)]
    argv += [] if phrase is None else ["--passphrase-file", str(phrase)]
    environ = {**lived.up.environ, "LETTERBOX_DATA_DIR": str(folder)}
    return subprocess.run(argv, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_it_is_the_owners_sealed_whole_and_remembered(lived: Lived) -> None:
    assert lived.meanwhile > 0, "nothing was filed while the backup was made"
    assert lived.file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in lived.file.parent.iterdir()] == [lived.file.name]
    verified = backup(lived, lived.file, "--verify", "--json")
    assert verified.returncode == 0, verified.stderr
    assert json.loads(verified.stdout)["sealed"] is True
    checks = {each["name"]: each for each in json.loads(lived.up.command("doctor", "--json").stdout)["checks"]}
    assert checks["backup"]["ok"]
    assert "最近一次" in checks["backup"]["detail"]
    with _services(lived.up) as services, services.database.reading() as session:
        taken = session.scalars(select(AuditEvent.act).where(AuditEvent.object_kind == "backup")).all()
    assert "exported" in taken


def test_restored_elsewhere_every_letter_is_there_with_its_file_and_the_engine_agrees(lived: Lived) -> None:
    with stack.data_folder() as folder:
        done = restore(lived, lived.file, folder / "data", lived.phrase)
        assert done.returncode == 0, done.stderr
        assert "letterbox reconcile" in done.stdout
        assert "LETTERBOX_PROFILE" in done.stdout, "what the environment gave is named"
        with ready(folder / "data", free_port()) as again:
            until(lambda: _compared(again)["moving"] == 0, within_s=120, what="the commands that were on their way")
            found = _compared(again)
            assert found["differences"] == []
            assert found["checked"] >= len(lived.before)
            with _services(again) as services:
                _look(services, lived)


def _compared(up: Up) -> dict[str, object]:
    found: dict[str, object] = json.loads(up.command("reconcile", "--json").stdout)
    return found


def _look(services: Services, lived: Lived) -> None:
    with services.database.reading() as session:
        letters = {row.number: row.id for row in session.execute(select(Letter.number, Letter.id))}
        rows = session.scalars(select(Attachment)).all()
    assert lived.before - letters.keys() == set()
    contents = {row.letter_id: services.attachments.read(row) for row in rows}  # also of those that came meanwhile
    kept = {number: content for number, content in lived.attached.items() if number in lived.before}
    assert len(kept) > 5
    assert {number: contents[letters[number]] for number in kept} == kept


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda whole: whole[:-1], "损坏或不完整"),
        (lambda whole: whole[: len(whole) // 2], "损坏或不完整"),
        (lambda whole: whole[:70_000] + bytes([whole[70_000] ^ 1]) + whole[70_001:], "损坏或不完整"),
        (lambda whole: b"x" + whole[1:], "不是 letterbox backup 写的文件"),
    ],
    ids=["cut off", "half", "a bit", "the beginning"],
)
def test_a_broken_backup_is_refused_and_nothing_made(lived: Lived, tmp_path: Path, change: object, words: str) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(change(lived.file.read_bytes()))  # type: ignore[operator]  # one of the above
    done = restore(lived, broken, tmp_path / "data", lived.phrase)
    assert done.returncode == 1
    assert words in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


@pytest.mark.parametrize(("said", "words"), [("another pass phrase", "口令不对"), (None, "--passphrase-file")])
def test_without_its_pass_phrase_it_is_not_opened(lived: Lived, tmp_path: Path, said: str | None, words: str) -> None:
    phrase = tmp_path / "phrase"
    phrase.write_text(said or "", encoding="utf-8")
    done = restore(lived, lived.file, tmp_path / "data", phrase if said else None)
    assert done.returncode == 2
    assert words in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_folder_with_anything_in_it_is_left_as_it_is(lived: Lived, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "mine").write_text("mine", encoding="utf-8")
    done = restore(lived, lived.file, folder, lived.phrase)
    assert done.returncode == 2
    assert "LETTERBOX_DATA_DIR" in done.stderr
    assert [path.name for path in folder.iterdir()] == ["mine"]


def test_an_existing_file_is_replaced_only_when_that_is_said(lived: Lived, tmp_path: Path) -> None:
    target = tmp_path / "FILE"
    target.write_text("an older one", encoding="utf-8")
    done = backup(lived, target)
    assert done.returncode == 2
    assert "--replace" in done.stderr
    assert target.read_text("utf-8") == "an older one"
    assert backup(lived, target, "--replace").returncode == 0
    assert backup(lived, target, "--verify").returncode == 0


def test_a_full_disk_leaves_what_was_there(lived: Lived, tmp_path: Path) -> None:
    target = tmp_path / "FILE"
    target.write_text("an older one", encoding="utf-8")
    limit = (FULL_AT, FULL_AT)
    done = subprocess.run(
        [sys.executable, "-m", "letterbox.cli", "backup", str(target), "--replace"],
        env=lived.up.environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    assert done.returncode == 1
    assert "请看磁盘空间和权限" in done.stderr
    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {"FILE": "an older one"}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_backup_has_no_name_and_the_next_one_gets_it(lived: Lived, tmp_path: Path, how: int) -> None:
    target, part = tmp_path / "FILE", tmp_path / "FILE.part"
    argv = [sys.executable, "-m", "letterbox.cli", "backup", str(target)]
    running = subprocess.Popen(argv, env=lived.up.environ, stderr=subprocess.DEVNULL, start_new_session=True)
    until(lambda: part.exists() and part.stat().st_size > 0, within_s=60, what="the first bytes")
    os.kill(running.pid, how)
    assert running.wait(30) != 0
    assert not target.exists()
    assert backup(lived, target).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["FILE"]
