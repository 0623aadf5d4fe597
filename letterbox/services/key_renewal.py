"""After the secret was replaced: what lies under an older key, or in clear from before, is sealed under the current one.

May be interrupted and started again at any time, beside a running installation: each file and each batch of rows is
finished by itself. Once nothing is left the older keys are no longer asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from letterbox.domain.keys import Keys, Purpose
from letterbox.files.folder import SealedFolder
from letterbox.files.sealed import BrokenFile
from letterbox.services.attachments import lock_file
from letterbox.store import keyring
from letterbox.store.database import Database
from letterbox.store.letters import Attachment

BATCH = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeyState:
    """``older``: ids of keys under which something may still lie. ``files`` are not under the current one, ``lost`` are gone."""

    current: str
    older: list[str]
    files: int
    lost: int

    @property
    def is_done(self) -> bool:
        return not (self.older or self.files)


@dataclass(frozen=True, slots=True)
class Renewed:
    files: int
    broken: int


class KeyRenewal:
    def __init__(self, database: Database, keys: Keys, folder: SealedFolder) -> None:
        self._database = database
        self._keys = keys
        self._folder = folder

    def state(self) -> KeyState:
        """What is left to do; reads the first bytes of every file."""
        with self._database.reading() as session:
            older = keyring.older(session, self._keys)
        found = [self._is_current(path) for _, path, _ in self._stored()]
        return KeyState(next(iter(self._keys.ids(Purpose.COLUMNS))), older, found.count(False), found.count(None))

    def renew(self) -> Renewed:
        """Seal everything under the current key; a file that is gone or that no key opens stays as it is and is counted."""
        files = [self._renew_file(*each) for each in self._stored()]
        with self._database.transaction() as session:
            keyring.forget_older(session, self._keys)
        return Renewed(files.count(True), files.count(None))

    def _stored(self) -> Iterator[tuple[int, Path, str]]:
        """Each stored file once: the id of its first row, its path and its digest."""
        last = 0
        while True:
            first = func.min(Attachment.id)
            query = select(first, Attachment.path, Attachment.sha256).group_by(Attachment.path, Attachment.sha256)
            with self._database.reading() as session:
                rows = session.execute(query.having(first > last).order_by(first).limit(BATCH)).all()
            if not rows:
                return
            for row_id, path, digest in rows:
                yield row_id, Path(path), digest
            last = rows[-1][0]

    def _is_current(self, path: Path) -> bool | None:
        try:
            return self._folder.is_current(path)
        except FileNotFoundError:
            return None

    def _renew_file(self, row_id: int, path: Path, digest: str) -> bool | None:
        """Whether it was to be done; None if it cannot be. Nobody stores or removes the same file meanwhile."""
        with self._database.transaction() as session:
            lock_file(session, digest)
            if session.scalars(select(Attachment.id).where(Attachment.sha256 == digest).limit(1)).first() is None:
                return False
            try:
                return self._folder.renew(path, digest)
            except (FileNotFoundError, BrokenFile) as error:
                log.error("attachment %s cannot be sealed anew: %s", row_id, error)
                return None
