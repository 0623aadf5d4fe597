"""A page whose token has expired gives back what was typed, each text under its own field's label."""

from __future__ import annotations

import pytest

from tests.support.office.office import SignIn
from tests.support.writers.script_free_browser import Page

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]


def given_back(page: Page) -> dict[str, str]:
    """Label → text."""
    fields = page.tree.xpath("//*[contains(@class, 'lb-typed')]//*[self::input or self::textarea]")
    words = {str(each.get("for")): each.text_content().strip() for each in page.tree.xpath("//label")}
    return {words[each.get("id")]: (each.get("value") or each.text_content()).strip() for each in fields}


@pytest.mark.parametrize(
    ("login", "address", "posted", "expected"),
    [
        ("supervisor.gov", "/cockpit/remind", {"number": "SX1", "message": "请本周办结"}, {"催办要求": "请本周办结"}),
        ("operator", "/ops/retry", {"item": "job:1", "reason": "已更正"}, {"原因": "已更正"}),
        ("operator", "/ops/differences", {"letters": "SX1 SX2"}, {"只核对这几封": "SX1 SX2"}),
        ("owner", "/studio/change/deploy", {"note": "加一步", "seal": "a b"}, {"改了什么、为什么改": "加一步"}),
        (
            "admin",
            "/admin/people/new",
            {"name": "张三", "login": "zhang.san", "role": "screener"},
            {"姓名": "张三", "登录名": "zhang.san"},
        ),
        (
            "admin",
            "/admin/calendar/import/read",
            {"text": "元旦放假", "year": "2027"},
            {"粘贴放假通知": "元旦放假", "哪一年的安排": "2027"},
        ),
    ],
)  # fmt: skip
def test_text_comes_back_under_its_own_label(
    as_login: SignIn, login: str, address: str, posted: dict[str, str], expected: dict[str, str]
) -> None:
    page = Page(as_login(login).client.post(address, data=posted))
    assert page.status == 400
    assert given_back(page) == expected
    assert page.response.headers["Cache-Control"] == "no-store"


def test_an_actions_fields_have_the_labels_of_its_form_even_when_the_sign_in_has_ended(
    as_login: SignIn,
) -> None:
    browser = as_login("screener")
    browser.client.delete_cookie("letterbox")
    page = Page(browser.client.post("/desk/letters/SX1/actions/recall", data={"reason": "派错了单位"}))
    assert page.status == 400
    assert given_back(page) == {"理由": "派错了单位"}


def test_what_the_form_does_not_know_is_not_lost(as_login: SignIn) -> None:
    posted = {"message": "请本周办结", "remark": "另外，请回电。", "number": "SX1"}
    page = Page(as_login("supervisor.gov").client.post("/cockpit/remind", data=posted))
    assert given_back(page) == {"催办要求": "请本周办结", "第 1 栏": "另外，请回电。"}


@pytest.mark.parametrize("address", ["/desk/tasks/nobody-saw-it", "/desk/letters/SX1/actions/no-such"])
def test_what_nobody_can_name_comes_back_numbered(as_login: SignIn, address: str) -> None:
    page = Page(as_login("screener").client.post(address, data={"reply": "修好了，请看。", "outcome": "accept"}))
    assert given_back(page) == {"第 1 栏": "修好了，请看。"}


@pytest.mark.parametrize(
    ("login", "sent_to", "page"),
    [
        ("admin", "/admin/people/new", "/admin/people/new"),
        ("supervisor.gov", "/cockpit/remind", "/cockpit/remind"),
        ("operator", "/ops/letters/SX1/mend/resume", "/ops/letters/SX1/mend/resume"),
    ],
)
def test_the_page_it_was_sent_from_is_one_press_away(as_login: SignIn, login: str, sent_to: str, page: str) -> None:
    refused = Page(as_login(login).client.post(sent_to, data={"reason": "已更正"}))
    (link,) = refused.tree.xpath("//main//a[contains(@class, 'btn-primary')]")
    assert (link.text_content(), link.get("href")) == ("打开刚才的页面", page)


def test_a_writer_gets_there_too(as_login: SignIn) -> None:
    refused = Page(as_login("admin").client.post("/recover", data={"number": "SX20261100001"}))
    (link,) = refused.tree.xpath("//main//a[contains(@class, 'btn-primary')]")
    assert (link.text_content(), link.get("href")) == ("打开刚才的页面", "/recover")
