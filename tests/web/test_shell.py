"""What every page has: safe headers, a request id, designed refusals, no inline scripts, the chosen look."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from letterbox.domain.errors import NotAllowed, TaskGone, TooManyAttempts, Unavailable
from letterbox.domain.page import Page as ListPage
from letterbox.settings import Profile
from tests.support.writers.portal import Portal
from tests.support.writers.script_free_browser import Browser, Page
from webapp.shared.http.access import open_to_all
from webapp.shared.http.errors import DESIGNED
from webapp.shared.http.health import monitors_only
from webapp.shared.http.preferences import page_to_return_to
from webapp.shared.http.security import csrf
from webapp.shared.paging import nearest, page_number, window

pytest_plugins = ["tests.support.writers.portal_fixtures"]

PAGES = ["/", "/write", "/track", "/recover", "/letters", "/_gallery", "/_gallery/desk", "/nowhere"]


@pytest.fixture
def app(portal: Portal) -> Flask:
    """The test's own, for those that add pages to it."""
    return portal.app_with()


@pytest.mark.parametrize("path", PAGES)
def test_pages_allow_only_our_own_scripts(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    source = response.get_data(as_text=True)
    assert re.findall(r"<script(?![^>]*\bsrc=)", source) == []
    assert re.findall(r"\son\w+=", source) == []
    assert re.findall(r"\sstyle=", source) == []


@pytest.mark.parametrize("status", sorted(DESIGNED))
def test_every_designed_refusal_says_what_to_do(browser: Browser, status: int) -> None:
    page = browser.open(f"/_gallery/errors/{status}")
    assert page.status == status
    assert f"错误 {status}" in page.text
    assert page.heading
    assert page.tree.xpath("//main//a")


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotAllowed("您不办理这件事"), 403, "您不办理这件事"),
        (TaskGone("别人已经办了", "王敏", "2026-11-03T09:00:00+08:00"), 409, "王敏"),
        (TooManyAttempts("太频繁", 120), 429, "2 分钟"),
        (Unavailable("数据库暂时无法连接"), 503, "数据库暂时无法连接"),
        (ValueError("密码是 hunter2"), 500, "系统出错了"),
    ],
)
def test_refusals_become_pages(app: Flask, error: Exception, status: int, words: str) -> None:
    def fail() -> str:
        raise error

    app.add_url_rule("/fail", view_func=fail)
    page = Page(app.test_client().get("/fail"))
    assert page.status == status
    assert words in page.text
    assert "hunter2" not in page.source


@pytest.mark.parametrize(("method", "speaks_of_typing"), [("GET", False), ("POST", True)])
def test_only_who_sent_a_form_is_told_that_it_is_kept(app: Flask, method: str, speaks_of_typing: bool) -> None:
    def fail() -> str:
        raise Unavailable("数据库暂时无法连接")

    app.add_url_rule("/fail", view_func=csrf.exempt(fail), methods=["GET", "POST"])
    page = Page(app.test_client().open("/fail", method=method))
    assert page.status == 503
    assert ("不用重新填写" in page.text) == speaks_of_typing


@pytest.mark.parametrize("message", ["尝试次数过多，请在 15 分钟后再试", "太频繁"])
def test_the_wait_is_said_once(app: Flask, message: str) -> None:
    def fail() -> str:
        raise TooManyAttempts(message, 900)

    app.add_url_rule("/fail", view_func=fail)
    assert Page(app.test_client().get("/fail")).text.count("15 分钟") == 1


def test_partial_requests_get_a_fragment(app: Flask) -> None:
    app.add_url_rule("/gone", view_func=lambda: abort(409))
    response = app.test_client().get("/gone", headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert response.headers["HX-Retarget"] == "#messages"
    assert "<html" not in response.get_data(as_text=True)


def test_a_post_without_token_is_refused(client: FlaskClient) -> None:
    response = client.post("/track", data={"number": "SX1", "code": "1"})
    assert response.status_code == 400
    assert "Cookie" in response.get_data(as_text=True)


def test_an_expired_page_says_once_what_happened_and_gives_the_text_back(client: FlaskClient) -> None:
    page = Page(client.post("/track/evaluate", data={"solved": "no", "comment": "路灯还是不亮，<b>请再看看</b>。"}))
    assert page.status == 400
    assert page.text.count("Cookie") == 1
    assert page.text.count("再提交一次") + page.text.count("重新提交") == 1
    (given_back,) = page.tree.xpath("//*[contains(@class, 'lb-typed')]//input/@value")
    assert given_back == "路灯还是不亮，<b>请再看看</b>。"
    assert "还想说些什么" in page.text


def test_request_ids_are_taken_over_or_made(client: FlaskClient) -> None:
    assert client.get("/", headers={"X-Request-Id": "proxy-12345678"}).headers["X-Request-Id"] == "proxy-12345678"
    made = client.get("/", headers={"X-Request-Id": "no\tgood"}).headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_no_log_has_query_strings(portal: Portal, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    client = portal.app_with(data_dir=tmp_path).test_client()
    with caplog.at_level("DEBUG"):
        client.get("/letters?q=13812345678")
    kept = (tmp_path / "logs" / "access.jsonl").read_text(encoding="utf-8")
    assert "/letters" in kept
    assert "13812345678" not in kept + caplog.text


def test_light_and_dark_are_remembered(browser: Browser) -> None:
    page = browser.open("/letters?q=x　y")
    assert page.tree.xpath("//link[contains(@href, 'dark')]/@media") == ["screen and (prefers-color-scheme: dark)"]
    page = browser.submit("/preferences/theme", theme="dark")
    assert page.response.request.path == "/letters"
    assert page.response.request.args["q"] == "x　y"
    assert page.tree.xpath("//link[contains(@href, 'dark')]/@media") == ["screen"]
    page = browser.submit("/preferences/theme", theme="light")
    assert page.tree.xpath("//link[contains(@href, 'dark')]") == []


def test_choosing_the_look_stays_where_a_refused_form_is(browser: Browser) -> None:
    browser.open("/recover")
    assert browser.submit("/recover", number="").status == 422
    page = browser.submit("/preferences/theme", theme="dark")
    assert page.response.request.path == "/recover"


@pytest.mark.parametrize(
    ("path", "page"), [("/write/nowhere/deeper", "/write/nowhere"), ("/track/leave", "/track"), ("/nowhere", "")]
)
def test_the_page_above_is_returned_to_where_only_forms_are_sent(app: Flask, path: str, page: str) -> None:
    with app.test_request_context(path, method="POST"):
        assert page_to_return_to() == page


def test_the_gallery_is_only_there_in_tests(portal: Portal, dist: Path) -> None:
    (dist / "manifest.json").write_text('{"inputs": "", "files": {}}', encoding="utf-8")
    app = portal.app_with(profile=Profile.PRODUCTION, public_url="https://example.test")
    assert "gallery.index" not in app.view_functions
    assert app.config["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize(("asked", "shown"), [(1, 1), (3, 3), (4, 3), (99_999, 3)])
def test_past_the_end_is_the_last_page(asked: int, shown: int) -> None:
    def search(number: int) -> ListPage[int]:
        return ListPage([number] if number <= 3 else [], number, 1, 3)

    found = nearest(search, asked)
    assert (list(found.items), found.page) == ([shown], shown)


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [(1, 1, [1]), (1, 3, [1, 2, 3]), (5, 12, [1, None, 3, 4, 5, 6, 7, None, 12]), (12, 12, [1, None, 10, 11, 12])],
)
def test_page_numbers_near_the_current_one_are_shown(page: int, pages: int, shown: list[int | None]) -> None:
    assert window(page, pages) == shown


@pytest.mark.parametrize(
    ("text", "number"), [(None, 1), ("", 1), ("7", 7), ("0", 1), ("-1", 1), ("²", 1), ("9" * 30, 1)]
)
def test_a_page_number_is_read_carefully(text: str | None, number: int) -> None:
    assert page_number(text) == number


@pytest.mark.parametrize("address", ["/letters?q=%00", "/letters?unit=a%00b", "/nowhere%00", "/track?number=%00"])
def test_a_nul_in_an_address_is_refused(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_a_nul_in_a_form_is_refused(client: FlaskClient) -> None:
    assert client.post("/write/check", data={"submission": "a\0b"}).status_code == 400


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "evil.example:8080"]
)
@pytest.mark.parametrize("path", ["/", "/write", "/desk", "/healthz", "/nowhere"])
def test_under_a_foreign_name_there_is_no_site(client: FlaskClient, host: str, path: str) -> None:
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 400
    assert "evil" not in response.get_data(as_text=True) + str(response.headers)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:8080", "intranet.example", "a.county.example"])
def test_under_its_own_names_there_is(portal: Portal, host: str) -> None:
    app = portal.app_with(hosts="intranet.example, .county.example")
    assert app.test_client().get("/write", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
@pytest.mark.parametrize(
    ("address", "header"),
    [("203.0.113.7", ""), ("10.1.2.3", ""), ("127.0.0.1", "X-Forwarded-For"), ("127.0.0.1", "Forwarded"), ("", "")],
)
def test_counts_and_readiness_are_not_for_the_public(client: FlaskClient, path: str, address: str, header: str) -> None:
    forwarded = {header: "203.0.113.7"} if header else {}
    asked = client.get(path, environ_overrides={"REMOTE_ADDR": address}, headers=forwarded)
    assert asked.status_code == 404
    assert client.get("/healthz", environ_overrides={"REMOTE_ADDR": address}).status_code == 200


def test_a_monitor_is_named_by_its_network(portal: Portal) -> None:
    app = portal.app_with(monitor_networks="10.1.0.0/16", trusted_proxies=1)
    app.add_url_rule("/_watched", "watched", open_to_all(monitors_only(lambda: "well")))
    client = app.test_client()

    def status(address: str) -> int:
        return client.get("/_watched", headers={"X-Forwarded-For": address}).status_code

    assert (status("10.1.2.3"), status("10.2.2.3"), status("127.0.0.1")) == (200, 404, 404)


@pytest.mark.parametrize(
    ("proto", "public", "proxies", "status"),
    [
        ("http", "https://mailbox.example", 1, 308),
        ("https, http", "https://mailbox.example", 1, 308),
        ("https", "https://mailbox.example", 1, 200),
        ("http", "http://mailbox.example", 1, 200),
        ("http", "https://mailbox.example", 0, 200),
        ("http", "https://mailbox.example", 2, 200),
    ],
)
def test_what_reaches_the_proxy_unencrypted_is_led_to_the_public_address(
    portal: Portal, proto: str, public: str, proxies: int, status: int
) -> None:
    client = portal.app_with(public_url=public, trusted_proxies=proxies).test_client()
    response = client.get("/write?q=%E6%B0%B4", headers={"Host": "mailbox.example", "X-Forwarded-Proto": proto})
    assert response.status_code == status
    assert response.headers.get("Location") == (f"{public}/write?q=%E6%B0%B4" if status == 308 else None)


def test_the_finder_of_a_hole_is_told_where_to_turn(portal: Portal, client: FlaskClient) -> None:
    address = "/.well-known/security.txt"
    assert client.get(address).status_code == 404
    told = portal.app_with(security_contact="mailto:security@county.example").test_client().get(address)
    assert told.content_type == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in told.get_data(as_text=True).splitlines())
    assert lines["Contact"] == "mailto:security@county.example"
    left = datetime.fromisoformat(lines["Expires"]) - portal.clock.now()
    assert timedelta(days=178) < left <= timedelta(days=180)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http:/evil.example",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/letters\r\nX: y",
        "javascript:alert(1)",
        "evil.example",
        "http:evil.example",
        " //evil.example",
        "",
    ],
)
def test_choosing_the_look_leads_nowhere_else(browser: Browser, elsewhere: str) -> None:
    browser.open("/letters")
    token = browser.page.tree.xpath("string(//input[@name='csrf_token']/@value)")
    answer = browser.client.post("/preferences/theme", data={"csrf_token": token, "theme": "dark", "next": elsewhere})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
