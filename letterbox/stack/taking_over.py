"""Root gives the product's own user what its programs keep in the data folder; everything else there stays root's.

The folder itself and what root's programs write stay closed to that user, so that it cannot put a link in root's way.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

FOLDERS = ("attachments", "mail")
FILES = ("audit-spool.jsonl", "clock.lock")
"""Made beforehand, since that user may make no file in the data folder."""
SHARED = "logs"
"""Root's own logs beside the web server's: each may write there, and remove only its own (the sticky bit)."""
OF_THE_WEB_SERVER = ("access.jsonl*", ".access.jsonl.lock")


def take_over(data_dir: Path, user: int) -> None:
    """Also of a folder that root's programs filled before. Raises OSError."""
    for name in FOLDERS:
        _give_folder(data_dir / name, user)
    for name in FILES:
        (data_dir / name).touch(0o600)
        _give(data_dir / name, user)
    shared = data_dir / SHARED
    shared.mkdir(exist_ok=True)
    os.chown(shared, -1, user)
    shared.chmod(0o1770)
    for pattern in OF_THE_WEB_SERVER:
        for path in shared.glob(pattern):
            _give(path, user)


def _give_folder(folder: Path, user: int) -> None:
    folder.mkdir(exist_ok=True)
    for _path, folders, files, handle in os.fwalk(folder, follow_symlinks=False):
        os.chown(handle, user, user)
        os.fchmod(handle, 0o700)
        for name in (*folders, *files):
            found = os.stat(name, dir_fd=handle, follow_symlinks=False)
            if found.st_uid != user and (stat.S_ISDIR(found.st_mode) or found.st_nlink == 1):
                os.chown(name, user, user, dir_fd=handle, follow_symlinks=False)


def _give(path: Path, user: int) -> None:
    """A second name of a file is nobody's to give: it may be the file of somebody else."""
    found = path.lstat()
    if stat.S_ISREG(found.st_mode) and found.st_nlink == 1:
        os.chown(path, user, user, follow_symlinks=False)
