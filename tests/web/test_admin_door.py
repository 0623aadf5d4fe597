"""Who gets into the administration: roles, form tokens, guessed addresses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from letterbox.domain.vocabulary import Role
from tests.support.office.api import Api
from tests.support.office.office import SignIn
from tests.support.writers.script_free_browser import Browser
from webapp.shared.http.access import declared_roles

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine

PLACES: dict[str, str | int] = {
    "code": "transport",
    "person_id": 1,
    "role_id": 1,
    "leave_id": 1,
    "token_id": 1,
    "kind": "units",
    "year": 2027,
    "day": "2027-01-04",
    "request_id": 1,
}
OTHERS = ("screener", "reviewer", "coordinator", "supervisor.gov", "leader", "owner", "operator", "handler.transport")
FOR_ALL_STAFF = {"admin.leaves", "admin.leave_new", "admin.leave_end", "admin.leave_substitute"}
FOR_SOME = {"admin.open_work", "admin.open_work_release"}
BOTH = frozenset({Role.ADMIN, Role.SECURITY_ADMIN})
SECURITY = frozenset({Role.SECURITY_ADMIN})
WHOSE = {
    "admin.people": BOTH, "admin.person": BOTH, "admin.person_activate": BOTH, "admin.role_give": BOTH,
    "admin.requests": BOTH, "admin.request_confirm": BOTH, "admin.request_refuse": BOTH,
    "admin.role_end": SECURITY, "admin.person_reset_password": SECURITY,
    "admin.person_reset_second_factor": SECURITY, "admin.person_end_sessions": SECURITY,
    "admin.tokens": SECURITY, "admin.token_new": SECURITY, "admin.token_revoke": SECURITY,
    "admin.changes": BOTH | {Role.AUDITOR},
}  # fmt: skip
"""Pages that are not the system administrator's alone."""
FOR_SCREENERS = {"admin.calendar", "admin.calendar_file"}


def pages(api: Api) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and an address of every page of the administration."""
    with api.app.test_request_context():
        for rule in api.app.url_map.iter_rules():
            if rule.endpoint.startswith("admin."):
                arguments = {name: PLACES[name] for name in rule.arguments}
                built = api.app.url_map.bind("localhost").build(rule.endpoint, arguments)
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield rule.endpoint, method, built


def test_every_page_says_who_may_open_it(api: Api) -> None:
    found = {endpoint: declared_roles(api.app, endpoint) for endpoint, _method, _path in pages(api)}
    assert len(found) > 20
    for endpoint, roles in found.items():
        if endpoint in FOR_SOME:
            assert roles == {Role.ADMIN, Role.SCREENER, Role.REVIEWER, Role.UNIT_PRINCIPAL}
        elif endpoint in FOR_SCREENERS:
            assert roles == {Role.ADMIN, Role.SCREENER}
        elif endpoint not in FOR_ALL_STAFF:
            assert roles == WHOSE.get(endpoint, {Role.ADMIN}), endpoint


def test_without_signing_in_every_page_leads_to_the_door(api: Api) -> None:
    browser = Browser(api.app.test_client())
    for _endpoint, method, path in pages(api):
        if method == "GET":
            assert "/sign-in" in browser.open(path).response.request.path, path


@pytest.mark.parametrize("login", OTHERS)
def test_other_roles_are_refused(api: Api, as_login: SignIn, login: str) -> None:
    browser = as_login(login)
    for endpoint, method, path in pages(api):
        if method == "GET" and endpoint not in FOR_ALL_STAFF | FOR_SOME | (
            FOR_SCREENERS if login == "screener" else set()
        ):
            assert browser.client.get(path).status_code == 403, path


def test_a_handler_does_not_open_the_work_of_others(as_login: SignIn) -> None:
    assert as_login("handler.transport").client.get("/admin/open-work").status_code == 403


def test_without_the_engine_open_work_says_so_and_other_pages_work(admin: Browser) -> None:
    assert admin.client.get("/admin/open-work").status_code == 503
    assert admin.open("/admin/units").status == 200


@pytest.mark.parametrize("token", [None, "forged"])
def test_a_forged_form_token_changes_nothing(api: Api, admin: Browser, token: str | None) -> None:
    for _endpoint, method, path in pages(api):
        if method == "POST":
            data = {"reason": "伪造", "csrf_token": token} if token else {"reason": "伪造"}
            answer = admin.client.post(path, data=data)
            assert answer.status_code == 400, path
            assert "伪造" in answer.get_data(as_text=True)
            assert "lb-topbar" in answer.get_data(as_text=True), f"{path}: not in the staff's own shell"


@pytest.mark.parametrize(
    "path",
    [
        "/admin/units/no-such-unit",
        "/admin/units/no-such-unit/edit",
        "/admin/units/no-such-unit/deactivate",
        "/admin/units/'--",
        "/admin/people/999999999",
        "/admin/people/0/edit",
        "/admin/people/99999999999999999999999",
        "/admin/people/999999999/deactivate",
        "/admin/people/-1",
        "/admin/leaves/999999999/end",
        "/admin/files/secrets.yaml",
    ],
)
def test_guessed_addresses_are_not_found(admin: Browser, path: str) -> None:
    assert admin.client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/admin/people/1/roles/999999999/end",
        "/admin/tokens/999999999/revoke",
        "/admin/requests/999999999/refuse",
        "/admin/people/999999999/reset-password",
    ],
)
def test_guessed_addresses_of_security_are_not_found(security: Browser, path: str) -> None:
    assert security.client.get(path).status_code == 404


@pytest.mark.parametrize("login", ["admin", "security", "auditor"])
def test_each_administrator_opens_his_own_pages_and_no_others(api: Api, as_login: SignIn, login: str) -> None:
    own = {"admin": Role.ADMIN, "security": Role.SECURITY_ADMIN, "auditor": Role.AUDITOR}[login]
    browser = as_login(login)
    for endpoint, method, path in list(pages(api)):
        if method == "GET":
            is_his = own in (declared_roles(api.app, endpoint) or ())
            assert (browser.client.get(path).status_code == 403) != is_his, path


@pytest.mark.parametrize("path", ["units", "people", "changes", "requests", "leaves"])
def test_nonsense_filters_are_harmless(admin: Browser, path: str) -> None:
    query = "q=%27%22%3Cscript%3E&state=x&kind=x&role=x&unit=x&page=99999999999&past=x&flagged=x"
    page = admin.open(f"/admin/{path}?{query}")
    assert page.status == 200
    assert "<script>" not in page.source.replace('<script type="module"', "")
