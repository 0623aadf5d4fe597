"""Uploads: scanned by a real scanner, limited by client and in all, forgotten after a day, read back as they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select

from letterbox.domain.errors import FieldErrors, NotFound, TooManyAttempts, Unavailable
from letterbox.files.scanner import Scanner
from letterbox.services.intake import attachments as room
from letterbox.services.intake.attachments import Attachments, Quota
from letterbox.store import migrate
from letterbox.store.database import Database
from letterbox.store.letters import Attachment
from tests.support.stack.clocks import SetClock
from tests.support.stack.keys import KEYS, sealed_folder
from tests.support.stack.malware_scanner import MALWARE, clamd
from tests.support.stack.stack import data_folder
from tests.support.writers import sample_files

PDF = sample_files.pdf()
NOW = datetime(2026, 9, 28, 1, tzinfo=UTC)


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    migrate.upgrade(empty_database_url)
    opened = Database(empty_database_url, KEYS)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture(scope="module")
def scanner() -> Iterator[Scanner]:
    with data_folder() as folder, clamd(folder) as address:
        yield Scanner(address)


def rows(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(Attachment)).one()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_malware_is_refused_and_leaves_nothing(
    database: Database, clock: SetClock, tmp_path: Path, scanner: Scanner
) -> None:
    uploads = Attachments(database, clock, sealed_folder(tmp_path), scanner)
    with pytest.raises(FieldErrors, match="恶意程序"):
        uploads.store(MALWARE, "通知.pdf")
    assert (rows(database), files(tmp_path)) == (0, [])
    assert uploads.store(PDF, "材料.pdf").filename == "材料.pdf"


def test_a_picture_is_kept_up_to_its_end(database: Database, clock: SetClock, tmp_path: Path) -> None:
    picture = sample_files.image()
    kept = Attachments(database, clock, sealed_folder(tmp_path)).store(picture + b"<script>", "a.png")
    assert kept.size == len(picture)
    with database.reading() as session:
        assert session.scalars(select(Attachment.sha256)).one() == sha256(picture).hexdigest()


def test_a_large_file_is_scanned_whole(scanner: Scanner) -> None:
    scanner.check(bytes(10 * 1024 * 1024))
    assert scanner.greet().startswith("ClamAV")


@pytest.mark.parametrize("address", ["clamd://127.0.0.1:9", "clamd:///nowhere/clamd.ctl"])
def test_while_the_scanner_is_away_no_file_is_taken(
    database: Database, clock: SetClock, tmp_path: Path, address: str
) -> None:
    with pytest.raises(Unavailable, match="先不带附件寄出"):
        Attachments(database, clock, sealed_folder(tmp_path), Scanner(address)).store(PDF, "材料.pdf")
    assert rows(database) == 0


def test_one_client_cannot_fill_the_disk(database: Database, clock: SetClock, tmp_path: Path) -> None:
    uploads = Attachments(
        database, clock, sealed_folder(tmp_path), quota=Quota(client_files=3, client_bytes=10**9, all_bytes=10**9)
    )
    for _ in range(3):
        uploads.store(PDF, "a.pdf", "one")
    with pytest.raises(TooManyAttempts, match="先把信寄出"):
        uploads.store(PDF, "a.pdf", "one")
    assert uploads.store(PDF, "a.pdf", "another")
    assert uploads.store(PDF, "a.pdf")
    clock.move(hours=25)
    assert uploads.store(PDF, "a.pdf", "one")


def test_a_client_is_limited_in_bytes_too_and_all_together(database: Database, clock: SetClock, tmp_path: Path) -> None:
    size = len(PDF)
    quota = Quota(client_files=99, client_bytes=2 * size, all_bytes=3 * size)
    uploads = Attachments(database, clock, sealed_folder(tmp_path), quota=quota)
    uploads.store(PDF, "a.pdf", "one")
    uploads.store(PDF, "a.pdf", "one")
    with pytest.raises(TooManyAttempts):
        uploads.store(PDF, "a.pdf", "one")
    uploads.store(PDF, "a.pdf", "another")
    with pytest.raises(Unavailable, match="快满了"):
        uploads.store(PDF, "a.pdf", "a third")


def test_before_the_disk_is_full_no_file_is_taken(
    database: Database, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LEAST_FREE_BYTES", 2**62)
    with pytest.raises(Unavailable, match="快满了"):
        Attachments(database, clock, sealed_folder(tmp_path / "not made yet")).store(PDF, "a.pdf")


def test_what_found_no_letter_within_a_day_is_forgotten(database: Database, clock: SetClock, tmp_path: Path) -> None:
    uploads = Attachments(database, clock, sealed_folder(tmp_path))
    old, shared = uploads.store(sample_files.image(), "a.png"), uploads.store(PDF, "a.pdf")
    clock.move(hours=23)
    young = uploads.store(PDF, "b.pdf")
    assert uploads.forget_orphans() == 0
    clock.move(hours=2)
    assert uploads.forget_orphans() == 2
    assert len(files(tmp_path)) == 1
    for gone in (old, shared):
        with pytest.raises(NotFound):
            uploads.upload(gone.token)
    assert uploads.upload(young.token).filename == "b.pdf"


def test_a_file_that_is_not_what_was_uploaded_is_not_given_out(
    database: Database, clock: SetClock, tmp_path: Path
) -> None:
    uploads = Attachments(database, clock, sealed_folder(tmp_path))
    uploads.store(PDF, "a.pdf")
    with database.reading() as session:
        row = session.scalars(select(Attachment)).one()
    assert uploads.content(row.letter_id, row.id)[1] == PDF  # type: ignore[arg-type]  # no letter is needed to read it back
    (path,) = files(tmp_path)
    sealed = path.read_bytes()
    for changed in (PDF + b" ", sealed[:-1], sealed + b" ", sealed[:-1] + bytes([sealed[-1] ^ 1])):
        path.write_bytes(changed)
        with pytest.raises(Unavailable, match="改动过"):
            uploads.content(row.letter_id, row.id)  # type: ignore[arg-type]  # as above
    path.unlink()
    with pytest.raises(Unavailable, match="不在了"):
        uploads.content(row.letter_id, row.id)  # type: ignore[arg-type]  # as above
