"""What importing a file would do, row by row, and what people decided about the rows that are in question: values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from letterbox.channels.imports import FoundSheet, ImportedLetter, Place


class Verdict(StrEnum):
    """Of one row; exactly one of them for every row of the file that is not blank."""

    NEW = "new"
    ALREADY_THERE = "already_there"
    """The same letter came before, by reference and content or from the same file; or stands further up in this one."""
    CONFLICT = "conflict"
    """Its reference is that of a letter, or of a row further up, with other content."""
    DOUBTFUL = "doubtful"
    """It may be a letter that came before: a question for people."""
    REFUSED = "refused"
    """It cannot become a letter as it is."""
    SKIPPED = "skipped"
    """It is no letter: the headings once more, say."""


class Decision(StrEnum):
    """What to do with a row that is in question (``CONFLICT``, ``DOUBTFUL``)."""

    TAKE = "take"
    """As a new letter; one in conflict without its reference, which is another letter's."""
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """``reason``: a sentence for people, empty for a new row. ``letter``: the number of the letter that is meant.

    ``row``: the row as a draft, None where it could not become one. ``usual``: what is done with a row in question if nobody
    decides. ``remarks``: what was left out of the row or understood otherwise than it is written.
    """

    place: Place
    verdict: Verdict
    reason: str = ""
    letter: str | None = None
    row: ImportedLetter | None = None
    usual: Decision | None = None
    remarks: tuple[str, ...] = ()

    @property
    def is_question(self) -> bool:
        return self.usual is not None


@dataclass(frozen=True, slots=True)
class Preview:
    """Nothing of it is written yet. ``rows`` in the file's order; ``sheets``, ``unused_columns``, ``warnings`` of the file."""

    rows: list[RowVerdict]
    sheets: list[FoundSheet] = field(default_factory=list)
    unused_columns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    has_sheets: bool = False

    def count(self, verdict: Verdict) -> int:
        return sum(row.verdict is verdict for row in self.rows)

    @property
    def questions(self) -> list[RowVerdict]:
        return [row for row in self.rows if row.is_question]

    def words(self, place: Place) -> str:
        """Where a row stands, for people."""
        return place.words(with_sheet=self.has_sheets)


@dataclass
class ImportResult:
    """What was done. ``outcomes``: each row with what became of it; a row in question that was left is among ``left``."""

    preview: Preview
    accepted: int = 0
    already_there: int = 0
    refused: list[RowVerdict] = field(default_factory=list)
    left: list[RowVerdict] = field(default_factory=list)
    skipped: list[RowVerdict] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Rows with an outcome: as many as the preview has."""
        return self.accepted + self.already_there + len(self.refused) + len(self.left) + len(self.skipped)

    @property
    def not_taken(self) -> list[RowVerdict]:
        """Rows that are no letter now although somebody wrote them, in the file's order."""
        order = {row.place: at for at, row in enumerate(self.preview.rows)}
        return sorted([*self.refused, *self.left], key=lambda row: order[row.place])

    def document(self) -> dict[str, Any]:
        """The contract's answer of ``import``. ``refused`` has all rows that were not taken, also those in question."""
        preview = self.preview
        return {
            "accepted": self.accepted,
            "already_there": self.already_there,
            "refused": [self._row(row) for row in self.not_taken],
            "conflicts": [self._row(row) for row in self.left if row.verdict is Verdict.CONFLICT],
            "doubtful": [self._row(row) for row in self.left if row.verdict is Verdict.DOUBTFUL],
            "skipped_rows": [self._row(row) for row in self.skipped],
            "sheets": [_sheet(each) for each in preview.sheets],
            "unused_columns": preview.unused_columns,
            "warnings": self.warnings,
        }

    def _row(self, row: RowVerdict) -> dict[str, Any]:
        where = {"row": row.place.number, "reason": row.reason}
        named = {"sheet": row.place.sheet} if row.place.sheet else {}
        return where | named | ({"letter": row.letter} if row.letter else {})


Decisions = Mapping[str, Decision]
"""``Place.key`` of a row in question → what to do with it."""


def warnings_of(preview: Preview) -> Iterator[str]:
    """Everything that is to be said of the file and of its rows."""
    yield from preview.warnings
    if preview.unused_columns:
        yield f"没有用到的列：{'、'.join(preview.unused_columns)}（需要的，请用列的对应指明）"
    for row in preview.rows:
        yield from (f"{preview.words(row.place)}：{remark}" for remark in row.remarks)


def _sheet(found: FoundSheet) -> dict[str, Any]:
    return {
        "name": found.name,
        "rows": found.rows,
        "read": found.is_read,
        "hidden": found.is_hidden,
        "remark": found.remark,
    }
