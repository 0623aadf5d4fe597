"""After the secret was replaced: what lies under an older key, or in clear from before, is sealed under the current one.

May be interrupted and started again at any time, beside a running installation: each file and each batch of rows is
finished by itself. Once nothing is left the older keys are no longer asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from letterbox.domain.keys import Keys, Purpose
from letterbox.files.folder import SealedFolder
from letterbox.files.sealed import BrokenFile
from letterbox.services.intake.attachments import lock_file
from letterbox.store import keyring, resealing
from letterbox.store.database import Database
from letterbox.store.letters import Attachment
from letterbox.store.sealing import sealer_of

BATCH = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeyState:
    """``older``: ids of keys under which something may still lie. ``rows`` and ``files`` are not under the current one;
    ``lost`` files are gone."""

    current: str
    older: list[str]
    rows: int
    files: int
    lost: int

    @property
    def is_done(self) -> bool:
        return not (self.older or self.rows or self.files)


@dataclass(frozen=True, slots=True)
class Renewed:
    """``broken``: rows and files that no key opens; they stay as they are."""

    rows: int
    files: int
    broken: int


class KeyRenewal:
    def __init__(
        self,
        database: Database,
        keys: Keys,
        folder: SealedFolder,
        mails: SealedFolder,
        also: Iterable[Callable[[], int]] = (),
    ) -> None:
        """``also``: seal anew what others keep under keys of their own; each says how many rows that were."""
        self._database = database
        self._keys = keys
        self._folder = folder
        self._mails = mails
        self._sealer = sealer_of(keys)
        self._also = list(also)

    def state(self) -> KeyState:
        """What is left to do; reads the first bytes of every file."""
        with self._database.reading() as session:
            older, rows = keyring.older(session, self._keys), resealing.left(session, self._sealer.prefix)
        found = [_is_current(self._folder, path) for path, _ in self._stored()]
        found += [_is_current(self._mails, Path(name)) for name in self._mails.names()]
        current = next(iter(self._keys.ids(Purpose.COLUMNS)))
        return KeyState(current=current, older=older, rows=rows, files=found.count(False), lost=found.count(None))

    def renew(self) -> Renewed:
        """Seal everything under the current key; a file that is gone or that no key opens stays as it is and is counted."""
        rows, broken = self._seal_rows(self._sealer.prefix)
        rows += sum(seal() for seal in self._also)
        files = [self._renew_file(*each) for each in self._stored()]
        files += [_renewed(self._mails, Path(name), name) for name in self._mails.names()]
        with self._database.transaction() as session:
            keyring.forget_older(session, self._keys)
        return Renewed(rows, files.count(True), files.count(None) + broken)

    def seal_clear_rows(self) -> int:
        """Seal what an earlier version wrote in clear. How many rows that were."""
        return self._seal_rows(resealing.CLEAR)[0]

    def _seal_rows(self, prefix: str) -> tuple[int, int]:
        """Rows sealed anew and rows that could not be, a transaction a batch."""
        sealed = broken = 0
        for table in resealing.sealed_tables():
            last: tuple[Any, ...] | None = None
            while True:
                with self._database.transaction() as session:
                    batch = resealing.seal_batch(session, self._sealer, table, prefix, last)
                sealed, broken, last = sealed + batch.sealed, broken + batch.broken, batch.last
                if last is None:
                    break
        return sealed, broken

    def _stored(self) -> Iterator[tuple[Path, str]]:
        """Each stored file once: its path and its digest."""
        last = 0
        while True:
            first = func.min(Attachment.id)
            query = select(first, Attachment.path, Attachment.sha256).group_by(Attachment.path, Attachment.sha256)
            with self._database.reading() as session:
                rows = session.execute(query.having(first > last).order_by(first).limit(BATCH)).all()
            if not rows:
                return
            for _, path, digest in rows:
                yield Path(path), digest
            last = rows[-1][0]

    def _renew_file(self, path: Path, digest: str) -> bool | None:
        """Whether it was to be done; None if it cannot be. Nobody stores or removes the same file meanwhile."""
        with self._database.transaction() as session:
            lock_file(session, digest)
            if session.scalars(select(Attachment.id).where(Attachment.sha256 == digest).limit(1)).first() is None:
                return False
            return _renewed(self._folder, path, digest)


def _is_current(folder: SealedFolder, path: Path) -> bool | None:
    try:
        return folder.is_current(path)
    except FileNotFoundError:
        return None


def _renewed(folder: SealedFolder, path: Path, name: str) -> bool | None:
    try:
        return folder.renew(path, name)
    except (FileNotFoundError, BrokenFile) as error:
        log.error("the file %s cannot be sealed anew: %s", path, error)
        return None
