"""Whether a file of a known kind carries what could run, or only looks like its kind; and what of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from letterbox.files import compound, kinds, office, open_document, pdf, picture_ends, pictures, texts
from letterbox.files.sniffing import PDF_START

CHECKS: dict[str, Callable[[bytes], None]] = {
    kinds.PDF: pdf.check,
    **dict.fromkeys((kinds.DOCX, kinds.XLSX, kinds.PPTX, kinds.OFD), office.check_package),
    **dict.fromkeys((kinds.DOC, kinds.XLS, kinds.PPT), compound.check),
    **dict.fromkeys((kinds.ODT, kinds.ODS, kinds.ODP), open_document.check),
    **dict.fromkeys((kinds.CSV, kinds.TEXT), texts.check),
    **{each: partial(pictures.check, media_type=each) for each in kinds.PICTURES},
}


def check(content: bytes, media_type: str) -> None:
    """Raises :class:`letterbox.files.kinds.Refused` with the reason and what to do."""
    CHECKS[media_type](kept(content, media_type) if media_type == kinds.PDF else content)


def kept(content: bytes, media_type: str) -> bytes:
    """The file as it is stored: without what is behind a picture's end and before a PDF's start."""
    if media_type == kinds.PDF:
        return content[content.find(PDF_START) :]
    return picture_ends.without_what_follows(content, media_type)
