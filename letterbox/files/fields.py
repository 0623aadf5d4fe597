"""Fields of text documents that do something when the document is opened: they start programs or fetch other files.

A field is an instruction inside the text, in pieces and in one another as Word writes them (ECMA-376, part 1, 17.16).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from letterbox.files.kinds import Refused

RUNNING = re.compile(r'[\s"\\]*DDE(AUTO)?\b', re.IGNORECASE)
"""Dynamic data exchange: starts a program."""
FETCHING = re.compile(r'[\s"]*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|RD|DATABASE)\b', re.IGNORECASE)
"""Fields with what stands in another file."""
OTHER_MACHINE = re.compile(r'["\s](\\{2,}[\w.]|file:|smb:)', re.IGNORECASE)
PICTURE = "INCLUDEPICTURE"
"""Pages copied from the web are full of them, with an address of the web; opening fetches none of these."""
DECLARED = (b"<!DOCTYPE", b"<!ENTITY")
MENTIONED = (b"instrText", b"delInstrText", b"fldSimple", b"ddeLink")
PROGRAM = "里有会启动程序的域（DDE），请删去后再上传"
FAR = "里有会到别处取文件的域，请断开链接后再上传"
BROKEN = "不是完整的文件，打不开，请重新保存后再上传"
IN_COMPOUND = re.compile(rb"\x13[\s\"]{0,8}DDE(AUTO)?\b", re.IGNORECASE)
IN_COMPOUND_WIDE = re.compile(rb"\x13\x00(?:[\s\"]\x00){0,8}D\x00D\x00E\x00", re.IGNORECASE)


def check_part(plain: bytes) -> None:
    """``plain``: an XML part in UTF-8. Raises Refused."""
    if any(word in plain for word in DECLARED):
        raise Refused(BROKEN)
    if not any(word in plain for word in MENTIONED):
        return
    try:
        for instruction in _instructions(plain):
            _check(instruction)
    except etree.XMLSyntaxError as error:
        raise Refused(BROKEN) from error


def check_stream(content: bytes) -> None:
    """The text of an older document. Raises Refused."""
    if IN_COMPOUND.search(content) or IN_COMPOUND_WIDE.search(content):
        raise Refused(PROGRAM)


def _check(instruction: str) -> None:
    if RUNNING.match(instruction):
        raise Refused(PROGRAM)
    fetching = FETCHING.match(instruction)
    if fetching is None:
        return
    is_of_the_web = "://" in instruction and fetching[1].upper() != PICTURE
    if is_of_the_web or OTHER_MACHINE.search(instruction):
        raise Refused(FAR)


def _instructions(plain: bytes) -> Iterator[str]:
    """Every field's instruction, its pieces put together, those inside another one's as well."""
    open_ones: list[list[str]] = [[]]
    for _, element in etree.iterparse(io.BytesIO(plain), resolve_entities=False, no_network=True, huge_tree=False):
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name == "ddeLink":
            raise Refused(PROGRAM)
        if name == "fldSimple":
            yield _attribute(element, "instr")
        elif name in {"instrText", "delInstrText"}:
            open_ones[-1].append(element.text or "")
        elif name == "fldChar":
            if _attribute(element, "fldCharType") == "begin":
                open_ones.append([])
            elif open_ones[1:]:
                yield "".join(open_ones[-1])
                if _attribute(element, "fldCharType") == "end":
                    open_ones.pop()
        element.clear()
    yield from ("".join(each) for each in open_ones)


def _attribute(element: Any, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if etree.QName(key).localname == name), "")
