"""A sign-in ends when somebody ends it, when nobody uses it, and in any case after a while; a copied cookie dies with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from letterbox.domain.vocabulary import Role
from letterbox.services.staff.person_rules import RoleInput
from letterbox.store.access import StaffSession, WriterSession
from tests.support.office.api import Api, clock_of, with_own_clock
from tests.support.office.office import ADMIN, PASSWORD, new_person, sign_in
from tests.support.stack.clocks import SetClock
from tests.support.writers.script_free_browser import Browser
from webapp.shared.http.access import COOKIE

pytest_plugins = ["tests.support.office.api_fixtures"]

OWN = "a sentence of my own 7"


@pytest.fixture
def office(api: Api) -> Iterator[Api]:
    """The application with the limits of production: 30 minutes without use, 12 hours in all."""
    with with_own_clock(api, session_idle_minutes=30, session_hours=12, fresh_sign_in_minutes=15) as office:
        yield office


@pytest.fixture
def clock(office: Api) -> SetClock:
    return clock_of(office)


@pytest.fixture
def login(office: Api) -> str:
    """Somebody of this test alone, who has chosen his password."""
    services = office.services
    person_id = new_person(services, "周会话", RoleInput(Role.SCREENER))
    line = services.people.open(ADMIN, person_id).line
    services.people.set_password(ADMIN, line.login, OWN)
    return line.login


def copy_of(browser: Browser) -> Browser:
    """Another browser with the same cookies, as somebody would have who copied them."""
    copied = Browser(browser.client.application.test_client())
    for name in ("letterbox", COOKIE):
        held = browser.client.get_cookie(name)
        if held is not None:
            copied.client.set_cookie(name, held.value)
    return copied


def is_in(browser: Browser) -> bool:
    return browser.open("/desk/").heading.startswith("我的任务")


def test_signing_out_ends_a_copied_cookie_too(office: Api, login: str) -> None:
    browser = sign_in(office, login, OWN)
    copied = copy_of(browser)
    assert is_in(copied)
    browser.open("/desk/")
    browser.submit("sign-out")
    assert not is_in(copied)
    assert copied.client.get_cookie(COOKIE) is None


def test_the_cookie_says_nothing_and_the_table_opens_nothing(office: Api, login: str) -> None:
    browser = sign_in(office, login, OWN)
    token = browser.client.get_cookie(COOKIE)
    assert token is not None
    with office.services.database.reading() as session:
        kept = session.scalars(select(StaffSession).order_by(StaffSession.id.desc())).first()
    assert kept is not None
    assert kept.token_hash != token.value
    assert len(token.value) >= 43
    browser.client.set_cookie(COOKIE, kept.token_hash)
    assert not is_in(browser)


def test_half_an_hour_without_use_ends_it(office: Api, login: str, clock: SetClock) -> None:
    browser = sign_in(office, login, OWN)
    for _ in range(4):
        clock.move(minutes=29)
        assert is_in(browser)
    clock.move(minutes=30)
    assert browser.open("/desk/").heading == "工作人员登录"


def test_twelve_hours_end_it_however_busy_somebody_is(office: Api, login: str, clock: SetClock) -> None:
    browser = sign_in(office, login, OWN)
    for _ in range(35):
        clock.move(minutes=20)
        assert is_in(browser)
    clock.move(minutes=20)
    assert not is_in(browser)


def test_asking_how_long_it_lasts_does_not_prolong_it_but_saying_that_one_is_there_does(
    office: Api, login: str, clock: SetClock
) -> None:
    browser = sign_in(office, login, OWN)
    clock.move(minutes=28)
    assert browser.client.get("/desk/session").get_json()["left_s"] == 120
    clock.move(minutes=1)
    said = browser.client.get("/desk/session").get_json()
    assert said["left_s"] == 60
    kept = browser.client.post("/desk/session", headers={"X-CSRFToken": said["token"]}).get_json()
    assert kept["left_s"] == 1800
    clock.move(minutes=29)
    assert is_in(browser)
    clock.move(minutes=31)
    assert browser.client.get("/desk/session", headers={"Accept": "application/json"}).status_code == 401


def test_what_was_typed_when_it_ended_is_given_back(office: Api, login: str, clock: SetClock) -> None:
    browser = sign_in(office, login, OWN)
    browser.open("/desk/texts/new")
    clock.move(minutes=31)
    page = browser.submit("texts/new", title="答复开头", body="您好！您的来信收到，现答复如下。")
    assert page.heading == "工作人员登录"
    assert "答复开头" in page.source
    assert "您好！您的来信收到，现答复如下。" in page.source
    assert page.response.headers["Cache-Control"] == "no-store"


def test_a_person_sees_his_devices_and_ends_one(office: Api, login: str) -> None:
    here, there = sign_in(office, login, OWN), sign_in(office, login, OWN)
    page = here.open("/desk/account")
    ends = [form.get("action") for form in page.tree.forms if "/account/sessions/" in form.get("action")]
    assert len([each for each in ends if each.endswith("/end")]) == 2
    other = next(each for each in ends if each.endswith("/end") and "结束登录" in button_of(page.tree, each))
    here.submit(other)
    assert not is_in(there)
    assert is_in(here)


def button_of(tree: object, action: str) -> str:
    return str(tree.xpath(f"string(//form[@action='{action}']//button)"))  # type: ignore[attr-defined]


def test_all_others_are_ended_at_once(office: Api, login: str) -> None:
    here, *others = (sign_in(office, login, OWN) for _ in range(3))
    here.open("/desk/account")
    here.submit("end-others")
    assert is_in(here)
    assert [is_in(each) for each in others] == [False, False]


def test_nobody_ends_a_strangers_session(office: Api, login: str) -> None:
    mine, stranger = sign_in(office, login, OWN), sign_in(office, "supervisor.gov")
    with office.services.database.reading() as session:
        newest = session.scalars(select(StaffSession.id).order_by(StaffSession.id.desc())).first()
    token = mine.open("/desk/account").tree.xpath("string(//meta[@name='csrf-token']/@content)")
    answer = mine.client.post(f"/desk/account/sessions/{newest}/end", data={"csrf_token": token})
    assert answer.status_code == 404
    assert is_in(stranger)


def test_the_token_is_a_new_one_after_signing_in(office: Api, login: str) -> None:
    """Whoever planted a token on somebody's browser holds nothing afterwards."""
    browser = sign_in(office, login, OWN)
    before = browser.client.get_cookie(COOKIE)
    planted = copy_of(browser)
    browser.open("/desk/sign-out")
    browser.open("/desk/")
    browser.submit("sign-out")
    browser.submit("sign-in", login=login, password=OWN)
    after = browser.client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert not is_in(planted)


def test_old_rows_are_cleared_away(office: Api, login: str, clock: SetClock) -> None:
    sign_in(office, login, OWN)
    services = office.services
    with pytest.raises(Exception, match="不正确"):
        services.sign_in.with_password(login, "not it", "10.1.1.1")
    services.writer_sessions.keep({"letter": "SX1"}, timedelta(minutes=30))
    clock.move(days=3)
    services.housekeeping.clear_away()
    with services.database.reading() as session:
        person = select(StaffSession).where(StaffSession.seen_at < clock.now())
        assert session.scalars(person).all() == []
        assert session.scalars(select(WriterSession).where(WriterSession.ends_at < clock.now())).all() == []


def test_the_administrator_sees_where_somebody_is_signed_in(office: Api, login: str) -> None:
    browser = sign_in(office, login, OWN)
    admin = sign_in(office, "security", PASSWORD)
    admin.open(f"/admin/people?q={login}")
    person = next(
        each for each in admin.page.tree.xpath("//a/@href") if "/admin/people/" in each and each[-1].isdigit()
    )
    assert "已登录的设备" in admin.open(person).text
    admin.open(f"{person}/end-sessions")
    admin.submit("end-sessions", reason="电脑丢失")
    assert not is_in(browser)
