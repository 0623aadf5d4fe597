"""Columns with personal data: sealed on their way into the database, opened when they are read, found by a keyed digest.

``Sealed`` and ``SealedJson`` are the types of such columns. A value is AES-256-GCM under the key of its purpose, bound to
its table and column, and names its key by the id: ``sealed:0123456789ab:…``. A value that does not begin so is one from
before and read as it is. Where a row's key is known when it is written, values are bound to it as well and name it
(``sealed:0123456789ab:17:…``, ``bound_rows``): one from another row, and one that names none, is not read. The keys come
with the connection (``provide``): without them nothing is written in clear.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from functools import cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Dialect, Engine, Text, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from letterbox.domain.errors import ConfigError
from letterbox.domain.keys import Keys, Purpose

PREFIX = "sealed:"
NONCE = 12


class BrokenSeal(ValueError):
    """Not what was sealed: changed, another column's or row's, or under a key that is not there."""


class Bound(str):
    """Words with the key of the row that they are sealed in, on their way into the database or out of it."""

    row: str

    @classmethod
    def to(cls, row: object, words: str) -> Bound:
        made = cls(words)
        made.row = str(row)
        return made


class Sealer:
    """``place``: table and column, as ``writers.phone``."""

    def __init__(self, keys: Keys) -> None:
        self._ciphers = {name: AESGCM(bytes.fromhex(key)) for name, key in keys.ids(Purpose.COLUMNS).items()}
        self._current = next(iter(self._ciphers))
        self._indexes = [bytes.fromhex(key) for key in keys.ids(Purpose.INDEX).values()]
        self.prefix = f"{PREFIX}{self._current}:"
        """What everything sealed under the current key begins with."""

    def seal(self, words: str, place: str, row: str | None = None) -> str:
        nonce, cipher = os.urandom(NONCE), self._ciphers[self._current]
        packed = base64.urlsafe_b64encode(nonce + cipher.encrypt(nonce, words.encode(), _bond(place, row))).decode()
        return f"{self.prefix}{packed}" if row is None else f"{self.prefix}{row}:{packed}"

    def open(self, stored: str, place: str) -> str:
        """``Bound`` if the value names its row; whoever knows the row compares. Raises BrokenSeal."""
        if not stored.startswith(PREFIX):
            return stored
        try:
            name, *named, packed = stored.removeprefix(PREFIX).split(":")
            row = named[0] if named else None
            sealed = base64.urlsafe_b64decode(packed)
            words = self._ciphers[name].decrypt(sealed[:NONCE], sealed[NONCE:], _bond(place, row)).decode()
        except (KeyError, ValueError, InvalidTag) as error:
            raise BrokenSeal(f"a value of {place} is not what was sealed there") from error
        return words if row is None else Bound.to(row, words)

    def digests(self, words: str, place: str) -> list[str]:
        """What equal values have in common, by each key, the current one's first; capitals count as small letters."""
        text = f"{place}\0{words.strip().casefold()}".encode()
        return [hmac.new(key, text, hashlib.sha256).hexdigest() for key in self._indexes]


def _bond(place: str, row: str | None) -> bytes:
    """What a value is sealed together with; no place holds the sign between them."""
    return place.encode() if row is None else f"{place}\0{row}".encode()


@cache
def sealer_of(keys: Keys) -> Sealer:
    return Sealer(keys)


class _WithSealer(Protocol):
    letterbox_sealer: Sealer


def provide(engine: Engine, keys: Keys) -> None:
    """Connections of this engine seal and open with these keys."""
    engine.dialect.letterbox_sealer = sealer_of(keys)  # type: ignore[attr-defined]  # its own dialect, which types are handed


def _sealer(dialect: Dialect | _WithSealer) -> Sealer:
    found: Sealer | None = getattr(dialect, "letterbox_sealer", None)
    if found is None:
        raise ConfigError("这个数据库连接没有密钥，不能读写个人信息 (no key on this connection)")
    return found


def sealer_at(session: Session) -> Sealer:
    """What this session seals and opens with. Raises ConfigError if it has no key."""
    return _sealer(session.get_bind().dialect)


class Digests(TypeDecorator[list[str]]):
    """A value that is looked for: its digests by every key."""

    impl = ARRAY(Text)
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: Any, dialect: Dialect) -> list[str] | None:
        return None if value is None else _sealer(dialect).digests(value, self.place)


class Digest(TypeDecorator[str]):
    """The column beside a sealed one by which it is found; the value itself is assigned, its digest is kept."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _sealer(dialect).digests(value, self.place)[0]


class _Comparator(TypeDecorator.Comparator[Any], Text.Comparator[Any]):
    """Equality by the column's index, and whether there is a value: the database can say no more of what is sealed."""

    def operate(self, op: Any, *other: Any, **options: Any) -> ColumnElement[Any]:
        kind: Any = self.type
        is_python = op in {operators.eq, operators.ne} and not isinstance(
            other[0], str
        )  # SQLAlchemy's own: same column?
        if is_python or op in {operators.is_, operators.is_not}:
            found: ColumnElement[Any] = super().operate(op, *other, **options)
            return found
        if op is operators.eq and kind.index and isinstance(other[0], str):
            index = self.expr.table.c[kind.index]
            return index == any_(bindparam(None, other[0], type_=Digests(kind.place), unique=True))  # type: ignore[no-any-return]  # as SQLAlchemy's
        raise NotImplementedError(f"{kind.place} is sealed: the database cannot tell {op.__name__}")


class Sealed(TypeDecorator[str]):
    """Text sealed in ``place``; ``index`` names the column of its table that holds the digest, for looking it up.

    ``row`` names the column of its table whose value it is bound to (``bound_rows``).
    """

    impl = Text
    cache_ok = True
    comparator_factory = _Comparator

    def __init__(self, place: str, index: str | None = None, row: str | None = None) -> None:
        super().__init__()
        self.place = place
        self.index = index
        self.row = row

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Raises BrokenSeal for one that has to be bound and is not: it is written with its object alone."""
        if value is None:
            return None
        if self.row is None:
            return _sealer(dialect).seal(value, self.place)
        if not isinstance(value, Bound):
            raise BrokenSeal(f"a value of {self.place} would be sealed without its row")
        return _sealer(dialect).seal(value, self.place, value.row)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _sealer(dialect).open(value, self.place)


class SealedJson(TypeDecorator[Any]):
    """A bag of facts, sealed as a whole."""

    impl = Text
    cache_ok = True
    comparator_factory = _Comparator

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self.index = None
        self.row = None

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _sealer(dialect).seal(json.dumps(value, ensure_ascii=False), self.place)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(_sealer(dialect).open(value, self.place))
