"""Where a picture ends: what a program put behind it is no part of it, and is not kept.

Telephones put films and settings of their own there, cutting tools forgot what had been cut away, and somebody may hide a
packed file or a page for a browser. Nobody can see it in the picture.
"""

from __future__ import annotations

from collections.abc import Callable

from letterbox.files import kinds

ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of a JPEG without a length: TEM, restarts, start."""
SCAN, END_OF_IMAGE = 0xDA, 0xD9
TABLE_FLAG, TABLE_SIZE = 0x80, 0x07
EXTENSION, PART, TRAILER = 0x21, 0x2C, 0x3B


def without_what_follows(content: bytes, media_type: str) -> bytes:
    """The picture up to its end; as it is where its end cannot be found, or for another kind of file."""
    find = ENDS.get(media_type)
    try:
        end = find(content) if find else 0
    except IndexError:
        end = 0
    return content[:end] if 0 < end <= len(content) else content


def _png(content: bytes) -> int:
    at = 8
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            return at
    return 0


def _jpeg(content: bytes) -> int:
    at = 2
    while at + 1 < len(content):
        if content[at] != 0xFF:
            return 0
        marker = content[at + 1]
        at += 2
        if marker == END_OF_IMAGE:
            return at
        if marker == 0xFF:  # a filling byte
            at -= 1
        elif marker not in ALONE:
            at += int.from_bytes(content[at : at + 2])
            if marker == SCAN:
                at = _after_scan(content, at)
    return 0


def _after_scan(content: bytes, at: int) -> int:
    """The next marker that is neither a stuffed byte nor a restart."""
    while (at := content.find(b"\xff", at)) >= 0:
        following = content[at + 1]
        if following != 0 and following not in ALONE:
            return at
        at += 2
    return len(content)


def _gif(content: bytes) -> int:
    at = 13 + _colours(content[10])
    while content[at] != TRAILER:
        if content[at] == EXTENSION:
            at += 2
        elif content[at] == PART:
            at += 11 + _colours(content[at + 9])
        else:
            return 0
        while content[at]:
            at += 1 + content[at]
        at += 1
    return at + 1


def _colours(flags: int) -> int:
    """Bytes of the table of colours that follows."""
    return 3 * 2 ** ((flags & TABLE_SIZE) + 1) if flags & TABLE_FLAG else 0


def _webp(content: bytes) -> int:
    length = int.from_bytes(content[4:8], "little")
    return 8 + length + length % 2


ENDS: dict[str, Callable[[bytes], int]] = {kinds.PNG: _png, kinds.JPEG: _jpeg, kinds.GIF: _gif, kinds.WEBP: _webp}
