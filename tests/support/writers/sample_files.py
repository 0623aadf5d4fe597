"""Small real files of each kind, whole or with something planted in them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Any

import pikepdf
from PIL import Image

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECTOR, FREE, END, FAT_MARK = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def image(kind: str = "PNG", size: tuple[int, int] = (8, 6), **options: Any) -> bytes:
    """``kind``: PNG, JPEG, GIF or WEBP."""
    target = io.BytesIO()
    Image.new("RGB", size, (20, 90, 160)).save(target, kind, **options)
    return target.getvalue()


def pdf(**root: Any) -> bytes:
    """One empty page; ``root``: entries of the document's catalogue, names with a slash before them in Python's values."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    for name, value in root.items():
        document.Root[f"/{name}"] = document.make_indirect(pikepdf.Object.parse(value.encode()))
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def linked_pdf(*actions: str) -> bytes:
    """A page with a link for each of the actions."""
    links = "".join(f"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << {each} >> >>" for each in actions)
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    document.pages[0].obj["/Annots"] = pikepdf.Object.parse(f"[{links}]".encode())
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def field(*pieces: str) -> bytes:
    """A document with a field whose instruction Word wrote in these pieces."""
    char = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    runs = "".join(f"<w:r><w:instrText xml:space='preserve'>{each}</w:instrText></w:r>" for each in pieces)
    text = f"{char.format('begin')}{runs}{char.format('separate')}<w:r><w:t>x</w:t></w:r>{char.format('end')}"
    return docx({"word/document.xml": f"<w:document xmlns:w='urn:w'><w:body><w:p>{text}</w:p></w:body></w:document>"})


def locked_pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    target = io.BytesIO()
    document.save(target, encryption=pikepdf.Encryption(owner="owner", user="user"))
    return target.getvalue()


def docx(parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """A document with one sentence; ``parts``: others beside it, or in the place of its own."""
    own: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("officeDocument", "word/document.xml", "")),
        "word/document.xml": "<w:document xmlns:w='urn:w'><w:body>一句话</w:body></w:document>",
    }
    return package({**own, **(parts or {})})


def xlsx(parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """A workbook without sheets; ``parts``: others beside it."""
    own = {"[Content_Types].xml": "<Types>spreadsheetml.sheet.main+xml</Types>", "xl/workbook.xml": "<workbook/>"}
    return package({**own, **(parts or {})})


def open_document(kind: str, parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """``kind``: text, spreadsheet or presentation; ``parts``: others beside its own, or in their place."""
    own = {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<office/>", "manifest.rdf": "<r/>"}
    return package({**own, **(parts or {})})


def odf_link(element: str, address: str) -> str:
    return f"<o xmlns:xlink='http://www.w3.org/1999/xlink'><{element} xlink:href='{address}'/></o>"


def ofd(parts: Mapping[str, bytes | str] | None = None) -> bytes:
    return package({"OFD.xml": "<OFD/>", "Doc_0/Document.xml": "<Document/>", **(parts or {})})


def package(parts: Mapping[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def relations(*entries: tuple[str, str, str]) -> str:
    """``entries``: kind, target, mode (empty: inside the package)."""
    lines = [
        f'<Relationship Id="r{index}" Type="{OFFICE}/{kind}" Target="{target}"{f" TargetMode={chr(34)}{mode}{chr(34)}" if mode else ""}/>'
        for index, (kind, target, mode) in enumerate(entries)
    ]
    return f'<Relationships xmlns="{RELATIONS}">{"".join(lines)}</Relationships>'


def compound(*streams: str) -> bytes:
    """An OLE compound file with empty streams of these names, at most three: header, one FAT sector, one directory."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", FREE) * 108
    fat = struct.pack("<II", FAT_MARK, END) + struct.pack("<I", FREE) * 126
    entries = [_entry("Root Entry", 5, child=1 if streams else FREE)]
    entries += [
        _entry(name, 2, right=index + 2 if index + 1 < len(streams) else FREE) for index, name in enumerate(streams)
    ]
    entries += [bytes(128)] * (4 - len(entries))
    return header + fat + b"".join(entries) + bytes(SECTOR)


def _entry(name: str, kind: int, right: int = FREE, child: int = FREE) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBB", len(encoded), kind, 1)
        + struct.pack("<III", FREE, right, child)
        + bytes(16)
        + bytes(4)
        + bytes(16)
        + struct.pack("<IQ", END, 0)
    )
