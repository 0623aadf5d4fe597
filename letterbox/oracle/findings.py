"""What the oracle says: one discrepancy at a time."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """``letter`` None: of the whole log. ``clause`` as the regime numbers it; ``kind`` is a stable name, ``detail`` for people."""

    letter: str | None
    clause: str
    kind: str
    detail: str

    def document(self) -> dict[str, str | None]:
        return asdict(self)
