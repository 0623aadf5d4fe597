"""What the studio shows of bundles: frozen values, free of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from letterbox.bundle.difference import FileChange
from letterbox.bundle.engine_refusals import in_chinese
from letterbox.bundle.model.diagram_model import Finding, Level
from letterbox.domain.errors import NotAllowed, WrongState
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.engine.errors import DeploymentRefused


class ProposalState(StrEnum):
    """What became of a proposal; void: its files were changed after it was made."""

    OPEN = "open"
    APPROVED = "approved"
    SENT_BACK = "sent-back"
    WITHDRAWN = "withdrawn"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class BundlePart:
    """A process, decision or form of a file. ``version`` is the engine's, None if it was not asked or is away.
    ``used_by``: names of the tasks that show the form."""

    key: str
    name: str
    version: int | None = None
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileLine:
    """``edition`` counts the different contents that were live under this name, from 1; ``since`` is when this one came."""

    name: str
    kind: str
    parts: tuple[BundlePart, ...]
    size: int
    digest: str
    edition: int
    since: datetime


@dataclass(frozen=True, slots=True)
class BundleLine:
    """``changed``: names of the files that differ from the bundle before; empty for the first."""

    id: int
    deployment_id: str
    origin: str
    digest: str
    deployed_at: datetime
    deployed_by: str
    note: str
    is_live: bool
    changed: tuple[str, ...]
    proposed_by: str | None = None


@dataclass(frozen=True, slots=True)
class BundleView:
    """``engine_answers``: whether the engine's versions could be asked for."""

    line: BundleLine
    files: tuple[FileLine, ...]
    engine_answers: bool = True


@dataclass(frozen=True, slots=True)
class Waiting:
    """An uploaded file that is not deployed. ``content`` is None for one to be taken out; ``is_stale``: the live file was
    changed by somebody else after the upload."""

    name: str
    content: bytes | None
    saved_at: datetime
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A bundle that might become the live one. ``seal`` names exactly this proposal over exactly this live bundle."""

    files: Mapping[str, bytes]
    live: BundleLine
    findings: tuple[Finding, ...]
    changes: tuple[FileChange, ...]
    seal: str
    waiting: tuple[Waiting, ...] = ()

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.level is Level.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.level is not Level.ERROR)

    def of_file(self, name: str) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.file == name)


class BundleRefused(WrongState):
    """The engine's own parser said no; ``findings`` by file and element."""

    def __init__(self, refusal: DeploymentRefused) -> None:
        super().__init__("流程引擎不接受这一套文件，没有部署；现行的流程不变。")
        self.findings = tuple(
            Finding(
                file=each.resource,
                element=each.element_id or "",
                rule="engine",
                message=f"流程引擎：{in_chinese(each.message)}",
            )
            for each in refusal.problems
            if each.is_error
        )


def require_owner(actor: Actor) -> int:
    """The id of the person. Raises NotAllowed."""
    if not actor.has(Role.PROCESS_OWNER) or actor.kind != "person" or actor.id is None:
        raise NotAllowed("只有流程管理员可以查看和更改流程")
    return int(actor.id)
