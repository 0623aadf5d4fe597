"""The records of an older workbook (XLS, ET; [MS-XLS] 2.4): macro sheets, a password, links that start or fetch something."""

from __future__ import annotations

from collections.abc import Iterator

from letterbox.files.kinds import Refused

SHEET, PASSWORD, BOOK_LINK, CONNECTION = 0x0085, 0x002F, 0x01AE, 0x00DC
MACRO_SHEET, MODULE = 0x01, 0x06
ENCODED, UNC, URL = 0x01, 0x40, 0x05
"""First characters of a link's address: to another workbook; then ``@`` for another machine, 5 for an address of the web."""
SELF = {0x0401, 0x3A01}
"""In the place of an address: the workbook itself, an add-in."""
MACROS = "里带有宏（程序），请另存为不带宏的文件再上传"
LOCKED = "有打开密码，工作人员看不到，请去掉密码后再上传"
PROGRAM = "里有会启动程序的链接（DDE），请断开链接后再上传"
FAR = "引用了别处机器或者网上的表格，打开时会去取，请断开链接后再上传"


def check(stream: bytes) -> None:
    """Raises Refused. A stream that breaks off is read as far as it goes: whoever opens it sees no more."""
    for kind, data in _records(stream):
        if kind == PASSWORD:
            raise Refused(LOCKED)
        if kind == SHEET and len(data) > 5 and data[5] in {MACRO_SHEET, MODULE}:
            raise Refused(MACROS)
        if kind == BOOK_LINK:
            _check_link(data)
        if kind == CONNECTION and data[:2] and data[0] & 0x07 in {1, 4, 5}:
            raise Refused(FAR)


def _check_link(data: bytes) -> None:
    """``ctab``, length of the address, its characters (one or two bytes each)."""
    if len(data) < 6 or int.from_bytes(data[2:4], "little") in SELF:
        return
    width = 2 if data[4] & 1 else 1
    address = [data[at] for at in range(5, len(data), width)]
    if address[:1] != [ENCODED]:
        if 0x03 in address:
            raise Refused(PROGRAM)
    elif address[1:2] == [URL] or address[1:3] == [ENCODED, UNC]:
        raise Refused(FAR)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, length = int.from_bytes(stream[at : at + 2], "little"), int.from_bytes(stream[at + 2 : at + 4], "little")
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length
