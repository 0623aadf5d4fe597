"""Files on the disk: sealed in chunks, opened only whole, unchanged and under their own name."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable

import pytest

from letterbox.domain.keys import Keys
from letterbox.files.sealed import CHUNK, KEY_ID, MAGIC, SALT, TAG, BrokenFile, FileSeal

OLD, NEW = "an old secret of the tests, long enough", "a new secret of the tests, long enough"
HEADER = len(MAGIC) + KEY_ID + SALT
SEALED = CHUNK + TAG
WORDS = "身份证号 34262219870314201X".encode()
THREE = bytes(range(256)) * (CHUNK // 256) * 2 + WORDS
MEGABYTE = 1024 * 1024


def sealed(content: bytes, name: str = "a", keys: Keys | None = None) -> bytes:
    target = io.BytesIO()
    FileSeal(keys or Keys(NEW)).write(content, name, target)
    return target.getvalue()


def opened(content: bytes, name: str = "a", keys: Keys | None = None) -> bytes:
    return FileSeal(keys or Keys(NEW)).read(io.BytesIO(content), name)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_what_was_sealed_comes_back(size: int) -> None:
    content = bytes(size)
    assert opened(sealed(content)) == content


def test_nothing_of_it_is_seen_and_no_two_sealings_are_alike() -> None:
    assert WORDS not in sealed(THREE)
    assert sealed(WORDS)[HEADER:] != sealed(WORDS)[HEADER:]


@pytest.mark.parametrize(
    "change",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[: HEADER + SEALED],
        lambda whole: whole[: HEADER + 2 * SEALED],
        lambda whole: whole[:HEADER],
        lambda whole: whole[: HEADER - 1],
        lambda whole: whole + b"\0",
        lambda whole: whole + whole[HEADER:],
        lambda whole: whole[:HEADER] + whole[HEADER + SEALED : HEADER + 2 * SEALED] + whole[HEADER:],
        lambda whole: whole[:HEADER] + whole[HEADER + SEALED :],
        lambda whole: whole[: HEADER + 5] + bytes([whole[HEADER + 5] ^ 1]) + whole[HEADER + 6 :],
        lambda whole: whole[: HEADER - 1] + bytes([whole[HEADER - 1] ^ 1]) + whole[HEADER:],
    ],
    ids=["last byte", "two chunks less", "last chunk", "all chunks", "salt", "a byte more", "twice", "exchanged", "first",
         "a bit", "a bit of the salt"],
)  # fmt: skip
def test_what_was_changed_or_cut_off_is_not_opened(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BrokenFile):
        opened(change(sealed(THREE)))


def test_no_file_opens_in_anothers_place() -> None:
    with pytest.raises(BrokenFile):
        opened(sealed(WORDS, "a"), "b")


def test_old_keys_open_and_only_the_new_one_seals() -> None:
    under_old, under_new = sealed(WORDS, keys=Keys(OLD)), sealed(WORDS, keys=Keys(NEW, (OLD,)))
    assert opened(under_old, keys=Keys(NEW, (OLD,))) == WORDS
    assert opened(under_new) == WORDS
    seal = FileSeal(Keys(NEW, (OLD,)))
    assert [seal.is_current(io.BytesIO(each)) for each in (under_old, under_new, WORDS)] == [False, True, False]
    with pytest.raises(BrokenFile, match="not among ours"):
        opened(under_old)


def test_a_file_from_before_is_read_as_it_is() -> None:
    assert opened(WORDS) == WORDS
    assert opened(b"") == b""


def test_ten_megabytes_are_never_held_twice() -> None:
    content, seal, target = bytes(10 * MEGABYTE), FileSeal(Keys(NEW)), io.BytesIO(bytes(11 * MEGABYTE))
    assert _more_than(lambda: seal.write(content, "a", target)) < MEGABYTE
    target.truncate()
    target.seek(0)
    assert _more_than(lambda: seal.read(target, "a")) < 13 * MEGABYTE


def _more_than(work: Callable[[], object]) -> int:
    """Bytes that the work needs at its highest, its answer included."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
