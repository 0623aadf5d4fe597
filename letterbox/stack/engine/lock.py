"""Lock files: which jars an engine is made of, each named by Maven coordinates and SHA-256, never by an address.

One jar a line, ``group:artifact:version[:classifier] sha256=… size=…``; the requested roots stand in the header.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from letterbox.domain.errors import ConfigError

HEADER = "# Jars of {name}. Made by `python -m letterbox.stack.engine.relock`; do not edit.\n"


@dataclass(frozen=True, slots=True, order=True)
class Jar:
    """One file of the lock. ``size`` in bytes, ``sha256`` in lower-case hex."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @property
    def coordinates(self) -> str:
        return ":".join(filter(None, (self.group, self.artifact, self.version, self.classifier)))

    @property
    def file_name(self) -> str:
        return "-".join(filter(None, (self.artifact, self.version, self.classifier))) + ".jar"

    @property
    def path(self) -> Path:
        """Where the jar lies below a cache folder (Maven's own layout)."""
        return Path(*self.group.split("."), self.artifact, self.version, self.file_name)

    def line(self) -> str:
        return f"{self.coordinates} sha256={self.sha256} size={self.size}\n"


@dataclass(frozen=True, slots=True)
class Lock:
    """All jars of one engine; ``roots`` are the coordinates that were asked for."""

    name: str
    roots: tuple[str, ...]
    jars: tuple[Jar, ...]

    @property
    def size(self) -> int:
        """Bytes of all jars together."""
        return sum(jar.size for jar in self.jars)

    def text(self) -> str:
        asked = "".join(f"# root {root}\n" for root in self.roots)
        return HEADER.format(name=self.name) + asked + "".join(jar.line() for jar in self.jars)


def read(path: Path) -> Lock:
    """Read a lock file. Raises ConfigError naming file and line if it is missing or malformed."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(
            f"读不到引擎的锁文件 {path}：{error.strerror} (cannot read the engine's lock file)"
        ) from error
    roots = tuple(line.removeprefix("# root ") for line in lines if line.startswith("# root "))
    return Lock(path.stem, roots, tuple(_jars(path, lines)))


def _jars(path: Path, lines: Iterable[str]) -> Iterable[Jar]:
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        try:
            yield _jar(line)
        except ValueError as error:
            raise ConfigError(f"锁文件 {path} 第 {number} 行无法识别 (malformed lock line): {line}") from error


def _jar(line: str) -> Jar:
    coordinates, digest, size = line.split()
    parts = coordinates.split(":")
    if len(parts) not in {3, 4} or not digest.startswith("sha256=") or not size.startswith("size="):
        raise ValueError(line)
    classifier = parts[3] if len(parts) == 4 else ""
    return Jar(
        group=parts[0],
        artifact=parts[1],
        version=parts[2],
        classifier=classifier,
        sha256=digest.removeprefix("sha256="),
        size=int(size.removeprefix("size=")),
    )
