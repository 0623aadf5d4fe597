"""Suggestions follow the units as the administrators keep them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from letterbox.services.procedure import classification
from letterbox.store.people import Unit
from tests.support.office.county import County

pytestmark = pytest.mark.engine

TITLE, BODY = "小区物业乱收费", "我们小区物业公司乱收停车费，业主委员会管不了。"


def suggested(county: County, number: str) -> list[dict[str, Any]]:
    suggestion = county.letter(number).suggestion
    assert suggestion is not None
    return list(suggestion["units"])


def test_a_unit_that_is_no_longer_active_is_not_suggested(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classification, "FRESH_S", 0.0)
    first = suggested(county, county.write(TITLE, BODY))[0]["unit"]
    set_active(county, first, False)
    try:
        assert first not in [each["unit"] for each in suggested(county, county.write(TITLE, BODY))]
    finally:
        set_active(county, first, True)


def set_active(county: County, code: str, is_active: bool) -> None:
    with county.services.database.transaction() as session:
        session.execute(update(Unit).where(Unit.code == code).values(is_active=is_active))


def test_each_proposal_gives_the_letters_own_words(county: County) -> None:
    best = suggested(county, county.write(TITLE, BODY))[0]
    assert best["because"]
    assert all(word in TITLE + BODY for word in best["because"])
