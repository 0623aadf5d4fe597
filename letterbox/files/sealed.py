"""Files with personal data as they lie on the disk: encrypted in chunks, each file under a key of its own.

A sealed file is ``MAGIC``, the id of the installation's key, a random salt, then chunks under AES-256-GCM. The file's key is
derived from the installation's, the salt and the file's name, so that no file can be put in another's place. A chunk's
nonce is its number and whether it is the last: chunks cannot be exchanged, left out, added or cut off unseen (STREAM).
A file that does not begin with ``MAGIC`` is one from before and read as it is.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from letterbox.domain.keys import Keys, Purpose

MAGIC = b"LBXFILE\x01"
KEY_ID = 6
SALT = 16
CHUNK = 64 * 1024
TAG = 16


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class BrokenFile(ValueError):
    """Not what was sealed: changed, cut off, another file's, or under a key that is not there."""


class FileSeal:
    """Seals with the current key, opens with any."""

    def __init__(self, keys: Keys) -> None:
        self._keys = {bytes.fromhex(name): bytes.fromhex(key) for name, key in keys.ids(Purpose.FILES).items()}
        self._current = next(iter(self._keys))

    def write(self, content: bytes, name: str, target: BinaryIO) -> None:
        """Write ``content`` sealed; never more than a chunk of it is held a second time."""
        salt = os.urandom(SALT)
        target.write(MAGIC + self._current + salt)
        cipher, view = _cipher(self._keys[self._current], salt, name), memoryview(content)
        last = max(0, len(content) - 1) // CHUNK
        for number in range(last + 1):
            chunk = view[number * CHUNK : (number + 1) * CHUNK]
            target.write(cipher.encrypt(nonce_of(number, is_last=number == last), chunk, None))

    def read(self, source: BinaryIO, name: str) -> bytes:
        """What was sealed under this name. Raises BrokenFile."""
        if source.read(len(MAGIC)) != MAGIC:
            source.seek(0)
            return source.read()
        which, salt = source.read(KEY_ID), source.read(SALT)
        if which not in self._keys:
            raise BrokenFile(f"sealed under the key {which.hex()}, which is not among ours")
        cipher, content = _cipher(self._keys[which], salt, name), io.BytesIO()
        try:
            for number, (chunk, is_last) in enumerate(chunks_of(source)):
                content.write(cipher.decrypt(nonce_of(number, is_last=is_last), chunk, None))
        except InvalidTag as error:
            raise BrokenFile("changed or cut off since it was sealed") from error
        return content.getvalue()

    def is_current(self, source: BinaryIO) -> bool:
        """Whether the file lies under the current key: neither in clear nor under an older one."""
        return source.read(len(MAGIC) + KEY_ID) == MAGIC + self._current


def _cipher(key: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"letterbox:file:" + name.encode()).derive(key))


def nonce_of(number: int, *, is_last: bool) -> bytes:
    """Of a chunk, under a key that seals one file or stream only."""
    return number.to_bytes(11, "big") + bytes([is_last])


def chunks_of(source: Readable) -> Iterator[tuple[bytes, bool]]:
    """Each sealed chunk, and whether nothing follows it; a file without any has an empty one, which no key opens."""
    chunk = source.read(CHUNK + TAG)
    while True:
        following = source.read(CHUNK + TAG)
        yield chunk, not following
        if not following:
            return
        chunk = following
