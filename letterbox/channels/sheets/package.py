"""The parts of an .xlsx file by their relations, whoever wrote it and whichever edition of the standard he kept to."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from lxml import etree

MOST_UNPACKED_BYTES = 300_000_000
DAMAGED = (
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    etree.LxmlError,
)
"""What parts raise that are missing, broken off, packed in an unknown way, or no XML."""
Elements = Iterator[tuple[str, Any]]


class TooLarge(Exception):
    """Unpacked the file would be larger than anybody's list of letters."""


class Package:
    """Names of elements and attributes are given without their namespaces: strict and transitional files differ only in those."""

    def __init__(self, content: bytes) -> None:
        """Raises TooLarge, or one of ``DAMAGED``."""
        self._zip = zipfile.ZipFile(BytesIO(content))
        if sum(each.file_size for each in self._zip.infolist()) > MOST_UNPACKED_BYTES:
            raise TooLarge
        self._names = {name.lower(): name for name in self._zip.namelist()}

    def main_part(self) -> str:
        """The workbook; the usual place if the relations do not say."""
        related = self._related("_rels/.rels", "")
        found = [part for kind, part in related.values() if kind == "officeDocument"]
        return found[0] if found else "xl/workbook.xml"

    def relations(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Id → the last word of its type (``worksheet``, ``styles`` …) and the part it leads to."""
        folder, name = posixpath.split(part)
        return self._related(posixpath.join(folder, "_rels", f"{name}.rels"), folder)

    def has(self, part: str) -> bool:
        return part.lower() in self._names

    def elements(self, part: str, *tags: str) -> Elements:
        """Elements of these names, each whole when it is given and emptied after. Raises one of ``DAMAGED``."""
        wanted = [f"{{*}}{tag}" for tag in tags]
        with self._zip.open(self._names[part.lower()]) as stream:
            read = etree.iterparse(
                stream,
                tag=wanted,
                events=("end",),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            )
            for _, element in read:
                yield local(element.tag), element
                element.clear(keep_tail=True)

    def _related(self, part: str, folder: str) -> dict[str, tuple[str, str]]:
        if not self.has(part):
            return {}
        found = {}
        for _, element in self.elements(part, "Relationship"):
            target = element.get("Target", "")
            place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[element.get("Id", "")] = (element.get("Type", "").rsplit("/", 1)[-1], place)
        return found


def local(tag: Any) -> str:
    """Without its namespace; empty for remarks and instructions."""
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def attribute(element: Any, name: str) -> str | None:
    """By its name without the namespace."""
    return next((value for key, value in element.attrib.items() if local(key) == name), None)
