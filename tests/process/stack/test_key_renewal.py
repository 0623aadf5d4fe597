"""The secret replaced: what was sealed before stays readable, is sealed anew, and then needs the old secret no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from letterbox.domain.errors import ConfigError, Unavailable
from letterbox.domain.keys import Keys
from letterbox.services.intake.attachments import Attachments
from letterbox.services.operations.doctor.keys import KeyChecks
from letterbox.services.operations.keys.renewal import KeyRenewal, Renewed
from letterbox.store import migrate
from letterbox.store.database import Database
from letterbox.store.letters import Attachment
from tests.support.stack.clocks import SetClock
from tests.support.stack.keys import ANOTHER, SECRET, sealed_folder
from tests.support.writers import sample_files

OLD, NEW, BOTH = Keys(SECRET), Keys(ANOTHER), Keys(ANOTHER, (SECRET,))
NOW = datetime(2026, 9, 28, 1, tzinfo=UTC)
PDF, PICTURE = sample_files.pdf(), sample_files.image()


class Installation:
    """The product's own parts on one database and one folder, under the keys that it is opened with."""

    def __init__(self, url: str, keys: Keys, folder: Path) -> None:
        self.database = Database(url, keys)
        sealed = sealed_folder(folder, keys)
        self.attachments = Attachments(self.database, SetClock(NOW), sealed)
        self.renewal = KeyRenewal(self.database, keys, sealed, sealed_folder(folder / "mail", keys))

    def close(self) -> None:
        self.database.close()

    def contents(self) -> list[bytes]:
        with self.database.reading() as session:
            rows = session.scalars(select(Attachment).order_by(Attachment.id)).all()
        return [self.attachments.read(row) for row in rows]


@pytest.fixture
def url(empty_database_url: str) -> str:
    migrate.upgrade(empty_database_url)
    return empty_database_url


@contextmanager
def opened(url: str, keys: Keys, folder: Path) -> Iterator[Installation]:
    with closing(Installation(url, keys, folder)) as installation:
        yield installation


def test_a_wrong_secret_is_refused_before_anything_is_read_or_written(url: str, tmp_path: Path) -> None:
    with opened(url, OLD, tmp_path) as before:
        before.attachments.store(PDF, "a.pdf")
    with opened(url, NEW, tmp_path) as wrong:
        for use in (wrong.database.check_keys, lambda: wrong.attachments.store(PDF, "b.pdf"), wrong.contents):
            with pytest.raises(ConfigError, match="不是这个数据库的密钥"):
                use()
    with opened(url, OLD, tmp_path) as again:
        assert again.contents() == [PDF]


def test_an_empty_database_takes_any_secret_and_keeps_to_it(empty_database_url: str, tmp_path: Path) -> None:
    with opened(empty_database_url, OLD, tmp_path) as first:
        first.database.check_keys()
        migrate.upgrade(empty_database_url)
        first.database.check_keys()
    with opened(empty_database_url, NEW, tmp_path) as wrong, pytest.raises(ConfigError):
        wrong.database.check_keys()


def test_after_the_renewal_the_old_secret_is_needed_no_more(url: str, tmp_path: Path) -> None:
    with opened(url, OLD, tmp_path) as before:
        before.attachments.store(PDF, "a.pdf")
    with opened(url, BOTH, tmp_path) as rotating:
        rotating.attachments.store(PICTURE, "b.png")
        assert rotating.contents() == [PDF, PICTURE]
        assert (rotating.renewal.state().files, len(rotating.renewal.state().older)) == (1, 1)
        assert rotating.renewal.state().rows == 1
        assert "旧密钥" in KeyChecks(rotating.renewal).keys().detail
        assert KeyChecks(rotating.renewal).keys().remedy != ""
    with opened(url, NEW, tmp_path) as too_early, pytest.raises(ConfigError):
        too_early.contents()
    with opened(url, BOTH, tmp_path) as rotating:
        assert rotating.renewal.renew() == Renewed(rows=1, files=1, broken=0)
        assert rotating.renewal.renew() == Renewed(rows=0, files=0, broken=0)
        assert KeyChecks(rotating.renewal).keys().remedy == ""
    with opened(url, NEW, tmp_path) as after:
        assert after.contents() == [PDF, PICTURE]
        assert after.renewal.state().is_done


def test_a_file_from_before_is_read_and_sealed(url: str, tmp_path: Path) -> None:
    with opened(url, OLD, tmp_path) as installation:
        installation.attachments.store(PDF, "a.pdf")
        installation.attachments.store(PDF, "the same.pdf")
        (path,) = (each for each in tmp_path.rglob("*") if each.is_file())
        path.write_bytes(PDF)
        assert installation.contents() == [PDF, PDF]
        assert installation.renewal.state().files == 1
        assert installation.renewal.renew() == Renewed(rows=0, files=1, broken=0)
        assert PDF not in path.read_bytes()
        assert installation.contents() == [PDF, PDF]


def test_what_cannot_be_opened_is_told_of_and_holds_up_nothing_else(url: str, tmp_path: Path) -> None:
    with opened(url, OLD, tmp_path) as before:
        before.attachments.store(PDF, "a.pdf")
        (path,) = (each for each in tmp_path.rglob("*") if each.is_file())
        path.write_bytes(path.read_bytes()[:-1])
        before.attachments.store(PICTURE, "b.png")
    with opened(url, BOTH, tmp_path) as rotating:
        assert rotating.renewal.renew() == Renewed(rows=2, files=1, broken=1)
    with opened(url, NEW, tmp_path) as after:
        assert after.renewal.state().older == []
        with pytest.raises(Unavailable):
            after.contents()
