"""The audit trail as it is read: pages for the auditor, lines for export, the proof of the chain, the end of old rows."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import String, and_, cast, func, or_, select, text

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.keys import Keys, Purpose
from letterbox.domain.page import Page, items_before, nearest_page
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.audit.log import require_one_of
from letterbox.services.visibility.hidden import names_none_hidden
from letterbox.store.audit import START, AuditCheckpoint, AuditEvent, AuditHead
from letterbox.store.database import Database
from letterbox.store.people import Person

PAGE, BATCH, MOST_BROKEN = 50, 2000, 100
LEAST_DAYS = 183
"""Half a year (Cybersecurity Law, article 21(3)); the database refuses to delete a younger row."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the auditor looks for; empty: everything. ``first`` and ``last`` are days of the office, both included."""

    who: str = ""
    act: str = ""
    result: str = ""
    about: str = ""
    print: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the trail is not what it was: ``position`` of the row, what is wrong in words for a report."""

    position: int
    why: str


@dataclass(slots=True)
class Proof:
    """``rows`` were looked at; ``broken`` names at most the first hundred faults."""

    rows: int = 0
    broken: list[Broken] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.broken


class AuditReading:
    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def page(self, actor: Actor, asked: Asked, page: int = 1) -> Page[AuditEvent]:
        """Latest first. Raises NotAllowed for everybody but the auditor."""
        require_one_of(actor, Role.AUDITOR)
        hides_nothing = names_none_hidden(actor, AuditEvent.object_id, AuditEvent.detail)
        query = _filtered(select(AuditEvent).where(hides_nothing), asked)
        with self._database.reading() as session:
            total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            number = nearest_page(page, total, PAGE)
            rows = session.scalars(
                query.order_by(AuditEvent.position.desc()).offset(items_before(number, PAGE)).limit(PAGE)
            )
            return Page(items=list(rows), page=number, per_page=PAGE, total=total)

    def names(self, rows: Sequence[AuditEvent]) -> dict[str, str]:
        """The number of each person that a row is about → the name that is his now."""
        numbers = {int(row.object_id) for row in rows if row.object_kind == "person" and row.object_id.isdecimal()}
        with self._database.reading() as session:
            found = session.execute(select(Person.id, Person.name).where(Person.id.in_(numbers)))
            return {str(number): name for number, name in found}

    def lines(self, first: date | None = None, last: date | None = None) -> Iterator[dict[str, Any]]:
        """Rows of these days in the chain's order, as they are exported."""
        for row, _text in self._rows(_filtered(_whole(), Asked(first=first, last=last)), 0):
            yield as_document(row)

    def after(self, position: int, limit: int) -> list[AuditEvent]:
        """The next rows after this position, for those who pass them on."""
        query = select(AuditEvent).where(AuditEvent.position > position).order_by(AuditEvent.position).limit(limit)
        with self._database.reading() as session:
            return list(session.scalars(query))

    def verify(self, newest: int | None = None) -> Proof:
        """Compute every hash anew, from the last checkpoint to the head; or only of the ``newest`` rows."""
        proof = Proof()
        with self._database.reading() as session:
            checkpoint = session.scalars(select(AuditCheckpoint).order_by(AuditCheckpoint.position.desc())).first()
            head = session.scalars(select(AuditHead)).one()
        position, previous = (checkpoint.position, checkpoint.hash) if checkpoint else (0, START)
        if checkpoint is not None and not self._is_ours(checkpoint):
            _add(proof, checkpoint.position, "检查点的签名不对：到期清理不是本系统做的，或者密钥已更换")
        if newest is not None and head.position - newest > position:
            position, previous = self._before(proof, head.position - newest)
        for row, detail in self._rows(_whole().where(AuditEvent.position <= head.position), position):
            proof.rows += 1
            if row.position != position + 1:
                _add(proof, position + 1, f"缺少第 {position + 1} 至 {row.position - 1} 条")
            elif row.previous != previous:
                _add(proof, row.position, "与上一条接不上")
            if content_hash(row, detail) != row.hash:
                _add(proof, row.position, "内容和记下时不一样")
            position, previous = row.position, row.hash
        if (position, previous) != (head.position, head.hash):
            _add(proof, position + 1, f"末尾缺少：应到第 {head.position} 条")
        return proof

    def _before(self, proof: Proof, position: int) -> tuple[int, str]:
        """Where to begin in the middle: the row there is taken at its word."""
        with self._database.reading() as session:
            hash_ = session.scalar(select(AuditEvent.hash).where(AuditEvent.position == position))
        if hash_ is None:
            _add(proof, position, f"缺少第 {position} 条")
        return position, hash_ or START

    def expire(self, days: int) -> int:
        """End rows that are older than ``days`` (at least ``LEAST_DAYS``), leaving a signed checkpoint; how many ended."""
        oldest = func.now() - timedelta(days=max(days, LEAST_DAYS))
        with self._database.transaction() as session:
            young = select(func.min(AuditEvent.position)).where(AuditEvent.recorded_at >= oldest)
            first_kept = session.scalar(young)
            upto = (
                select(AuditEvent).where(AuditEvent.recorded_at < oldest).order_by(AuditEvent.position.desc()).limit(1)
            )
            if first_kept is not None:
                upto = upto.where(AuditEvent.position < first_kept)
            last = session.scalars(upto).first()
            if last is None:
                return 0
            signed = self._signature(self._keys.of(Purpose.AUDIT), last.position, last.hash)
            ended = session.execute(
                text("SELECT audit_expire(:upto, :signed)"), {"upto": last.position, "signed": signed}
            )
            return int(ended.scalar_one())

    def _rows(self, query: Any, position: int) -> Iterator[tuple[AuditEvent, str]]:
        """In order, a batch a reading: nothing stays open while somebody writes a file."""
        while True:
            batch = query.where(AuditEvent.position > position).order_by(AuditEvent.position).limit(BATCH)
            with self._database.reading() as session:
                found = session.execute(batch).all()
            yield from (tuple(each) for each in found)
            if len(found) < BATCH:
                return
            position = found[-1][0].position

    def _is_ours(self, checkpoint: AuditCheckpoint) -> bool:
        keys = (self._keys.of(Purpose.AUDIT), *self._keys.older_of(Purpose.AUDIT))
        signatures = (self._signature(key, checkpoint.position, checkpoint.hash) for key in keys)
        return any(hmac.compare_digest(each, checkpoint.signature) for each in signatures)

    @staticmethod
    def _signature(key: str, position: int, hash_: str) -> str:
        return hmac.new(key.encode(), f"checkpoint {position} {hash_}".encode(), hashlib.sha256).hexdigest()


def _add(proof: Proof, position: int, why: str) -> None:
    if len(proof.broken) < MOST_BROKEN:
        proof.broken.append(Broken(position, why))


def _whole() -> Any:
    """Rows with the text of their details, as PostgreSQL writes it."""
    return select(AuditEvent, cast(AuditEvent.detail, String).label("detail_text"))


def _filtered(query: Any, asked: Asked) -> Any:
    equal = {AuditEvent.act: asked.act, AuditEvent.result: asked.result, AuditEvent.detail["print"].astext: asked.print}
    query = query.where(and_(True, *(column == value for column, value in equal.items() if value)))
    if asked.who:
        columns = (AuditEvent.by_name, AuditEvent.by_id, AuditEvent.address, AuditEvent.by_roles)
        query = query.where(or_(*(column.icontains(asked.who, autoescape=True) for column in columns)))
    if asked.about:
        query = query.where(AuditEvent.object_id.icontains(asked.about, autoescape=True))
    if asked.first:
        query = query.where(AuditEvent.at >= datetime.combine(asked.first, time(), OFFICE_ZONE))
    if asked.last:
        query = query.where(AuditEvent.at < datetime.combine(asked.last + timedelta(days=1), time(), OFFICE_ZONE))
    return query


def content_hash(row: AuditEvent, detail: str) -> str:
    """The hash as the database computed it; ``detail``: the text of the JSON as PostgreSQL writes it."""
    content = [
        row.position,
        _instant(row.recorded_at),
        _instant(row.at),
        row.act,
        row.result,
        row.by_kind,
        row.by_id,
        row.by_name,
        row.by_roles,
        row.address,
        row.request_id,
        row.object_kind,
        row.object_id,
        detail,
        row.previous,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def as_document(row: AuditEvent) -> dict[str, Any]:
    """One exported line."""
    return {
        "position": row.position,
        "recorded_at": _instant(row.recorded_at),
        "at": _instant(row.at),
        "act": row.act,
        "result": row.result,
        "by_kind": row.by_kind,
        "by_id": row.by_id,
        "by_name": row.by_name,
        "by_roles": row.by_roles,
        "address": row.address,
        "request_id": row.request_id,
        "object_kind": row.object_kind,
        "object_id": row.object_id,
        "detail": row.detail,
        "previous": row.previous,
        "hash": row.hash,
    }


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
