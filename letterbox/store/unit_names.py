"""What units are called, and what they were called before: a unit that was renamed keeps its name in the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.store.admin_events import AdminEvent
from letterbox.store.people import Unit

Kind = Literal["name", "short_name"]


@dataclass(frozen=True, slots=True)
class UnitNames:
    """``current``: code → name, of every unit that ever was. ``former``: (code, until when, name), oldest first."""

    current: Mapping[str, str]
    former: Sequence[tuple[str, datetime, str]]

    def at(self, when: datetime) -> dict[str, str]:
        """Code → the name that the unit had at this instant; units that came later have their first one."""
        names = dict(self.current)
        names.update((code, name) for code, until, name in reversed(self.former) if when < until)
        return names

    def of(self, code: str | None, when: datetime | None) -> str:
        """One unit's name at this instant, None: now; empty for no unit, the code itself for one that is not known."""
        names = self.at(when) if when else self.current
        return names.get(code, code) if code else ""


def unit_names_then(session: Session, kind: Kind = "name") -> UnitNames:
    """By the units as they are and the record of their changes."""
    column = Unit.name if kind == "name" else Unit.short_name
    current = dict(session.execute(select(Unit.code, column)).all())
    changes = select(AdminEvent.subject_id, AdminEvent.at, AdminEvent.before).where(
        AdminEvent.subject_kind == "unit", AdminEvent.before.is_not(None)
    )
    former = [
        (code, at, before[kind])
        for code, at, before in session.execute(changes.order_by(AdminEvent.at, AdminEvent.id))
        if before and kind in before
    ]
    return UnitNames(current, former)
