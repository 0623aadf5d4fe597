"""A draft of a task has bounds, and what was kept before stays."""

from __future__ import annotations

import json

import pytest

from tests.support.office.desk_site import DeskSite
from tests.web.test_desk_task import HANDLER, to_draft, value

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (json.dumps({"values": {"reply": "x" * 310_000}}), 422),
        (json.dumps({"values": {"reply": "x" * 2_000_000}}), 413),
        ('{"values": {"reply": ' + "[" * 100_000 + "]" * 100_000 + "}}", 400),
        ("{", 422),
    ],
    ids=["too long", "too large", "too deep", "broken"],
)
def test_a_draft_beyond_all_bounds_is_refused_and_the_one_before_stays(site: DeskSite, body: str, status: int) -> None:
    number = to_draft(site)
    browser = site.signed_in(HANDLER)
    address = site.task(number, "Task_DraftReply", HANDLER)
    token = browser.open(address).tree.xpath("//input[@name='csrf_token']/@value")[0]
    headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
    kept = browser.client.post(f"{address}/draft", data='{"values": {"reply": "先写一句"}}', headers=headers)
    assert kept.status_code == 200
    assert browser.client.post(f"{address}/draft", data=body.encode(), headers=headers).status_code == status
    assert value(browser.open(address), "reply") == "先写一句"
