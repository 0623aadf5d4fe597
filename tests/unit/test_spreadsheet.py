"""A spreadsheet that opens our files takes nobody's words for a formula."""

from __future__ import annotations

import pytest

from letterbox.services.records.spreadsheet import as_csv, harmless


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠\t\r\n"))
@pytest.mark.parametrize("before", ["", " ", "\u3000", "\u00a0", "\ufeff", "\u200b", " \u3000"])
def test_what_a_spreadsheet_would_calculate_is_text(sign: str, before: str) -> None:
    assert harmless(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize("text", ["", "来信", "1+1", "a=b", "水费-电费", "（=）"])
def test_ordinary_words_stay(text: str) -> None:
    assert harmless(text) == text


def test_in_a_file_too() -> None:
    assert as_csv(["标题"], [["＝1+1"]]).decode("utf-8-sig") == "标题\r\n'＝1+1\r\n"
