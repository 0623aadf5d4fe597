"""Whom web server, workers and mail catcher run as when root starts them, and by which interpreter they can."""

from __future__ import annotations

import compileall
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from socket import socket

from letterbox import unprivileged
from letterbox.stack.programs import PASSED_ON, Program

PROBE = "import gunicorn, workers, webapp, letterbox.stack.mail_catcher"
PROBE_S = 60
PACKAGES = ("letterbox", "workers", "webapp")
HOMELESS = {"HOME": "/nonexistent"}
"""Root's home is closed to them; what looks for its own files there must find nothing instead of an error."""
NOT_COPIED = (
    "site-packages",
    "test",
    "tests",
    "idlelib",
    "tkinter",
    "turtledemo",
    "ensurepip",
    "lib2to3",
    "config-*",
)
Note = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class OwnUser:
    """``user`` None: as we are. ``env``: what ``python`` needs beyond our own environment."""

    user: int | None = None
    python: str = sys.executable
    env: Mapping[str, str] = field(default_factory=dict)

    def program(
        self,
        name: str,
        arguments: Sequence[str],
        env: Mapping[str, str] | None = None,
        listens_on: Sequence[socket] = (),
    ) -> Program:
        """A Python program of ours, from a folder that its user can enter."""
        return Program(
            name,
            [self.python, *arguments],
            env={**self.env, **(env or {})},
            user=self.user,
            cwd=None if self.user is None else Path("/"),
            listens_on=listens_on,
        )


def choose(note: Note) -> OwnUser:
    """The product's own user if root starts us and that user can run our code; else as we are, which is said plainly."""
    user = unprivileged.product_user()
    if user is None:
        return OwnUser()
    try:
        _compile_for_all()
        chosen = _with_readable_python(user)
        reason = _obstacle(chosen)
    except OSError as error:
        reason = str(error)
    if not reason:
        return chosen
    note(
        f"网站、工作进程和邮件收集器只能以 root 运行：没有权限的用户 {user} 运行不了这里的程序（{reason}）。"
        "请把程序和 Python 装到所有用户都能进入的目录（例如 /opt），或改用普通用户运行 (still running as root)",
        "bold red",
    )
    return OwnUser()


def _with_readable_python(user: int) -> OwnUser:
    if unprivileged.is_open(Path(sys.executable), user):
        return OwnUser(user, sys.executable, HOMELESS)
    base = _copy_of_python(Path(sys.base_prefix))
    python = _environment_of(base)
    return OwnUser(user, str(python), {**HOMELESS, "LD_LIBRARY_PATH": str(base / "lib")})


def _compile_for_all() -> None:
    """That user may write no compiled module beside ours, nor read those that root made for itself alone."""
    for name in PACKAGES:
        spec = find_spec(name)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            compileall.compile_dir(place, quiet=2)
            for made in Path(place).rglob("__pycache__"):
                unprivileged.open_for_reading(made)


def _obstacle(who: OwnUser) -> str:
    """Why that user cannot run our code; empty if he can. Tried, because there are more reasons than can be listed."""
    environ = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | dict(who.env)
    try:
        done = subprocess.run(
            [who.python, "-c", PROBE],
            user=who.user,
            group=who.user,
            extra_groups=[],
            cwd="/",
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=PROBE_S,
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return f"{PROBE_S} s"
    if done.returncode == 0:
        return ""
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1][:300]


def _copy_of_python(base: Path) -> Path:
    """The interpreter and its library without what only developers need, once for each Python of root's."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    original = Path(sys.executable).resolve()
    folder = _cache(f"{sys.version}{original}{original.stat().st_mtime_ns}", "python")

    def fill(fresh: Path) -> None:
        (fresh / "bin").mkdir()
        shutil.copy2(original, fresh / "bin" / name)
        shutil.copytree(base / "lib" / name, fresh / "lib" / name, ignore=shutil.ignore_patterns(*NOT_COPIED))
        for library in (base / "lib").glob("libpython*.so*"):
            shutil.copy2(library, fresh / "lib" / library.name)

    return _made(folder, fill)


def _environment_of(base: Path) -> Path:
    """The interpreter of a virtual environment with the packages of ours."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = Path(sys.prefix) / "lib" / name / "site-packages"

    def fill(fresh: Path) -> None:
        own = fresh / "lib" / name / "site-packages"
        own.mkdir(parents=True)
        (own / "installed.pth").write_text(f"import site; site.addsitedir({str(packages)!r})\n", encoding="utf-8")
        (fresh / "pyvenv.cfg").write_text(f"home = {base / 'bin'}\ninclude-system-site-packages = false\n", "utf-8")
        (fresh / "bin").mkdir()
        (fresh / "bin" / "python").symlink_to(base / "bin" / name)

    return _made(_cache(f"{base}{packages}", "environment"), fill) / "bin" / "python"


def _cache(of: str, kind: str) -> Path:
    return unprivileged.SYSTEM_CACHE / f"{kind}-{hashlib.sha256(of.encode()).hexdigest()[:12]}"


def _made(folder: Path, fill: Callable[[Path], None]) -> Path:
    """``folder``, filled beside and renamed at once: another start sees all of it or nothing. Raises OSError."""
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as partial:
        fresh = Path(partial) / folder.name
        fresh.mkdir()
        fill(fresh)
        unprivileged.open_for_reading(fresh)
        if not folder.exists():
            fresh.rename(folder)
    return folder
