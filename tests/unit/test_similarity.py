"""Which letters are shown as being about the same matter, and in which order (A6)."""

from letterbox.intelligence.similarity import Candidate, similar

WELL = ("井盖翘起来了", "文昌路邮局门口的井盖翘起来了，骑车差点摔倒，希望尽快修。")


def test_the_most_alike_come_first_and_the_unlike_not_at_all() -> None:
    near = Candidate("near", "井盖坏了", "文昌路邮局门口的井盖坏了，骑车差点摔倒，请尽快修。")
    candidates = [Candidate("noise", "菜市场太吵", "凌晨三点就开始卸货。"), near, Candidate("same", *WELL)]
    assert [each.key for each in similar(*WELL, candidates)] == ["same", "near"]


def test_of_equally_alike_ones_the_first_given_are_kept_whatever_their_numbers() -> None:
    candidates = [Candidate(key, *WELL) for key in ("9", "1", "5", "3")]
    assert [each.key for each in similar(*WELL, candidates, limit=3)] == ["9", "1", "5"]
