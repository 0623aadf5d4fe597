"""How much of what is marked in five hundred sentences the detector finds, and how much of what it finds is marked.

A piece counts as found if findings of its kind cover all of its visible characters; of an address to the door, its end and at
least half. A finding is right if it lies over a marked piece of its kind and sticks out by two characters at most, an address
by eight.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from letterbox.intelligence.personal_data import PersonalData, find
from tests.support.writers.marked_sentences import (
    DEVELOPED_ON,
    EIGHTH,
    FIFTH,
    FOURTH,
    HELD_BACK,
    SECOND_DEVELOPED_ON,
    SECOND_HELD_BACK,
    SEVENTH,
    SIXTH,
    THIRD,
    Marked,
    Sentence,
    half_of,
    headings,
    sentences,
)

RECALL, PRECISION = 0.97, 0.95


@dataclass(frozen=True, slots=True)
class Measure:
    recall: float
    precision: float
    missed: list[str]
    wrong: list[str]


def is_found(sentence: Sentence, piece: Marked, found: list[PersonalData]) -> bool:
    covered = {place for each in found if each.kind == piece.kind for place in range(each.start, each.end)}
    wanted = [place for place in range(piece.start, piece.end) if not sentence.text[place].isspace()]
    share = sum(place in covered for place in wanted) / len(wanted)
    return share == 1 or (piece.kind == "address" and wanted[-1] in covered and share >= 0.5)


def is_right(sentence: Sentence, each: PersonalData) -> bool:
    return any(
        each.kind == piece.kind
        and each.start < piece.end
        and piece.start < each.end
        and piece.start - each.start <= (8 if piece.kind == "address" else 2)
        and each.end - piece.end <= 2
        for piece in sentence.marked
    )


def measured(*paths: Path) -> Measure:
    pieces, found_pieces, findings, right, missed, wrong = 0, 0, 0, 0, [], []
    for sentence in (each for path in paths for each in sentences(path)):
        found = find(sentence.text)
        findings += len(found)
        pieces += len(sentence.marked)
        misses = [piece for piece in sentence.marked if not is_found(sentence, piece, found)]
        errors = [each for each in found if not is_right(sentence, each)]
        missed += [f"{piece.kind} {sentence.text[piece.start : piece.end]}" for piece in misses]
        wrong += [f"{each.kind} {sentence.text[each.start : each.end]}" for each in errors]
        found_pieces += len(sentence.marked) - len(misses)
        right += len(found) - len(errors)
    return Measure(found_pieces / pieces, right / findings, missed, wrong)


EVERY = (DEVELOPED_ON, HELD_BACK, SECOND_DEVELOPED_ON, SECOND_HELD_BACK, FOURTH, FIFTH, SEVENTH)


@pytest.mark.parametrize(
    "paths",
    [*((path,) for path in EVERY), EVERY, (*EVERY, THIRD, SIXTH, EIGHTH)],
    ids=[*(path.stem for path in EVERY), "all ordinary", "all"],
)
def test_finds_what_is_marked_and_little_else(paths: tuple[Path, ...]) -> None:
    measure = measured(*paths)
    assert measure.recall >= RECALL, measure.missed
    assert measure.precision >= PRECISION, measure.wrong


@pytest.mark.parametrize(
    ("path", "recall"), [(THIRD, 0.926), (SIXTH, 0.959), (EIGHTH, 0.87)], ids=["third", "sixth", "eighth"]
)
def test_finds_most_of_what_is_hard_or_was_never_mended_by(path: Path, recall: float) -> None:
    """The third file is full of names that are puns (都兴华, 步行健), the sixth has some; by the eighth nothing was mended.

    Below the goal, and no worse than measured.
    """
    measure = measured(path)
    assert measure.recall >= recall, measure.missed
    assert measure.precision >= PRECISION, measure.wrong


@pytest.mark.parametrize("path", [SECOND_DEVELOPED_ON, SECOND_HELD_BACK], ids=["developed on", "held back"])
def test_the_second_sentences_are_divided_by_their_headings(path: Path) -> None:
    assert headings(path)
    assert {half_of(heading) for heading in headings(path)} == {path}


def test_the_third_to_eighth_sentences_are_of_kinds_of_their_own() -> None:
    kinds = [
        *headings(THIRD),
        *headings(FOURTH),
        *headings(FIFTH),
        *headings(SIXTH),
        *headings(SEVENTH),
        *headings(EIGHTH),
        *headings(SECOND_DEVELOPED_ON),
        *headings(SECOND_HELD_BACK),
    ]
    assert len(kinds) >= 190
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "1",
            "1 ",
            "a.",
            "a@",
            "a at ",
            "王",
            "王建",
            "住",
            "3栋",
            "1-",
            "村1",
            "路1",
            "一",
            "微信",
            "微信a",
            "出生",
            "1956年",
            "镇",
        ),
        *("卡号1 ", "A-", "阿·", "加v", "护照字", " ", "(", "住在幸福小区", "电话", "\u200b", "我叫王 "),
        *("家住a", "住村1号", "北纬1", "证号1", "证字", "户号1", "巴·", "住宿舍1", "我是a", "王 ", "局1", "等1"),
        *("我叫王建军，", "王建军", "张王李赵", "档案是1990年1月", "住在1-", "张亮店", "1万元，"),
    ],
)
def test_no_text_of_twenty_thousand_characters_takes_more_than_its_share(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        find(text)
        return time.process_time() - start

    seconds(100)
    assert seconds(20_000) < 2.5
