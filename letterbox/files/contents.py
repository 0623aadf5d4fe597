"""Whether a file of a known kind carries what could run, or only looks like its kind; and what of it is kept."""

from __future__ import annotations

from collections.abc import Callable

from letterbox.files import kinds, office, pdf, picture_ends, pictures

CHECKS: dict[str, Callable[[bytes], None]] = {
    kinds.PDF: pdf.check,
    kinds.DOCX: office.check_package,
    kinds.OFD: office.check_package,
    kinds.OLE: office.check_compound,
    **dict.fromkeys(kinds.PICTURES, pictures.check),
}


def check(content: bytes, media_type: str) -> None:
    """Raises :class:`letterbox.files.kinds.Refused` with the reason and what to do."""
    CHECKS[media_type](content)


def kept(content: bytes, media_type: str) -> bytes:
    """The file as it is stored: of a picture what is behind its end is left out, of all others nothing."""
    return picture_ends.without_what_follows(content, media_type)
