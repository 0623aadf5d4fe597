"""The diagram bundle: diagrams, tables and forms deployed as one, its origin recorded (design 2c)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from letterbox.bundle.diagrams import read_bundle
from letterbox.bundle.files.bundle_file import anew
from letterbox.bundle.meaning import bundle_meaning
from letterbox.bundle.model.diagram_model import Diagram
from letterbox.domain.clock import Clock
from letterbox.domain.errors import LetterboxError, WrongState
from letterbox.engine.client import EngineClient
from letterbox.engine.errors import AnswerLost
from letterbox.engine.records import Deployment
from letterbox.settings import ROOT
from letterbox.store.bundles import Bundle, BundleFile
from letterbox.store.database import Database

REPOSITORY, STUDIO = "repository", "studio"
DEPLOYMENT_NAME = "letterbox"
BUNDLE_DIR = ROOT / "bpmn"
SUFFIXES = {".bpmn", ".dmn", ".form"}
LOCK = "SELECT pg_advisory_xact_lock(hashtext('letterbox bundle'))"


@dataclass(frozen=True, slots=True)
class LiveBundle:
    """The bundle that new letters follow. ``note``: what was changed and why, as its deployer put it."""

    id: int
    deployment_id: str
    origin: str
    digest: str
    deployed_at: datetime
    deployed_by: str
    note: str


@dataclass(frozen=True, slots=True)
class Deployed:
    """``changed`` is False when the live bundle already is this one, or is the studio's and stays."""

    live: LiveBundle
    changed: bool
    kept_studio: bool = False


@dataclass(frozen=True, slots=True)
class LiveDiagram:
    content: bytes
    diagram: Diagram


class Design:
    """Deploys bundles and knows the live one."""

    def __init__(self, database: Database, engine: EngineClient, clock: Clock) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._read: tuple[str, tuple[LiveDiagram, ...]] = ("", ())

    def live(self) -> LiveBundle | None:
        with self._database.reading() as session:
            row = _live_row(session)
            return _bundle(row) if row else None

    def live_files(self) -> dict[str, bytes]:
        """Name → content of every file of the live bundle; empty before the first deployment."""
        with self._database.reading() as session:
            row = _live_row(session)
            if row is None:
                return {}
            files = session.execute(select(BundleFile.name, BundleFile.content).where(BundleFile.bundle_id == row.id))
            return dict(files.all())

    def live_diagrams(self) -> tuple[LiveDiagram, ...]:
        """By file name, empty before the first deployment; read once a deployment. Raises NotADiagram."""
        live = self.live()
        if live is None:
            return ()
        if self._read[0] != live.deployment_id:
            files = self.live_files()
            found = tuple(LiveDiagram(files[diagram.file], diagram) for diagram in read_bundle(files))
            self._read = live.deployment_id, found
        return self._read[1]

    def deploy_repository(
        self,
        files: Mapping[str, bytes],
        by: str,
        *,
        replace: bool = False,
        also: Callable[[Session, Bundle], None] = lambda _session, _bundle: None,
    ) -> Deployed:
        """Deploy the repository's files unless they are live already; a studio's bundle stays unless ``replace``."""
        live = self.live()
        is_live = live is not None and bundle_meaning(self.live_files()) == bundle_meaning(files)
        if live is not None and is_live and self._is_in_engine(live):
            return Deployed(live, changed=False)
        if live is not None and live.origin == STUDIO and not replace:
            return Deployed(live, changed=False, kept_studio=True)
        return Deployed(self.deploy(files, REPOSITORY, by, also=also), changed=True)

    def deploy(
        self,
        files: Mapping[str, bytes],
        origin: str,
        by: str,
        *,
        note: str = "",
        replacing: str | None = None,
        proposed_by: str | None = None,
        also: Callable[[Session, Bundle], None] = lambda _session, _bundle: None,
    ) -> LiveBundle:
        """Deploy all files, written anew, as one deployment and make it live; ``also`` writes more in the same
        transaction.

        ``replacing``: the digest that the live bundle must still have. Raises DeploymentRefused, WrongState (somebody else
        deployed meanwhile); nothing changes then.
        """
        files = anew(files)
        if bundle_meaning(files) == bundle_meaning(repository_files()):
            origin = REPOSITORY  # whoever brought it back: the program's next version may replace it
        deployment = self._deployed(files, origin)
        row = Bundle(
            deployment_id=deployment.id,
            origin=origin,
            digest=digest_of(files),
            deployed_at=self._clock.now(),
            deployed_by=by,
            note=note,
            is_live=True,
            proposed_by=proposed_by,
        )
        try:
            with self._database.transaction() as session:
                _make_live(session, row, files, replacing)
                also(session, row)
        except Exception:
            with suppress(LetterboxError):  # an instance may already have begun on it: then it stays, not live
                self._engine.deployments.delete(deployment.id)
            raise
        return _bundle(row)

    def _deployed(self, files: Mapping[str, bytes], origin: str) -> Deployment:
        """An answer that is lost is looked up by the deployment's own name: new letters would follow it unrecorded."""
        name = f"{DEPLOYMENT_NAME} {uuid4().hex[:12]}"
        try:
            return self._engine.deployments.deploy(name, files, origin)
        except AnswerLost:
            found = self._engine.deployments.latest(name=name)
            if found is None:
                raise
            return found

    def _is_in_engine(self, live: LiveBundle) -> bool:
        """False after the engine's database was emptied: then the same files must be deployed again."""
        return bool(self._engine.deployments.definitions(live.deployment_id))


def repository_files(folder: Path = BUNDLE_DIR) -> dict[str, bytes]:
    """The bundle as it lies in ``bpmn/``; forms are deployed under their bare file name."""
    return {path.name: path.read_bytes() for path in bundle_paths(folder)}


def bundle_paths(folder: Path) -> list[Path]:
    """Every file of a bundle below ``folder``."""
    return [path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES]


def digest_of(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


def _make_live(session: Session, row: Bundle, files: Mapping[str, bytes], replacing: str | None) -> None:
    session.execute(text(LOCK))
    live = _live_row(session)
    if replacing is not None and (live is None or live.digest != replacing):
        raise WrongState("现行的流程刚刚被换过，这次没有部署：请对照新的现行版本再看一遍")
    session.execute(update(Bundle).where(Bundle.is_live).values(is_live=False))
    session.add(row)
    session.flush()
    session.add_all(BundleFile(bundle_id=row.id, name=name, content=content) for name, content in files.items())


def _live_row(session: Session) -> Bundle | None:
    return session.scalars(select(Bundle).where(Bundle.is_live)).first()


def _bundle(row: Bundle) -> LiveBundle:
    return LiveBundle(
        id=row.id,
        deployment_id=row.deployment_id,
        origin=row.origin,
        digest=row.digest,
        deployed_at=row.deployed_at,
        deployed_by=row.deployed_by,
        note=row.note,
    )
