"""Letters from files of other mailboxes: rows of CSV or XLSX become drafts; no database, no clock."""

from letterbox.channels.imports.letters import ImportedLetter, letters_in, parse_letter, row_identity
from letterbox.channels.imports.rows import RefusedRow, Row, file_digest, read_rows

__all__ = [
    "ImportedLetter",
    "RefusedRow",
    "Row",
    "file_digest",
    "letters_in",
    "parse_letter",
    "read_rows",
    "row_identity",
]
