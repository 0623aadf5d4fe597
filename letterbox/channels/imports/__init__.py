"""Letters from files of other mailboxes: sheets of rows become drafts; no database, no clock."""

from letterbox.channels.imports.letters import read_file
from letterbox.channels.imports.values import FoundSheet, ImportedLetter, ImportFile, Place, RefusedRow, SkippedRow

__all__ = ["FoundSheet", "ImportFile", "ImportedLetter", "Place", "RefusedRow", "SkippedRow", "read_file"]
