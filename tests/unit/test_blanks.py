"""What was left to be filled in is found; an indent and a signature's gap are not."""

from __future__ import annotations

import pytest

from letterbox.domain.blanks import blanks_in
from letterbox.domain.decline_reasons import DECLINE_REASONS
from letterbox.domain.vocabulary import Ground


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我单位于　月　日到现场。", ["我单位于　月　日到现场", "我单位于　月　日到现场。"]),
        ("一、　月底前，", ["一、　月底前，"]),
        ("因　　　，此事需要一段时间。", ["因　　　，此事需要一"]),
        ("请拨打电话____联系。", ["请拨打电话____联系。"]),
    ],
)
def test_blanks_are_found_with_what_stands_around_them(text: str, found: list[str]) -> None:
    assert blanks_in(text) == found


@pytest.mark.parametrize(
    "text", ["", "　　您好！路灯已修好。\n　　特此答复。", "县水利局　办公室", "9月8日前接通。\n\n　　谢谢。"]
)
def test_indents_and_a_single_gap_are_no_blanks(text: str) -> None:
    assert blanks_in(text) == []


def test_every_ground_has_a_reason_without_blanks() -> None:
    assert set(DECLINE_REASONS) == set(Ground)
    assert [each for each in DECLINE_REASONS.values() if blanks_in(each)] == []
