"""Signing in: only with the right password, only to where one wanted to go, and not for ever."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import update

from letterbox.store.people import Person, RoleAssignment
from tests.support.office.desk_site import PASSWORD, DeskSite

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine


def new_person(site: DeskSite, **more: object) -> str:
    """Somebody of this test alone, with the screener's role."""

    services, login = site.county.services, f"p{uuid4().hex[:8]}"
    now = services.clock.now()
    with services.database.transaction() as session:
        row = Person(
            login=login,
            name="新来的",
            password_hash=services.sign_in.hash_password(PASSWORD),
            created_at=now,
            assignments=[RoleAssignment(role="screener", unit_code=None, started_at=now)],
            **more,
        )
        session.add(row)
    return login


def change(site: DeskSite, login: str, **values: object) -> None:
    with site.county.services.database.transaction() as session:
        session.execute(update(Person).where(Person.login == login).values(**values))


def test_a_page_asks_to_sign_in_and_then_opens(site: DeskSite) -> None:
    browser = site.browser()
    page = browser.open("/desk/letters?q=路灯&status=handling")
    assert page.heading == "工作人员登录"
    page = browser.submit("sign-in", login="screener", password=PASSWORD)
    assert page.response.request.full_path.startswith("/desk/letters?q=")
    assert page.tree.xpath("//input[@id='q']/@value") == ["路灯"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/desk/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/\t/evil.example",
        "desk",
        "/desk/sign-out",
    ],
)
def test_signing_in_leads_nowhere_else(site: DeskSite, elsewhere: str) -> None:
    browser = site.browser()
    browser.open("/desk/sign-in")
    form = browser.page.tree.forms
    token = next(f for f in form if "sign-in" in f.get("action")).fields["csrf_token"]
    answer = browser.client.post(
        "/desk/sign-in", data={"csrf_token": token, "login": "screener", "password": PASSWORD, "next": elsewhere}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")


def test_wrong_password_and_unknown_login_look_alike(site: DeskSite) -> None:
    login, pages = new_person(site), []
    for name in (login, f"nobody-{uuid4().hex[:6]}"):
        browser = site.browser()
        browser.open("/desk/sign-in")
        pages.append(browser.submit("sign-in", login=name, password="not this one"))
        assert pages[-1].status == 403
        assert browser.page.tree.xpath("//input[@id='login']/@value") == [name]
        assert not browser.page.tree.xpath("//input[@id='password']/@value")[0]
    assert pages[0].text == pages[1].text


def test_after_five_wrong_passwords_each_further_try_must_wait_a_little(site: DeskSite) -> None:
    login, browser = new_person(site), site.browser()
    for _ in range(5):
        browser.open("/desk/sign-in")
        assert browser.submit("sign-in", login=login, password="wrong").status == 403
    browser.open("/desk/sign-in")
    page = browser.submit("sign-in", login=login, password=PASSWORD)
    assert page.status == 429
    assert "5 秒后再试" in page.text
    assert page.response.headers["Retry-After"] == "5"
    site.county.clock.move(seconds=5)
    browser.open("/desk/sign-in")
    assert browser.submit("sign-in", login=login, password=PASSWORD).status == 200


@pytest.mark.parametrize(("login", "password"), [("", ""), ("screener", ""), ("x" * 5000, "y" * 5000)])
def test_what_cannot_be_a_login_is_told_at_the_field(site: DeskSite, login: str, password: str) -> None:
    browser = site.browser()
    browser.open("/desk/sign-in")
    page = browser.submit("sign-in", login=login, password=password)
    assert page.status == 422
    assert page.errors


def test_nothing_of_the_session_before_survives(site: DeskSite) -> None:
    """Whoever planted a session on somebody's browser knows nothing of the one after signing in."""
    browser = site.browser()
    with browser.client.session_transaction() as planted:
        planted["planted"] = "by somebody else"
    browser.open("/desk/sign-in")
    with browser.client.session_transaction() as before:
        token = before["csrf_token"]
    browser.submit("sign-in", login="screener", password=PASSWORD)
    with browser.client.session_transaction() as after:
        assert "planted" not in after
        assert after.get("csrf_token") != token


def test_a_changed_password_ends_the_other_sessions(site: DeskSite) -> None:
    login = new_person(site)
    here, there = site.signed_in(login), site.signed_in(login)
    here.open("/desk/account")
    page = here.submit("password", old=PASSWORD, new="a whole new sentence", repeated="a whole new sentence")
    assert "密码已修改" in page.text
    assert here.open("/desk/").heading.startswith("我的任务")
    assert there.open("/desk/").heading == "工作人员登录"
    site.signed_in(login, "a whole new sentence")


@pytest.mark.parametrize(
    ("old", "new", "repeated", "told"),
    [
        ("wrong", "long enough 1", "long enough 1", "原密码不正确"),
        (PASSWORD, "short", "short", "密码至少 12 个字符，开头和结尾的空格不算"),
        (PASSWORD, "long enough 1", "long enough 2", "两次填写的新密码不一样"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码不能与原密码相同"),
        ("", "long enough 1", "long enough 1", "请填写原密码"),
        (PASSWORD, "x" * 500, "x" * 500, "新密码最多 200 个字符"),
    ],
)
def test_a_password_that_will_not_do_is_told_and_nothing_changes(
    site: DeskSite, old: str, new: str, repeated: str, told: str
) -> None:
    login = new_person(site)
    browser = site.signed_in(login)
    browser.open("/desk/account")
    page = browser.submit("password", old=old, new=new, repeated=repeated)
    assert (page.status, page.errors) == (422, [told])
    site.signed_in(login)


def test_a_one_time_password_opens_nothing_but_its_change(site: DeskSite) -> None:
    browser = site.signed_in(new_person(site, must_change_password=True))
    page = browser.open("/desk/letters")
    assert "请先设置自己的密码" in page.text
    browser.submit("password", old=PASSWORD, new="my own sentence", repeated="my own sentence")
    assert browser.open("/desk/letters").heading.startswith("来信")


def test_somebody_deactivated_is_out_at_once(site: DeskSite) -> None:
    login = new_person(site)
    browser = site.signed_in(login)
    change(site, login, is_active=False)
    assert browser.open("/desk/").heading == "工作人员登录"


def test_signing_out_is_a_decision_not_a_link(site: DeskSite) -> None:
    browser = site.signed_in("screener")
    assert browser.open("/desk/sign-out").status == 405
    assert browser.open("/desk/").heading.startswith("我的任务")
    assert browser.submit("sign-out").heading == "工作人员登录"
    assert browser.open("/desk/").heading == "工作人员登录"


def test_without_the_form_token_nobody_comes_in(site: DeskSite) -> None:
    answer = site.client().post("/desk/sign-in", data={"login": "screener", "password": PASSWORD})
    assert answer.status_code == 400
    assert "没有通过检查" in answer.get_data(as_text=True)


def test_pages_stay_out_of_caches_and_say_no_to_other_roles(site: DeskSite) -> None:
    admin = site.signed_in("admin")
    page = admin.open("/desk/letters")
    assert page.status == 403
    assert "您的角色不办理这件事" in page.text
    assert site.signed_in("screener").open("/desk/letters").response.headers["Cache-Control"] == "no-store"


def test_a_program_is_told_and_not_sent_to_a_form(site: DeskSite) -> None:
    answer = site.client().get("/desk/", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.get_json()["error"].startswith("登录已失效")
