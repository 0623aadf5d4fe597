"""Bundles that were live, read from our own database; the engine is only asked for versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from letterbox.bundle.meaning import meaning
from letterbox.domain.errors import NotFound
from letterbox.domain.page import Page, items_before, nearest_page
from letterbox.services.studio.parts import KINDS, kind_of, parts_of
from letterbox.services.studio.views import BundleLine, FileLine
from letterbox.store.bundles import Bundle, BundleFile

PAGE = 20


def live_id(session: Session) -> int:
    """Raises NotFound before the first deployment."""
    found = session.scalars(select(Bundle.id).where(Bundle.is_live)).first()
    if found is None:
        raise NotFound("还没有部署过流程图：请运维员运行 letterbox diagrams deploy")
    return found


def line(session: Session, bundle_id: int) -> BundleLine:
    """Raises NotFound."""
    row = session.get(Bundle, bundle_id)
    if row is None:
        raise NotFound("没有这一套流程")
    return _lines(session, [row])[0]


def page(session: Session, number: int) -> Page[BundleLine]:
    """Newest first; a page past the end is the last one."""
    total = session.scalar(select(func.count()).select_from(Bundle)) or 0
    number = nearest_page(number, total, PAGE)
    query = select(Bundle).order_by(Bundle.id.desc()).offset(items_before(number, PAGE)).limit(PAGE)
    return Page(items=_lines(session, list(session.scalars(query))), page=number, per_page=PAGE, total=total)


def _lines(session: Session, rows: list[Bundle]) -> list[BundleLine]:
    before = {row.id: _before(session, row.id) for row in rows}
    digests = _said(session, {*before, *(each for each in before.values() if each is not None)})
    return [
        BundleLine(
            id=row.id,
            deployment_id=row.deployment_id,
            origin=row.origin,
            digest=row.digest,
            deployed_at=row.deployed_at,
            deployed_by=row.deployed_by,
            note=row.note,
            is_live=row.is_live,
            changed=_changed(digests, row.id, before[row.id]),
            proposed_by=row.proposed_by,
        )
        for row in rows
    ]


def _before(session: Session, bundle_id: int) -> int | None:
    return session.scalar(select(func.max(Bundle.id)).where(Bundle.id < bundle_id))


def _said(session: Session, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Bundle → file → what it says: contents that are only written otherwise are the same."""
    query = select(BundleFile.bundle_id, BundleFile.name, BundleFile.digest).where(BundleFile.bundle_id.in_(ids))
    rows = list(session.execute(query))
    meanings = _meanings(session, {(name, digest) for _id, name, digest in rows})
    found: dict[int, dict[str, str]] = {}
    for bundle_id, name, digest in rows:
        found.setdefault(bundle_id, {})[name] = meanings.get((name, digest), digest)
    return found


_KNOWN: dict[tuple[str, str], str] = {}
"""(name, digest) → meaning: neither ever changes."""


def _meanings(session: Session, wanted: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Only names with several contents are read; each content once in the life of the program."""
    names = Counter(name for name, _digest in wanted)
    missing = {digest for name, digest in wanted if names[name] > 1 and (name, digest) not in _KNOWN}
    query = select(BundleFile.name, BundleFile.digest, BundleFile.content).where(BundleFile.digest.in_(missing))
    for name, digest, content in session.execute(query.distinct()) if missing else ():
        _KNOWN[name, digest] = meaning(name, content)
    return _KNOWN


def _changed(digests: Mapping[int, Mapping[str, str]], bundle_id: int, before: int | None) -> tuple[str, ...]:
    if before is None:
        return ()
    now, was = digests.get(bundle_id, {}), digests.get(before, {})
    return tuple(sorted(name for name in now.keys() | was.keys() if now.get(name) != was.get(name)))


def files(session: Session, bundle_id: int) -> dict[str, bytes]:
    """Name → content, by name."""
    query = select(BundleFile.name, BundleFile.content).where(BundleFile.bundle_id == bundle_id)
    return dict(sorted((name, content) for name, content in session.execute(query)))


def file_lines(session: Session, bundle_id: int, versions: Mapping[str, int]) -> tuple[FileLine, ...]:
    """Diagrams, tables, forms, each by name."""
    content = files(session, bundle_id)
    parts, ages = parts_of(content, versions), _ages(session, bundle_id)
    lines = [
        FileLine(
            name=name,
            kind=kind_of(name),
            parts=parts[name],
            size=len(content[name]),
            digest=digest,
            edition=edition,
            since=since,
        )
        for name, (digest, edition, since) in ages.items()
        if name in content
    ]
    return tuple(sorted(lines, key=lambda each: (KINDS.index(each.kind), each.name)))


def _ages(session: Session, bundle_id: int) -> dict[str, tuple[str, int, datetime]]:
    """File name → its digest, the how-manieth content of that name it is, and since when it is live."""
    query = (
        select(BundleFile.name, BundleFile.digest, Bundle.deployed_at)
        .join(Bundle, Bundle.id == BundleFile.bundle_id)
        .where(Bundle.id <= bundle_id)
        .order_by(Bundle.id)
    )
    found: dict[str, tuple[str, int, datetime]] = {}
    rows = list(session.execute(query))
    meanings = _meanings(session, {(name, digest) for name, digest, _at in rows})
    for name, digest, at in rows:
        last = found.get(name)
        if last is None or meanings.get((name, last[0])) != meanings.get((name, digest)):
            found[name] = (digest, 1 if last is None else last[1] + 1, at)
        elif last[0] != digest:
            found[name] = (digest, *last[1:])
    return found
