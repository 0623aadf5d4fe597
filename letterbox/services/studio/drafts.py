"""A process owner's uploaded files before they are deployed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from letterbox.bundle.files.bundle_file import read
from letterbox.bundle.files.safe_reading import LARGEST_FILE
from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.services.studio.parts import parts_of, same_as
from letterbox.services.studio.views import ProposalState, Waiting
from letterbox.store.database import Database
from letterbox.store.studio import StudioFile, StudioProposal

MOST_FILES = 60
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}\.(?:bpmn|dmn|form)", re.ASCII)
COPY = re.compile(r"\s*[(（]\d+[)）](?=\.\w+$)")
"""What a browser adds to the name of a file downloaded twice: ``letter-handling (1).bpmn``."""


def upload_name(name: str, content: bytes, live: Mapping[str, bytes]) -> str:
    """The file's name in the bundle: a version of a live file takes its name, whatever it was saved as.

    Raises FieldErrors.
    """
    shown = "".join(each for each in name if each.isprintable())[:80]
    clean = COPY.sub("", re.split(r"[/\\]", shown)[-1])
    stem, dot, kind = clean.rpartition(".")
    clean = f"{stem}{dot}{kind.lower()}"
    if not re.search(r"\.(?:bpmn|dmn|form)$", clean):
        raise FieldErrors({"files": f"“{shown}”不是流程文件：请上传 .bpmn、.dmn 或者 .form 文件"})
    if not content:
        raise FieldErrors({"files": f"“{shown}”是空文件"})
    if len(content) > LARGEST_FILE:
        raise FieldErrors({"files": f"“{shown}”太大，最多 {LARGEST_FILE // 1024 // 1024} MB"})
    file = read(clean, content)
    if file.is_out_of_bounds:
        raise FieldErrors({"files": f"“{shown}”没有收下：{file.findings[0].message}"})
    clean = same_as(clean, content, live) or _plain(clean, content)
    if not NAME.fullmatch(clean):
        raise FieldErrors(
            {"files": f"“{shown}”：文件名只能用小写英文字母、数字、点和连字符，例如 letter-handling.bpmn"}
        )
    return clean


def _plain(name: str, content: bytes) -> str:
    """A new file whose name a bundle cannot have goes by what it holds: ``法制意见.form`` by the form's id."""
    if NAME.fullmatch(name):
        return name
    stem, _, kind = name.rpartition(".")
    inside = [part.key for part in parts_of({name: content}, {}).get(name, ())]
    for each in (stem, *inside):
        plain = re.sub(r"[^a-z0-9.-]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", each).lower()).strip("-.")
        if plain and each.isascii():
            return f"{plain}.{kind}"
    return name


class Drafts:
    """Rows of ``studio_files``; ``live`` is always the live bundle's files."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of(self, session: Session, person_id: int, live: Mapping[str, bytes]) -> tuple[Waiting, ...]:
        """What still differs from the live bundle, by name."""
        rows = session.scalars(select(StudioFile).where(StudioFile.person_id == person_id).order_by(StudioFile.name))
        return tuple(
            Waiting(
                name=row.name,
                content=row.content,
                saved_at=row.saved_at,
                is_stale=row.replaces != _digest(live.get(row.name)),
            )
            for row in rows
            if row.content != live.get(row.name)
        )

    def keep(self, person_id: int, files: Mapping[str, bytes], live: Mapping[str, bytes]) -> list[str]:
        """Files that are as the live ones end the owner's change of them. Raises FieldErrors."""
        same = [name for name, content in files.items() if live.get(name) == content]
        changed = {name: content for name, content in files.items() if name not in same}
        with self._database.transaction() as session:
            self.void_proposals(session, person_id)
            here = set(session.scalars(select(StudioFile.name).where(StudioFile.person_id == person_id)))
            if len(here | changed.keys()) > MOST_FILES:
                raise FieldErrors({"files": f"一次最多改动 {MOST_FILES} 个文件"})
            session.execute(delete(StudioFile).where(StudioFile.person_id == person_id, StudioFile.name.in_(same)))
            for name, content in changed.items():
                self._put(session, person_id, name, content, live)
        return sorted(changed)

    def take_out(self, person_id: int, name: str, live: Mapping[str, bytes]) -> None:
        if name not in live:
            raise NotFound("现行的一套里没有这个文件")
        with self._database.transaction() as session:
            self.void_proposals(session, person_id)
            self._put(session, person_id, name, None, live)

    def _put(
        self, session: Session, person_id: int, name: str, content: bytes | None, live: Mapping[str, bytes]
    ) -> None:
        row = {"content": content, "replaces": _digest(live.get(name)), "saved_at": self._clock.now()}
        statement = insert(StudioFile).values(person_id=person_id, name=name, **row)
        keys = [StudioFile.person_id, StudioFile.name]
        session.execute(statement.on_conflict_do_update(index_elements=keys, set_=row))

    def discard_file(self, person_id: int, name: str) -> None:
        with self._database.transaction() as session:
            self.void_proposals(session, person_id)
            session.execute(delete(StudioFile).where(StudioFile.person_id == person_id, StudioFile.name == name))

    def discard(self, person_id: int) -> None:
        with self._database.transaction() as session:
            self.void_proposals(session, person_id)
            self.forget(session, person_id)

    def void_proposals(self, session: Session, person_id: int) -> None:
        """A change after the proposal: what was proposed is no longer what its owner wants."""
        mine = (StudioProposal.person_id == person_id, StudioProposal.state == ProposalState.OPEN)
        session.execute(
            update(StudioProposal).where(*mine).values(state=ProposalState.VOID, decided_at=self._clock.now())
        )

    @staticmethod
    def forget(session: Session, person_id: int) -> None:
        session.execute(delete(StudioFile).where(StudioFile.person_id == person_id))


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()
