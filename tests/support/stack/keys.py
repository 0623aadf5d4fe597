"""One secret for whatever shares the tests' database, and what is made of it."""

from __future__ import annotations

from pathlib import Path

from letterbox.domain.keys import Keys
from letterbox.files.folder import SealedFolder
from letterbox.files.sealed import FileSeal

SECRET = "a secret of the tests, long enough for the product"
ANOTHER = "another secret of the tests, as long as the first"
KEYS = Keys(SECRET)


def sealed_folder(folder: Path, keys: Keys = KEYS) -> SealedFolder:
    return SealedFolder(folder, FileSeal(keys))
