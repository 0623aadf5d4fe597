"""Who gets in, what every refusal looks like, and repeated requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from letterbox.domain.vocabulary import TOKEN_ROLES, UNIT_ROLES, Role
from letterbox.settings import Profile
from letterbox.wiring import Services
from tests.support.office.api import LETTER, Api
from webapp import create_app
from webapp.api.rights import RIGHTS

pytest_plugins = ["tests.support.office.api_fixtures"]
pytestmark = pytest.mark.engine

PLACES = {"channel": "city_portal", "number": "SX1", "task_id": "nobodys", "action": "urgent"}


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and an address of every route of the API."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            address = rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}").format(**PLACES)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, address


def test_every_route_has_its_row_of_rights(api: Api) -> None:
    assert {endpoint for endpoint, _, _ in routes(api.app)} == set(RIGHTS)


def test_without_a_token_nothing_but_the_open_routes(api: Api) -> None:
    for endpoint, method, address in routes(api.app):
        response = api.call(method, address)
        if RIGHTS[endpoint] is not None:
            assert response.status_code == 401, address
            assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_roles_without_the_right_are_refused(api: Api) -> None:
    for endpoint, method, address in routes(api.app):
        allowed = RIGHTS[endpoint]
        for role in TOKEN_ROLES:
            if allowed is not None and role not in allowed:
                assert api.call(method, address, role).status_code == 403, (address, role)


@pytest.mark.parametrize("given", ["Bearer wrong", "Bearer", "Basic bGI6bGI=", "lb_x", ""])
def test_a_bad_token_is_refused_even_where_none_is_needed(api: Api, given: str) -> None:
    for path in ("/letters", "/letters/SX1"):
        response = api.call("GET", path, Authorization=given)
        assert response.status_code == 401
        assert "invalid_token" in response.headers["WWW-Authenticate"]


def test_a_revoked_token_is_refused_at_once(api: Api) -> None:
    tokens = api.services.tokens
    token = tokens.create(Role.SCREENER, "to be revoked")
    sent = {"Authorization": f"Bearer {token}"}
    assert api.call("GET", "/letters", **sent).status_code == 200
    tokens.revoke(max(each.id for each in tokens.all()))
    assert api.call("GET", "/letters", **sent).status_code == 401


def test_neither_cookie_nor_form_token_plays_a_part(api: Api) -> None:
    with api.app.test_client() as client:
        with client.session_transaction() as session:
            session["_user_id"] = "1"
        assert client.get("/api/v1/letters").status_code == 401
        response = client.post("/api/v1/letters", json=LETTER, headers=api.headers(Role.CHANNEL))
    assert response.status_code == 201
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


def test_unknown_addresses_and_methods_are_problems_too(api: Api) -> None:
    assert api.call("GET", "/nothing", Role.SCREENER).status_code == 404
    response = api.call("DELETE", "/letters", Role.SCREENER)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]


def test_bodies_that_are_no_json_objects(api: Api) -> None:
    headers = api.headers(Role.CHANNEL)
    with api.app.test_client() as client:
        form = client.post("/api/v1/letters", data={"title": "x"}, headers=headers)
        broken = client.post("/api/v1/letters", data=b"{", content_type="application/json", headers=headers)
        latin = client.post("/api/v1/letters", data=b'{"a": "\xff"}', content_type="application/json", headers=headers)
        large = client.post("/api/v1/letters", data=b"[" * 1_100_000, content_type="application/json", headers=headers)
        deep = client.post("/api/v1/letters", data=b"[" * 100_000, content_type="application/json", headers=headers)
    assert [form.status_code, broken.status_code, latin.status_code, large.status_code] == [415, 400, 400, 413]
    assert deep.status_code == 400
    api.post("/letters", Role.CHANNEL, [1, 2], 400)


def test_a_repeat_gets_the_first_answer(api: Api) -> None:
    first = api.call("POST", "/letters", Role.CHANNEL, LETTER, Idempotency_Key="abc-1")
    again = api.call("POST", "/letters", Role.CHANNEL, LETTER, Idempotency_Key="abc-1")
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = api.call("POST", "/letters", Role.CHANNEL, {**LETTER, "title": "别的"}, Idempotency_Key="abc-1")
    assert other.status_code == 422
    assert list(other.get_json()["errors"]) == ["Idempotency-Key"]
    third = api.call("POST", "/letters", Role.CHANNEL, LETTER, Idempotency_Key="abc-2")
    assert third.get_json()["number"] != first.get_json()["number"]


def test_a_refused_request_may_be_sent_again_under_its_key(api: Api) -> None:
    number, _ = api.write()
    path, body = f"/letters/{number}/actions/urgent", {"values": {"urgent": False, "reason": "误标"}}
    assert api.call("POST", path, Role.SCREENER, body, Idempotency_Key="u-1").status_code == 409
    api.post(path, Role.SCREENER, {"values": {"urgent": True, "reason": "老人独居"}})
    assert api.call("POST", path, Role.SCREENER, body, Idempotency_Key="u-1").status_code == 200
    assert api.call("POST", path, Role.SCREENER, body, Idempotency_Key="u-1").status_code == 200


def test_a_writers_repeat_gets_the_first_answer_too_and_nobody_else_does(api: Api) -> None:
    number, code = api.write()
    other, other_code = api.write()
    path, body = f"/letters/{number}/withdrawal", {"query_code": code, "reason": "问题已经解决"}
    first = api.call("POST", path, None, body, Idempotency_Key="w-1")
    again = api.call("POST", path, None, body, Idempotency_Key="w-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert api.call("POST", path, None, {**body, "query_code": "0000000000"}, Idempotency_Key="w-1").status_code == 422
    assert api.call("POST", path, None, {**body, "query_code": "0000000000"}, Idempotency_Key="w-2").status_code == 404
    theirs = {"query_code": other_code, "reason": "我的也解决了"}
    assert api.call("POST", f"/letters/{other}/withdrawal", None, theirs, Idempotency_Key="w-1").status_code == 200


def test_a_key_must_be_readable(api: Api) -> None:
    for key in ("", "x" * 256, "钥匙".encode().decode("latin-1")):
        assert api.call("POST", "/letters", Role.CHANNEL, LETTER, Idempotency_Key=key).status_code == 422


def test_many_at_once_under_one_key_make_one_letter(api: Api) -> None:
    api.headers(Role.CHANNEL)
    answers: list[tuple[int, str | None]] = []

    def send() -> None:
        response = api.call("POST", "/letters", Role.CHANNEL, LETTER, Idempotency_Key="at-once")
        answers.append((response.status_code, response.get_json().get("number")))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, _ in answers} <= {201, 409}
    assert len({number for status, number in answers if status == 201}) == 1


def test_many_at_once_with_one_reference_make_one_letter(api: Api) -> None:
    api.headers(Role.CHANNEL)
    numbers: list[str] = []

    def send() -> None:
        numbers.append(
            api.call("POST", "/letters", Role.CHANNEL, {**LETTER, "channel_reference": "R-9"}).get_json()["number"]
        )

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 6
    assert len(set(numbers)) == 1


def test_in_production_there_is_no_clock_to_move(api: Api, tmp_path: Path) -> None:
    with closing(Services(replace(api.services.settings, profile=Profile.PRODUCTION, data_dir=tmp_path))) as services:
        production = Api(create_app(services), api.services)
        body = {"now": "2027-01-01T00:00:00+08:00"}
        assert production.call("POST", "/test/clock", Role.OPERATOR, body).status_code == 404
        assert production.call("POST", "/test/clock", None, body).status_code == 404


def test_without_a_database_every_call_says_so(api: Api, tmp_path: Path) -> None:
    nowhere = "postgresql://letterbox:x@127.0.0.1:1/letterbox"
    with closing(Services(replace(api.services.settings, data_dir=tmp_path, database_url=nowhere))) as services:
        cut_off = Api(create_app(services), api.services)
        for role in (Role.SCREENER, *sorted(UNIT_ROLES)):
            assert cut_off.call("GET", "/letters", role).status_code == 503
        assert cut_off.call("GET", "/letters/SX1?query_code=1").status_code == 503


@pytest.mark.parametrize(
    "path",
    ["/letters?q=%00", "/letters?unit=%00", "/letters/%00", "/tasks/%00", "/letters/SX%001/limits", "/letters?q=%FF"],
)
def test_bytes_that_no_database_takes_are_refused_politely(api: Api, path: str) -> None:
    assert api.call("GET", path, Role.SCREENER).status_code in {200, 400, 404, 422, 503}


def test_a_parameter_with_a_nul_is_named(api: Api) -> None:
    assert api.get("/letters?q=a%00b", Role.SCREENER, 400)["errors"] == {"q": "不能含有空字符（NUL）。"}


def test_nul_in_a_body_is_dropped_like_other_control_characters(api: Api) -> None:
    number, _ = api.write(title="路灯\x00不亮", writer={"name": "李\x00四", "phone": "13800000000"})
    record = api.get(f"/letters/{number}", Role.SCREENER)
    assert (record["title"], record["writer"]["name"]) == ("路灯不亮", "李四")
    values = {"values": {"reason": "来电\x00要求"}}
    api.post(f"/letters/{number}/actions/withdraw", Role.SCREENER, values)
