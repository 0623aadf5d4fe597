"""OpenDocument files (ODT, ODS, ODP): packages without macros, links that start programs, and what lies elsewhere."""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from letterbox.files import office
from letterbox.files.compound import BROKEN, LOCKED, MACROS, PACKED
from letterbox.files.fields import PROGRAM
from letterbox.files.kinds import Refused

XLINK = "{http://www.w3.org/1999/xlink}href"
MACRO_FOLDERS = ("basic/", "scripts/", "dialogs/")
LISTENER = "event-listener"
PROGRAM_LINKS = frozenset({"dde-source", "dde-connection-decl", "dde-connection", "dde-link"})
CLICKED = frozenset({"a"})
"""Links that are followed by somebody's click alone."""
FAR_STARTS = ("http:", "https:", "ftp:", "smb:", "file:", "//", "\\\\", "vnd.", "macro:", "javascript:")
FORMULA = "formula"


def check(content: bytes) -> None:
    """Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            office.check_entries(package.infolist())
            for entry in package.infolist():
                _check_part(entry.filename.lower(), office.read(package, entry))
    except office.UNREADABLE as error:
        raise Refused(BROKEN) from error


def _check_part(lower: str, data: bytes) -> None:
    if lower.startswith(MACRO_FOLDERS):
        raise Refused(MACROS)
    if data.startswith(office.PROGRAM_STARTS):
        raise Refused(PACKED)
    if data.startswith(office.OLE_START):
        raise Refused(PACKED)
    if lower.endswith(".xml"):
        _check_xml(data)


def _check_xml(data: bytes) -> None:
    if b"<!ENTITY" in data:
        raise Refused(BROKEN)
    try:
        for _, element in etree.iterparse(io.BytesIO(data), resolve_entities=False, no_network=True, huge_tree=False):
            if isinstance(element.tag, str):
                _check_element(element)
            element.clear()
    except etree.XMLSyntaxError as error:
        raise Refused(BROKEN) from error


def _check_element(element: etree._Element) -> None:
    name = etree.QName(element).localname
    if name == LISTENER:
        raise Refused(MACROS)
    if name in PROGRAM_LINKS:
        raise Refused(PROGRAM)
    if name == "encryption-data":
        raise Refused(LOCKED)
    address = str(element.get(XLINK) or "").strip().lower()
    if address.startswith(FAR_STARTS) and name not in CLICKED:
        raise Refused(office.FAR)
    for key, value in element.attrib.items():
        if etree.QName(key).localname == FORMULA and (
            "DDE(" in str(value).upper() or "WEBSERVICE(" in str(value).upper()
        ):
            raise Refused(PROGRAM)
