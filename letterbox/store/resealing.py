"""Rows whose sealed columns lie under an older key, in clear from before, or not bound to their row: counted, and sealed
anew in batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, Text, and_, column, func, or_, select, table, tuple_, update
from sqlalchemy.orm import Session

from letterbox.store.base import Base
from letterbox.store.sealing import PREFIX, Bound, BrokenSeal, Sealed, SealedJson, Sealer

BATCH = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """``last``: the key of the last row that was looked at, None at the end. ``broken``: rows that no key opens."""

    sealed: int
    broken: int
    last: tuple[Any, ...] | None


def sealed_tables() -> Iterator[Table]:
    """Every table that has a sealed column."""
    for each in Base.metadata.sorted_tables:
        if _sealed(each):
            yield each


def left(session: Session, prefix: str) -> int:
    """Rows with a value that does not begin with ``prefix``."""
    found = 0
    for each in sealed_tables():
        plain = _plain(each)
        query = select(func.count()).select_from(plain).where(_is_left(each, plain, prefix))
        found += session.scalar(query) or 0
    return found


def seal_batch(session: Session, sealer: Sealer, each: Table, prefix: str, after: tuple[Any, ...] | None) -> Batch:
    """Seal a batch of the table's rows that are left, in the order of their keys. Locked rows are waited for."""
    keys = list(each.primary_key.columns)
    plain = _plain(each)
    own = [plain.c[key.name] for key in keys]
    query = select(plain).where(_is_left(each, plain, prefix)).order_by(*own).limit(BATCH).with_for_update()
    if after is not None:
        query = query.where(tuple_(*own) > tuple_(*after))
    rows = session.execute(query).mappings().all()
    broken = 0
    for row in rows:
        try:
            values = _anew(each, sealer, row)
        except BrokenSeal:
            broken += 1
            continue
        session.execute(update(plain).where(*(plain.c[key.name] == row[key.name] for key in keys)).values(values))
    last = tuple(rows[-1][key.name] for key in keys) if rows else None
    return Batch(len(rows) - broken, broken, last)


def _anew(each: Table, sealer: Sealer, row: Any) -> dict[str, str]:
    values = {}
    for name, kind in _sealed(each).items():
        if row[name] is None:
            continue
        words = sealer.open(row[name], kind.place)
        own = str(row[kind.row]) if kind.row else None
        if isinstance(words, Bound) and words.row != own:
            raise BrokenSeal(f"a value of {kind.place} is another row's")
        values[name] = sealer.seal(words, kind.place, own)
        if kind.index:
            values[kind.index] = sealer.digests(words, kind.place)[0]
    return values


def _sealed(each: Table) -> dict[str, Sealed | SealedJson]:
    return {found.name: found.type for found in each.columns if isinstance(found.type, Sealed | SealedJson)}


def _plain(each: Table) -> Any:
    """The table as it lies there: keys, sealed values and their indexes, as they are stored."""
    sealed = _sealed(each)
    names = [*sealed, *(kind.index for kind in sealed.values() if kind.index)]
    keys = [column(key.name, key.type) for key in each.primary_key.columns]
    return table(each.name, *keys, *(column(name, Text()) for name in names))


def _is_left(each: Table, plain: Any, prefix: str) -> ColumnElement[bool]:
    return or_(
        *(
            and_(plain.c[name].is_not(None), ~plain.c[name].like(_begins(plain, prefix, kind.row)))
            for name, kind in _sealed(each).items()
        )
    )


def _begins(plain: Any, prefix: str, row: str | None) -> ColumnElement[str] | str:
    """As a pattern, how a value begins that is sealed under ``prefix`` and, where it has to be, bound to its row."""
    if row is None:
        return f"{prefix}%"
    any_key = "%:" if prefix == CLEAR else ""
    return func.concat(prefix + any_key, plain.c[row], ":%")


CLEAR = PREFIX
"""The prefix by which rows in clear are left and those under an older key are not."""
