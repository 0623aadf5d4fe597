"""Pages below a letter's number, query codes and forms leave their trace without anybody's doing."""

from __future__ import annotations

import pytest
from flask import Response

from letterbox.domain.audit import AuditAct
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.wiring import Services
from tests.support.office.api import Api
from tests.support.office.office import SignIn
from tests.support.writers.script_free_browser import Browser
from tests.web.test_audit import Since, letter, rows_after
from webapp.shared.http.trail import _act

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine


@pytest.fixture
def since(real: Services) -> Since:
    """Rows that were added since the test began, oldest first."""
    first = max((row.position for row in rows_after(real, 0)), default=0)
    return lambda: rows_after(real, first)


def test_the_files_of_an_accusation_are_recorded_like_itself(as_login: SignIn, real: Services, since: Since) -> None:
    report = letter(real, "report")
    assert as_login("screener").open(f"/desk/letters/{report}/attachments").status == 200
    row = since()[-1]
    assert (row.act, row.result, row.object_id) == ("report_read", "done", report)


def test_a_page_below_a_letters_number_is_a_reading_whoever_built_it(api: Api) -> None:
    with api.app.test_request_context("/ops/letters/SX20260900001"):
        assert _act("ops.letter", 200, Response()) is AuditAct.LETTER_READ
        assert _act("ops.letter", 404, Response()) is AuditAct.REFUSED


def test_a_wrong_query_code_is_recorded_without_it(api: Api, real: Services, since: Since) -> None:
    number = letter(real)
    browser = Browser(api.app.test_client())
    browser.open("/track")
    assert browser.submit("/track", number=number, code="1029384756").status == 404
    (row,) = since()
    assert (row.act, row.result, row.object_id) == ("sign_in_failed", "refused", number)
    assert row.detail == {"factor": "query_code"}


def test_a_form_from_elsewhere_is_recorded(as_login: SignIn, since: Since) -> None:
    browser = as_login("screener")
    assert browser.client.post("/desk/notices/read", data={"csrf_token": "from elsewhere"}).status_code == 400
    row = since()[-1]
    assert (row.act, row.result, row.detail["why"]) == ("refused", "refused", "form_token")


def test_a_refused_reading_below_a_letter_is_one_entry(as_login: SignIn, real: Services, since: Since) -> None:
    """The letter was opened on the way to a limit that it does not have; nothing of it was shown."""
    report = letter(real, "report")
    assert as_login("screener").open(f"/desk/letters/{report}/limits/999999").status == 404
    found = [(row.act, row.result, row.object_id) for row in since() if row.act != "sign_in"]
    assert found == [("refused", "refused", report)]


def test_a_reading_that_failed_on_the_way_is_no_reading_done(api: Api, real: Services, since: Since) -> None:
    report = letter(real, "report")
    screener = Actor(ActorKind.PERSON, "1", "甄别员", frozenset({Grant(Role.SCREENER)}))
    with api.app.test_request_context(f"/desk/letters/{report}"):
        api.app.preprocess_request()
        real.trail.letter_read(screener, report, is_report=True)
        api.app.process_response(Response(status=500))
    assert [(row.act, row.result) for row in since()] == [("report_read", "failed")]


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("screener", "/cockpit/"), ("screener", "/desk/letters"), ("screener", "/desk/publications"), ("screener", "/desk/supervisions"),
        ("screener", "/desk/precedents"), ("auditor", "/admin/changes"), ("admin", "/admin/people"), ("operator", "/ops/record"),
    ],
)  # fmt: skip
def test_a_list_of_letters_or_of_what_people_did_is_recorded(
    as_login: SignIn, since: Since, login: str, path: str
) -> None:
    browser = as_login(login)
    before = len(since())
    assert browser.open(path).status == 200
    (row,) = since()[before:]
    assert (row.act, row.result, row.object_kind) == ("page_read", "done", "page")


def test_the_own_tasks_are_not_recorded(as_login: SignIn, since: Since) -> None:
    browser = as_login("screener")
    before = len(since())
    assert browser.open("/desk/").status == 200
    assert since()[before:] == []
