"""The home page and the letters everybody may read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.writers.fake_services import Memory
from tests.support.writers.fake_views import PublishedLetter
from tests.support.writers.script_free_browser import Browser


@pytest.fixture
def published(memory: Memory) -> list[PublishedLetter]:
    now = memory.clock.now()
    for n in range(23):
        unit, category = [("县交通运输局", "help"), ("县城市管理和综合执法局", "complaint")][n % 2]
        memory.published.append(
            PublishedLetter(
                f"SX202610{n:05d}", f"第{n}封来信", "正文<b>", "答复", unit, category, now, now + timedelta(days=n)
            )
        )
    return memory.published


def titles(browser: Browser) -> list[str]:
    return [a.text_content() for a in browser.page.tree.xpath("//*[@class='lb-letters']//a")]


def test_home_says_what_is_taken_and_what_not(browser: Browser) -> None:
    page = browser.open("/")
    assert "这些来信受理" in page.text
    assert "推销、邀请函" in page.text
    assert page.tree.xpath("//main//a[@href='/write']")
    assert page.tree.xpath("//main//a[@href='/track']")


def test_home_shows_the_latest_letters(browser: Browser, published: list[PublishedLetter]) -> None:
    browser.open("/")
    assert titles(browser) == [each.title for each in published[:5]]


def test_home_opens_while_the_database_is_away(browser: Browser, memory: Memory) -> None:
    memory.is_down = True
    page = browser.open("/")
    assert page.status == 200
    assert "公开来信暂时看不到" in page.text


def test_pages_keep_the_filters(browser: Browser, published: list[PublishedLetter]) -> None:
    browser.open("/letters?category=help&unit=transport")
    assert "共 12 封" in browser.page.text
    (following,) = browser.page.tree.xpath("//a[@rel='next']/@href")
    browser.open(following)
    assert len(titles(browser)) == 2
    assert all("封来信" in title for title in titles(browser))
    assert browser.page.tree.xpath("//select[@id='category']/option[@selected]/@value") == ["help"]


@pytest.mark.parametrize("q", ["' OR 1=1 --", "%", "<script>", "不存在的词", "\\"])
def test_odd_searches_find_nothing_and_break_nothing(
    browser: Browser, published: list[PublishedLetter], q: str
) -> None:
    browser.open("/")
    page = browser.page = type(browser.page)(browser.client.get("/letters", query_string={"q": q}))
    assert page.status == 200
    assert "没有符合条件的来信" in page.text
    assert "<script>" not in page.source.split("</head>")[1]


@pytest.mark.parametrize("number", ["0", "-3", "abc", "99999999999999999999", "２", "1e3"])
def test_odd_page_numbers_show_a_page(browser: Browser, published: list[PublishedLetter], number: str) -> None:
    assert browser.open(f"/letters?page={number}").status == 200
    assert titles(browser)


def test_a_published_letter_shows_letter_reply_and_unit(browser: Browser, published: list[PublishedLetter]) -> None:
    page = browser.open(f"/letters/{published[1].number}")
    assert page.heading == "第1封来信"
    for words in ("正文<b>", "答复", "县城市管理和综合执法局"):
        assert words in page.text


def test_a_letter_that_is_not_public_is_not_there(browser: Browser) -> None:
    page = browser.open("/letters/SX20261100001")
    assert page.status == 404
    assert "没有公开" in page.text
