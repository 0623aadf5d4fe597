"""Streams under a pass phrase: opened whole, unchanged and with the right words, or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache

import pytest

from letterbox.files.passphrase import CHECK, MAGIC, OpeningStream, SealingStream, WrongPassPhrase
from letterbox.files.sealed import CHUNK, SALT, TAG, BrokenFile

PHRASE = "a pass phrase of the tests"
HEADER = len(MAGIC) + SALT + CHECK
SEALED = CHUNK + TAG
WORDS = "身份证号 34262219870314201X".encode()
THREE = bytes(range(256)) * (CHUNK // 256) * 2 + WORDS


def sealed(content: bytes, piece: int = CHUNK) -> bytes:
    target = io.BytesIO()
    stream = SealingStream(target, PHRASE)
    for start in range(0, len(content), piece):
        stream.write(content[start : start + piece])
    stream.finish()
    return target.getvalue()


@cache
def three() -> bytes:
    return sealed(THREE)


def opened(content: bytes, phrase: str = PHRASE, piece: int = -1) -> bytes:
    source = io.BytesIO(content)
    assert source.read(len(MAGIC)) == MAGIC
    stream = OpeningStream(source, phrase)
    return b"".join(iter(lambda: stream.read(piece), b""))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_what_was_written_in_any_pieces_is_read_in_any_pieces(size: int) -> None:
    content = THREE[:size] + bytes(max(0, size - len(THREE)))
    assert opened(sealed(content, 10_000), piece=7_777) == content
    assert opened(sealed(content)) == content


def test_nothing_of_it_is_seen_and_no_two_are_alike() -> None:
    assert WORDS not in sealed(THREE)
    assert sealed(WORDS)[HEADER:] != sealed(WORDS)[HEADER:]


def test_another_pass_phrase_is_said_before_anything_is_read() -> None:
    with pytest.raises(WrongPassPhrase):
        opened(sealed(WORDS), PHRASE + " ")


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[: HEADER + 2 * SEALED],
        lambda whole: whole[:HEADER],
        lambda whole: whole[: HEADER - 1],
        lambda whole: whole + b"\0",
        lambda whole: whole[:HEADER] + whole[HEADER + SEALED : HEADER + 2 * SEALED] + whole[HEADER:],
        lambda whole: whole[:HEADER] + whole[HEADER + SEALED :],
        lambda whole: whole[: HEADER + 5] + bytes([whole[HEADER + 5] ^ 1]) + whole[HEADER + 6 :],
        lambda whole: whole[: len(MAGIC)] + bytes([whole[len(MAGIC)] ^ 1]) + whole[len(MAGIC) + 1 :],
    ],
    ids=["last byte", "last chunk", "all chunks", "header", "a byte more", "exchanged", "first", "a bit", "a bit of the salt"],
)  # fmt: skip
def test_what_was_changed_or_cut_off_is_not_opened(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BrokenFile):
        opened(change(three()))
