"""Standard texts for replies: each unit's own, and common ones that the e-gov office keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from letterbox.domain.clean_text import clean_text
from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound
from letterbox.domain.permissions import EGOV_ROLES, Actor
from letterbox.domain.vocabulary import Role
from letterbox.store.database import Database
from letterbox.store.replies import StandardText

TITLE_MAX, BODY_MAX = 40, 5000
COMMON_KEEPERS = EGOV_ROLES | {Role.ADMIN}


@dataclass(frozen=True, slots=True)
class TextView:
    """``unit`` None: common to all. ``may_change``: whether the reader may change it."""

    id: int
    unit: str | None
    title: str
    body: str
    changed_by: str
    changed_at: datetime
    may_change: bool


class StandardTexts:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def seed(self, texts: Iterable[tuple[str, str]]) -> int:
        """Common texts (title, body) for a database that has none; returns how many were added."""
        rows = list(texts)
        with self._database.transaction() as session:
            if session.scalar(select(func.count()).select_from(StandardText)):
                return 0
            session.add_all(
                StandardText(
                    unit_code=None, title=title, body=body.strip(), changed_by="系统", changed_at=self._clock.now()
                )
                for title, body in rows
            )
        return len(rows)

    def list(self, actor: Actor) -> list[TextView]:
        """What the actor may use: his units' own first, then the common ones."""
        units = actor.units()
        with self._database.reading() as session:
            visible = or_(StandardText.unit_code.is_(None), StandardText.unit_code.in_(units))
            query = select(StandardText).where(visible).order_by(StandardText.unit_code.is_(None), StandardText.id)
            return [_view(row, actor) for row in session.scalars(query)]

    def get(self, text_id: int, actor: Actor) -> TextView:
        """Raises NotFound, also for another unit's."""
        with self._database.reading() as session:
            return _view(_row(session, text_id, actor), actor)

    def add(self, unit: str | None, title: str, body: str, actor: Actor) -> None:
        """Raises NotAllowed, FieldErrors."""
        if not may_keep(actor, unit):
            raise NotAllowed("本单位的范文由本单位的人员维护，通用范文由电子政务办维护")
        clean = _checked(title, body)
        self._write(StandardText(unit_code=unit, **clean, **self._by(actor)))

    def change(self, text_id: int, title: str, body: str, actor: Actor) -> None:
        """Raises NotFound, NotAllowed, FieldErrors."""
        clean = _checked(title, body)
        with _unique_title(), self._database.transaction() as session:
            row = _kept(session, text_id, actor)
            for name, value in {**clean, **self._by(actor)}.items():
                setattr(row, name, value)

    def remove(self, text_id: int, actor: Actor) -> None:
        """Raises NotFound, NotAllowed."""
        with self._database.transaction() as session:
            session.delete(_kept(session, text_id, actor))

    def _by(self, actor: Actor) -> dict[str, object]:
        return {"changed_by": actor.name, "changed_at": self._clock.now()}

    def _write(self, row: StandardText) -> None:
        with _unique_title(), self._database.transaction() as session:
            session.add(row)


class _unique_title:  # noqa: N801  # reads as a statement
    """A title that is taken is an error at its field."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, IntegrityError) and "uq_standard_texts" in str(error.orig):
            raise FieldErrors({"title": "已经有同名的范文，请换一个名称"}) from None


def may_keep(actor: Actor, unit: str | None) -> bool:
    """Whether the actor may change texts of this unit: common ones belong to the e-gov office, a unit's to its own
    people."""
    return actor.has(*COMMON_KEEPERS) if unit is None else unit in actor.units()


def filled(body: str, facts: Mapping[str, str]) -> str:
    """The text with ``{number}``, ``{title}``, ``{unit}`` and ``{date}`` filled in; other braces stay."""
    for name, value in facts.items():
        body = body.replace(f"{{{name}}}", value)
    return body


def _checked(title: str, body: str) -> dict[str, str]:
    texts = {"title": clean_text(title, lines=False), "body": clean_text(body)}
    missing = {"title": "请写一个名称", "body": "请写范文的内容"}
    errors = {name: missing[name] for name, text in texts.items() if not text}
    for name, most in (("title", TITLE_MAX), ("body", BODY_MAX)):
        if len(texts[name]) > most:
            errors[name] = f"最多 {most} 字，现有 {len(texts[name])} 字"
    if errors:
        raise FieldErrors(errors)
    return texts


def _row(session: Session, text_id: int, actor: Actor) -> StandardText:
    row = session.get(StandardText, text_id)
    if row is None or (row.unit_code is not None and row.unit_code not in actor.units()):
        raise NotFound("没有这篇范文，或者它是别的单位的")
    return row


def _kept(session: Session, text_id: int, actor: Actor) -> StandardText:
    row = _row(session, text_id, actor)
    if not may_keep(actor, row.unit_code):
        raise NotAllowed("通用范文由电子政务办维护")
    return row


def _view(row: StandardText, actor: Actor) -> TextView:
    return TextView(
        id=row.id,
        unit=row.unit_code,
        title=row.title,
        body=row.body,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        may_change=may_keep(actor, row.unit_code),
    )
