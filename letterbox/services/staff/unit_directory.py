"""Units as everybody may know them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from letterbox.store.database import Database
from letterbox.store.letters import Letter
from letterbox.store.people import Unit
from letterbox.store.unit_names import Kind, UnitNames, unit_names_then


@dataclass(frozen=True, slots=True)
class UnitView:
    code: str
    name: str
    short_name: str
    kind: str


class UnitDirectory:
    def __init__(self, database: Database) -> None:
        self._database = database

    def units(self) -> list[UnitView]:
        """Active units in their order, offices included."""
        with self._database.reading() as session:
            rows = session.scalars(select(Unit).where(Unit.is_active).order_by(Unit.position, Unit.code))
            return [UnitView(code=row.code, name=row.name, short_name=row.short_name, kind=row.kind) for row in rows]

    def names_then(self, kind: Kind = "name") -> UnitNames:
        """What every unit that ever was is and was called."""
        with self._database.reading() as session:
            return unit_names_then(session, kind)

    def has_letters(self) -> bool:
        with self._database.reading() as session:
            return session.scalars(select(Letter.id).limit(1)).first() is not None
