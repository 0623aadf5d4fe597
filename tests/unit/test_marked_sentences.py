"""The sentences that the detector of personal data is measured by are whole and of every kind."""

from __future__ import annotations

from collections import Counter

from tests.support.writers.marked_sentences import DEVELOPED_ON, HELD_BACK, KINDS, sentences


def test_five_hundred_sentences_of_every_kind_in_both_halves() -> None:
    halves = [sentences(path) for path in (DEVELOPED_ON, HELD_BACK)]
    assert sum(map(len, halves)) >= 500
    for half in halves:
        assert len(half) >= 250
        kinds = Counter(mark.kind for sentence in half for mark in sentence.marked)
        assert set(kinds) == set(KINDS.values())
        assert min(kinds.values()) >= 7
        assert sum(1 for sentence in half if not sentence.marked) >= 50


def test_no_sentence_twice_and_no_mark_left_in_a_text() -> None:
    texts = [sentence.text for path in (DEVELOPED_ON, HELD_BACK) for sentence in sentences(path)]
    assert len(set(texts)) == len(texts)
    assert not any("{" in text or "}" in text for text in texts)
