"""Sealed values that are bound to their rows: who may write rows could else have one read in another's place.

Somebody who puts the sealed words of an accusation into his own letter's row would be shown them as his own, and with his
sealed mailbox in another's row he would get that letter's messages (decision 158).
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import event, inspect

from letterbox.store.base import Base
from letterbox.store.sealing import Bound, BrokenSeal, Sealed

Kind = TypeVar("Kind", bound=Base)


def bind(kind: type[Kind]) -> type[Kind]:
    """Class decorator: values of the columns that name a ``row`` are bound when written and compared when read."""
    columns = {found.key: found.type for found in kind.__table__.columns}
    bound = {key: type_ for key, type_ in columns.items() if isinstance(type_, Sealed) and type_.row}

    def write(_mapper: Any, _connection: Any, target: Any) -> None:
        state = inspect(target)
        for key, type_ in bound.items():
            words = target.__dict__.get(key)
            if words is not None and state.attrs[key].history.has_changes():
                setattr(target, key, Bound.to(getattr(target, str(type_.row)), words))

    def read(target: Any, *_about: Any) -> None:
        """Looks only at what was loaded. From here on the words are plain ones."""
        loaded = target.__dict__
        for key, type_ in bound.items():
            words = loaded.get(key)
            if words is None:
                continue
            if getattr(words, "row", None) != str(loaded[str(type_.row)]):
                raise BrokenSeal(f"a value of {type_.place} is not what was sealed in this row")
            loaded[key] = str(words)

    for name, listener in (("before_insert", write), ("before_update", write), ("load", read), ("refresh", read)):
        event.listen(kind, name, listener)
    return kind
