"""Streams under a pass phrase: sealed chunk by chunk while they are written, opened chunk by chunk while they are read.

A sealed stream is ``MAGIC``, a random salt, sixteen bytes that tell a wrong pass phrase from a broken stream, then chunks
as in ``sealed``. Key and check come from pass phrase and salt by scrypt (RFC 7914) with fixed costs: 128 MB and about half
a second for each guess.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from letterbox.files.sealed import CHUNK, SALT, BrokenFile, Readable, chunks_of, nonce_of

MAGIC = b"LBXPASS\x01"
KEY, CHECK = 32, 16
COST, BLOCK, LANES = 2**17, 8, 1


class WrongPassPhrase(BrokenFile):
    """Another one than the stream was sealed with, or the stream's first bytes are broken."""


class Writable(Protocol):
    def write(self, content: bytes, /) -> int: ...

    def flush(self) -> None: ...


class SealingStream:
    """What is written here goes on to ``target`` sealed; without ``finish`` it can never be opened."""

    def __init__(self, target: Writable, phrase: str) -> None:
        salt = os.urandom(SALT)
        self._cipher, check = _derived(phrase, salt)
        self._target, self._number, self._buffer = target, 0, bytearray()
        target.write(MAGIC + salt + check)

    def write(self, content: bytes) -> int:
        self._buffer += content
        while len(self._buffer) > CHUNK:
            self._seal(bytes(self._buffer[:CHUNK]), is_last=False)
            del self._buffer[:CHUNK]
        return len(content)

    def flush(self) -> None:
        """Nothing: a chunk goes on when it is full, the last one with ``finish``."""

    def finish(self) -> None:
        self._seal(bytes(self._buffer), is_last=True)

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self._target.write(self._cipher.encrypt(nonce_of(self._number, is_last=is_last), chunk, None))
        self._number += 1


class OpeningStream:
    """Reads what was sealed into ``source``, which stands behind ``MAGIC``.

    Raises WrongPassPhrase at once; reading raises BrokenFile where something was changed or cut off.
    """

    def __init__(self, source: Readable, phrase: str) -> None:
        salt = source.read(SALT)
        self._cipher, check = _derived(phrase, salt)
        if not hmac.compare_digest(source.read(CHECK), check):
            raise WrongPassPhrase("another pass phrase")
        self._opened, self._buffer = self._chunks(source), b""

    def read(self, size: int = -1) -> bytes:
        while not self._buffer or size < 0:
            chunk = next(self._opened, None)
            if chunk is None:
                break
            self._buffer += chunk
        size = len(self._buffer) if size < 0 else size
        answer, self._buffer = self._buffer[:size], self._buffer[size:]
        return answer

    def _chunks(self, source: Readable) -> Iterator[bytes]:
        for number, (chunk, is_last) in enumerate(chunks_of(source)):
            try:
                yield self._cipher.decrypt(nonce_of(number, is_last=is_last), chunk, None)
            except InvalidTag as error:
                raise BrokenFile("changed or cut off since it was sealed") from error


def _derived(phrase: str, salt: bytes) -> tuple[AESGCM, bytes]:
    made = Scrypt(salt, KEY + CHECK, COST, BLOCK, LANES).derive(phrase.encode())
    return AESGCM(made[:KEY]), made[KEY:]
