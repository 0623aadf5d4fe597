"""Files of rows, CSV or XLSX, as sheets: every row with its number, and what is to be said of it; knows no letters."""

from letterbox.channels.sheets.reading import content_of, file_digest, read_sheets
from letterbox.channels.sheets.sheet import Sheet, SheetRow

__all__ = ["Sheet", "SheetRow", "content_of", "file_digest", "read_sheets"]
