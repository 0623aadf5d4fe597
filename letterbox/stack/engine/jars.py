"""Bring an engine's locked jars into the user's cache: fetched in threads, verified at every start.

A damaged or half-written jar is fetched again once. What does not match its SHA-256 then is never started.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import requests
from jgo.constants import default_maven_repo
from jgo.maven import MavenContext

from letterbox import unprivileged
from letterbox.domain.errors import LetterboxError, Unavailable
from letterbox.settings import ROOT
from letterbox.stack.engine.lock import Jar, Lock

THREADS = 8
TIMEOUT_S = 30
ATTEMPTS = 2
SPARE_BYTES = 100_000_000
"""Left free on the disk beside the jars, for what the engine itself writes."""

ASKED_EACH_CALL = "spring-boot-starter-rest"
"""The REST API looks for this jar anew at every call, from the front of the class path: behind 74 others that is a fifth of
a simple call's processor time."""


Progress = Callable[[Jar], None]
"""Told of each jar that is in place."""


class EngineFilesError(Unavailable):
    """The engine's jars cannot be had: no network, no room, or not what the lock file says."""


class Damaged(LetterboxError):
    """A fetched jar is not the one that was locked."""


def config_dir() -> Path:
    """The folder with engine.groovy, application.yaml and the lock files."""
    return ROOT / "config" / "deploy" / "engine"


def cache_dir() -> Path:
    """``letterbox`` in the user's cache (XDG), shared by all installations of this user.

    Root's own cache is closed to the user whom the engine runs as; then it is ``/var/cache/letterbox``.
    """
    base = os.environ.get("XDG_CACHE_HOME")
    own = (Path(base) if base else Path.home() / ".cache") / "letterbox"
    user = unprivileged.engine_user()
    return own if user is None or unprivileged.is_reachable(own, user) else unprivileged.SYSTEM_CACHE


def fetch(lock: Lock, cache: Path, progress: Progress, context: MavenContext | None = None) -> list[Path]:
    """The class path: all jars of ``lock`` below ``cache``, fetching what is missing or damaged.

    Raises EngineFilesError with the remedy: no network, disk full, wrong checksum twice.
    """
    folder = cache / "jars"
    with _disk_errors(folder), _one_at_a_time(folder):
        missing = [jar for jar in lock.jars if not _is_right(folder / jar.path, jar)]
        here = set(lock.jars) - set(missing)
        for jar in sorted(here):
            progress(jar)
        _need_room(folder, missing)
        _fetch_all(missing, folder, progress, context)
        if unprivileged.engine_user() is not None:
            _let_read(folder, lock.jars)
    return sorted((folder / jar.path for jar in lock.jars), key=lambda path: ASKED_EACH_CALL not in path.name)


def _fetch_all(jars: Sequence[Jar], folder: Path, progress: Progress, context: MavenContext | None) -> None:
    if not jars:
        return

    def fetch_one(jar: Jar) -> None:
        _fetch_one(jar, folder, context)
        progress(jar)

    pool = ThreadPoolExecutor(THREADS)
    try:
        for _ in pool.map(fetch_one, jars):
            pass
    finally:
        pool.shutdown(cancel_futures=True)


def _fetch_one(jar: Jar, folder: Path, context: MavenContext | None) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _download(jar, folder, context or _maven(attempt))
        except requests.RequestException as error:
            raise EngineFilesError(
                f"首次启动需要下载引擎组件，但无法连接网络（{jar.file_name}）。请检查网络或代理设置后重试，"
                f"已下载的部分会保留 (no network: the engine's jars cannot be fetched)"
            ) from error
        except (Damaged, RuntimeError) as error:
            if attempt == ATTEMPTS:
                raise EngineFilesError(
                    f"引擎组件 {jar.coordinates} 下载两次，校验和都不符或服务器上没有，已停止。"
                    f"请检查网络代理是否改写了下载内容，再重试 (checksum mismatch or not found: {error})"
                ) from error
        else:
            return


def _maven(attempt: int) -> MavenContext:
    """Maven's local repository serves the first attempt only: what it holds may be the damaged copy."""
    return MavenContext(timeout=TIMEOUT_S, local_repos=[default_maven_repo()] if attempt == 1 else [])


def _download(jar: Jar, folder: Path, maven: MavenContext) -> None:
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=folder) as incoming:
        fresh = MavenContext(maven.resolver, Path(incoming), maven.local_repos, maven.remote_repos, maven.timeout)
        found = fresh.project(jar.group, jar.artifact).at_version(jar.version).artifact(jar.classifier).resolve()
        if not _is_right(found, jar):
            raise Damaged(f"{jar.file_name}: sha256 {_sha256(found)}, locked {jar.sha256}")
        target = folder / jar.path
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = Path(incoming) / "verified.jar"
        shutil.copyfile(found, copy)
        copy.replace(target)


def _let_read(folder: Path, jars: Sequence[Jar]) -> None:
    """Whoever the engine runs as may read the jars, whatever the umask was: they are no secret."""
    for jar in jars:
        path = folder / jar.path
        path.chmod(0o644)
        for parent in path.parents[: len(jar.path.parts) + 1]:
            parent.chmod(0o755)


def _is_right(path: Path, jar: Jar) -> bool:
    return path.is_file() and path.stat().st_size == jar.size and _sha256(path) == jar.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _need_room(folder: Path, missing: Sequence[Jar]) -> None:
    needed = sum(jar.size for jar in missing) + SPARE_BYTES
    if missing and shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except requests.RequestException:
        raise
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise EngineFilesError(
            f"磁盘空间不足：{folder} 需要约 {SPARE_BYTES // 1_000_000 + 80} MB。请腾出空间，"
            f"或用 XDG_CACHE_HOME 指定别处 (disk full)"
        ) from error


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Two starts at once wait for each other instead of fetching twice."""
    with (folder / ".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
