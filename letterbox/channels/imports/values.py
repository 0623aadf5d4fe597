"""Rows, sheets and letters of a file as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from letterbox.domain.letter import LetterDraft


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a row stands: ``number`` as Excel shows it (the headings are usually row 1); ``sheet`` is empty in CSV."""

    sheet: str
    number: int

    @property
    def key(self) -> str:
        """One text that names the row within its file, for forms: ``十月!3``, in CSV ``!3``."""
        return f"{self.sheet}!{self.number}"

    def words(self, *, with_sheet: bool) -> str:
        return f"工作表“{self.sheet}”第 {self.number} 行" if with_sheet and self.sheet else f"第 {self.number} 行"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no letter, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class FoundSheet:
    """A sheet of the file: how many rows below its headings, and why it was not read, if it was not."""

    name: str
    rows: int
    is_read: bool
    is_hidden: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class FileRow:
    """``values``: column of the contract → text. ``others``: heading → text of columns that mean nothing to us.

    ``raw_key``: SHA-256 of all columns of the row. ``merged``: columns filled from a merged cell above.
    """

    place: Place
    values: Mapping[str, str]
    others: Mapping[str, str]
    raw_key: str
    refusal: str | None = None
    skipped: Skipped | None = None
    merged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ImportedLetter:
    """A row that could be a letter. ``others_key``: SHA-256 of the columns that mean nothing to us.

    ``remarks``: what was left out or understood otherwise than it is written.
    """

    place: Place
    draft: LetterDraft
    others_key: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that cannot become a letter; the others go in."""

    place: Place
    reason: str

    @property
    def number(self) -> int:
        return self.place.number


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is no letter: the headings once more, a row of which nothing is used, the lower part of a merged one."""

    place: Place
    reason: str


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file as it was understood. ``rows`` hold each row below the headings that is not blank, in the file's order."""

    digest: str
    rows: list[ImportedLetter | RefusedRow | SkippedRow]
    sheets: list[FoundSheet] = field(default_factory=list)
    unused_columns: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def has_sheets(self) -> bool:
        """Whether a row's number alone does not say where it is."""
        return sum(sheet.is_read for sheet in self.sheets) > 1
