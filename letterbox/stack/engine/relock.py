"""``python -m letterbox.stack.engine.relock``: resolve the engines' jars afresh and write their lock files.

A developer's command; it needs the network. What it writes is reviewed and committed.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from jgo.maven import Artifact, MavenContext, PythonResolver, _model
from jgo.maven._core import create_pom

from letterbox.stack.engine.jars import THREADS, config_dir
from letterbox.stack.engine.lanes import BY_NAME, EngineLane
from letterbox.stack.engine.lock import Jar, Lock

SPRING_BOOT = "3.5.16"
POSTGRESQL = "42.7.14"
GROOVY = "4.0.33"
RAISED = (
    "org.apache.commons:commons-lang3:3.22.0",
    "org.apache.tomcat.embed:tomcat-embed-core:10.1.62",
    "org.apache.tomcat.embed:tomcat-embed-el:10.1.62",
    "org.apache.tomcat.embed:tomcat-embed-websocket:10.1.62",
)
"""Jars whose published holes were mended after the release that Spring Boot names."""
TEST_LIBRARIES = ("org.junit", "org.assertj", "org.opentest4j", "org.apiguardian", "net.bytebuddy")
"""Groups that a carelessly scoped POM drags in; the engine runs without them."""

RESOLVER_LOG = "jgo.maven._model"


def roots(lane: EngineLane) -> tuple[str, ...]:
    return (
        f"{lane.group}:{lane.prefix}-spring-boot-starter-rest:{lane.version}",
        f"{lane.group}:{lane.prefix}-spring-boot-starter-webapp:{lane.version}",
        f"org.springframework.boot:spring-boot-starter-jdbc:{SPRING_BOOT}",
        f"org.springframework.boot:spring-boot-starter-web:{SPRING_BOOT}",
        f"org.postgresql:postgresql:{POSTGRESQL}",
        f"org.apache.groovy:groovy:{GROOVY}",
        *RAISED,
    )


class _Unresolved(logging.Handler):
    """Collects POMs that the resolver skipped: it only logs them, at debug level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("Could not build model"):
            self.messages.append(record.getMessage())


@contextmanager
def _strict_resolver() -> Iterator[_Unresolved]:
    """jgo, with skipped POMs collected and its property expansion not taking two mentions of one property for a loop."""
    expand, log, skipped = _model.Model._propvalue, logging.getLogger(RESOLVER_LOG), _Unresolved()

    def expand_branch(name: str, properties: dict[str, str], visited: set[str] | None = None) -> str | None:
        value: str | None = expand(name, properties, set(visited or ()))
        return value

    level = log.level
    log.setLevel(logging.DEBUG)
    log.addHandler(skipped)
    try:
        with patch.object(_model.Model, "_propvalue", staticmethod(expand_branch)):
            yield skipped
    finally:
        log.removeHandler(skipped)
        log.setLevel(level)


def resolve(lane: EngineLane, cache: Path) -> Lock:
    """All jars ``lane`` needs at run time, downloaded into ``cache`` and digested.

    Raises RuntimeError if any POM could not be read, because then the closure would be incomplete.
    """
    resolver = PythonResolver()
    context = MavenContext(resolver, repo_cache=cache, timeout=30)
    bom = context.project("org.springframework.boot", "spring-boot-dependencies").at_version(SPRING_BOOT)
    pom = create_pom([context.create_dependency(root) for root in roots(lane)], [bom])
    host = replace(resolver.profile_constraints, properties={"project.parent.version": lane.version})
    with _strict_resolver() as skipped:
        found, _ = _model.Model(pom, context, profile_constraints=host).dependencies()
    if skipped.messages:
        raise RuntimeError("\n".join(skipped.messages))
    wanted = [
        one for one in found if one.scope in {"compile", "runtime"} and not one.groupId.startswith(TEST_LIBRARIES)
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        return Lock(lane.name, roots(lane), tuple(sorted(pool.map(_digest, (one.artifact for one in wanted)))))


def _digest(artifact: Artifact) -> Jar:
    content = artifact.resolve().read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Jar(
        group=artifact.groupId,
        artifact=artifact.artifactId,
        version=artifact.version,
        classifier=artifact.classifier,
        sha256=digest,
        size=len(content),
    )


def main(names: Sequence[str]) -> int:
    for lane in BY_NAME.values():
        if names and lane.name not in names:
            continue
        with tempfile.TemporaryDirectory(prefix="letterbox-relock-") as cache:
            lock = resolve(lane, Path(cache))
        (config_dir() / f"{lane.name}.lock").write_text(lock.text(), encoding="utf-8")
        sys.stderr.write(f"{lane.name}: {len(lock.jars)} jars, {lock.size / 1e6:.0f} MB\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
