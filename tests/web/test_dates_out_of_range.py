"""A row with a date that no calendar has takes no list down: whatever is stored, it is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from letterbox.domain.vocabulary import Role
from tests.support.office.api import Api

pytest_plugins = ["tests.support.office.api_fixtures"]
pytestmark = pytest.mark.engine

LETTER = {
    "channel": "city_portal",
    "title": "路灯不亮",
    "body": "中心路的路灯坏了。",
    "writer": {"name": "李四", "phone": "13800000000"},
    "is_public": False,
}


@pytest.fixture(
    params=[
        "0001-01-01 00:00:00+08:05:43",
        "0044-03-15 12:00:00+00 BC",
        "infinity",
        "-infinity",
        "99999-01-01 00:00:00+00",
    ]
)
def number(api: Api, request: pytest.FixtureRequest) -> Iterator[str]:
    """A letter as versions before let it in."""
    number = api.post("/letters", Role.CHANNEL, LETTER, 201)["number"]
    database = api.services.database
    with database.transaction() as session:
        change = text("UPDATE letters SET written_at = CAST(:at AS timestamptz) WHERE number = :number")
        session.execute(change, {"at": request.param, "number": number})
    yield number
    with database.transaction() as session:
        session.execute(text("UPDATE letters SET written_at = NULL WHERE number = :number"), {"number": number})


def test_lists_and_records_show_it(api: Api, number: str) -> None:
    assert number in {each["number"] for each in api.get("/letters?per_page=100", Role.SCREENER)["items"]}
    record = api.get(f"/letters/{number}", Role.SCREENER)
    assert record["title"] == LETTER["title"]
    assert record["written_at"].endswith("+08:00"), "an offset that other programs read"


@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-01T00:00:00%2B08:00", "9999-12-31T23:59:59-12:00"])
def test_a_query_for_such_a_date_is_refused_by_its_name(api: Api, day: str) -> None:
    assert list(api.get(f"/letters?due_before={day}", Role.SCREENER, 422)["errors"]) == ["due_before"]
