"""An engine that takes questions and never answers: an operator's page comes soon, and says what was not answered."""

from __future__ import annotations

import time

import pytest

from letterbox.engine.patience import READING_S, time_left
from tests.support.engine.wire import Fault, Wire
from tests.support.office.desk_site import DeskSite
from webapp import AUDIENCES

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine
ROOM_S = 4.0
"""For everything that is not waiting, on a machine that does other things besides."""
LETTER = "/ops/letters/{number}"


@pytest.mark.parametrize(
    ("login", "path", "status", "said"),
    [
        ("operator", "/ops/", 200, "流程引擎"),
        ("operator", "/ops/stuck", 503, "没有得到：没有办成的步骤、任务和异常事件"),
        ("operator", LETTER, 503, "没有得到：这封来信有哪些流程在运行、停在哪一步"),
        ("operator", "/ops/letters?number={number}", 503, "没有得到：这封来信有哪些流程在运行"),
        ("screener", "/cockpit/diagrams", 200, "流程引擎"),
        ("admin", "/admin/open-work", None, ""),
        ("owner", "/studio/", None, ""),
    ],
)
def test_a_page_waits_once_and_says_for_what(
    remote: DeskSite, wire: Wire, login: str, path: str, status: int | None, said: str
) -> None:
    number = remote.county.write()
    browser = remote.signed_in(login)
    wire.fault = Fault.SILENT
    began = time.monotonic()
    page = browser.open(path.format(number=number))
    took_s = time.monotonic() - began
    assert took_s < READING_S + ROOM_S
    assert status in {page.status, None}
    assert said in page.text
    if status == 503:
        assert took_s >= READING_S, "it did hang"
        assert page.heading == "流程引擎没有回答"
        assert "没有回答，可能卡住了" in page.text
    wire.fault = Fault.CUT


def test_a_question_that_is_posted_waits_no_longer(remote: DeskSite, wire: Wire) -> None:
    number = remote.county.write()
    operator = remote.signed_in("operator")
    operator.open("/ops/differences")
    wire.fault = Fault.SILENT
    began = time.monotonic()
    assert operator.submit("/ops/differences", letters=number).status == 503
    assert time.monotonic() - began < READING_S + ROOM_S
    wire.fault = Fault.CUT


def test_every_door_is_bounded(remote: DeskSite) -> None:
    """Not page by page: whatever is opened asks within the bound."""
    app = remote.app
    for door in AUDIENCES:
        with app.test_request_context(f"/{door}/"):
            app.preprocess_request()
            assert time_left(30, is_command=False) == READING_S
    assert time_left(30, is_command=False) == 30
