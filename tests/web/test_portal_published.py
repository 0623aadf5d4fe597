"""The home page and the letters everybody may read."""

from __future__ import annotations

import pytest

from tests.support.writers.portal import Portal
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.writers.portal_fixtures"]

URBAN = "县城市管理和综合执法局"


@pytest.fixture
def published(portal: Portal) -> list[str]:
    """Numbers of letters that alternate between two units and categories, the newest last."""
    return portal.publish(33, "第{}封来信", "正文<b>", "答复", ("transport", "help"), ("urban-management", "complaint"))


def titles(browser: Browser) -> list[str]:
    return [a.text_content() for a in browser.page.tree.xpath("//*[@class='lb-letters']//a")]


def test_home_says_what_is_taken_and_what_not(browser: Browser) -> None:
    page = browser.open("/")
    assert "这些来信受理" in page.text
    assert "推销、邀请函" in page.text
    assert page.tree.xpath("//main//a[@href='/write']")
    assert page.tree.xpath("//main//a[@href='/track']")


def test_home_shows_the_latest_letters(browser: Browser, published: list[str]) -> None:
    browser.open("/")
    assert titles(browser) == [f"第{n}封来信" for n in (32, 31, 30, 29, 28)]


def test_home_opens_while_the_database_is_away(browser: Browser, portal: Portal) -> None:
    with portal.database_away():
        page = browser.open("/")
    assert page.status == 200
    assert "公开来信暂时看不到" in page.text


def test_pages_keep_the_filters(browser: Browser, published: list[str]) -> None:
    browser.open("/letters?category=help&unit=transport")
    assert "共 17 封" in browser.page.text
    (following,) = browser.page.tree.xpath("//a[@rel='next']/@href")
    browser.open(following)
    assert len(titles(browser)) == 2
    assert all("封来信" in title for title in titles(browser))
    assert browser.page.tree.xpath("//select[@id='category']/option[@selected]/@value") == ["help"]


@pytest.mark.parametrize("q", ["' OR 1=1 --", "%", "<script>", "不存在的词", "\\"])
def test_odd_searches_find_nothing_and_break_nothing(browser: Browser, published: list[str], q: str) -> None:
    browser.open("/")
    page = browser.page = type(browser.page)(browser.client.get("/letters", query_string={"q": q}))
    assert page.status == 200
    assert "没有符合条件的来信" in page.text
    assert "<script>" not in page.source.split("</head>")[1]


@pytest.mark.parametrize("number", ["0", "-3", "abc", "99999999999999999999", "２", "1e3"])
def test_odd_page_numbers_show_a_page(browser: Browser, published: list[str], number: str) -> None:
    assert browser.open(f"/letters?page={number}").status == 200
    assert titles(browser)


def test_a_published_letter_shows_letter_reply_and_unit(browser: Browser, published: list[str]) -> None:
    page = browser.open(f"/letters/{published[1]}")
    assert page.heading == "第1封来信"
    for words in ("正文<b>", "答复", URBAN):
        assert words in page.text


def test_a_letter_that_is_not_public_is_not_there(browser: Browser) -> None:
    page = browser.open("/letters/SX20261100001")
    assert page.status == 404
    assert "没有公开" in page.text
