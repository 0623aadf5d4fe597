"""An event of a letter's record as its reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from letterbox.domain.events.codec import readable, readable_as
from letterbox.domain.events.event import Event, Harmless


@dataclass(frozen=True, slots=True)
class EventView:
    """``data`` as it is stored, for machines, without what this reader is not told; ``event``: the same with its types.

    ``is_harmless``: nothing but the facts of ``Harmless`` is left.
    """

    name: str
    at: datetime
    by_kind: str
    by_name: str
    by_role: str | None
    by_unit: str | None
    data: dict[str, Any]
    is_harmless: bool = False

    @property
    def event(self) -> Event | None:
        """None where nobody here can read it."""
        return readable_as(Harmless, self.data) if self.is_harmless else readable(self.name, self.data)
