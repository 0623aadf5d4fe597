"""Whether a file of a known kind carries what could run, or only looks like its kind."""

from __future__ import annotations

from collections.abc import Callable

from letterbox.files import kinds, office, pdf, pictures

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
