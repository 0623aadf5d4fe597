"""Following a letter: number and code, then pages without either in the address."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.writers.fake_services import Memory
from tests.support.writers.fake_views import Decline, Promised, Reply
from tests.support.writers.letters import BODY, PHONE, TITLE, send
from tests.support.writers.script_free_browser import Browser, Page


@pytest.fixture
def number(browser: Browser, memory: Memory) -> str:
    """A letter that has been sent; the browser has forgotten it."""
    send(browser)
    browser.client.delete_cookie("letterbox")
    (only,) = memory.letters
    return only


def enter(browser: Browser, memory: Memory, number: str) -> Page:
    browser.open("/track")
    return browser.submit("/track", number=number, code=memory.letters[number].code)


def test_number_and_code_open_the_letter(browser: Browser, memory: Memory, number: str) -> None:
    page = enter(browser, memory, number)
    assert page.response.request.path == "/track/letter"
    assert page.heading == TITLE
    assert "收到来信" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("typed", ["{0}{1} {2}", " {0}{1}{2} ", "{0}-{1}-{2}"])
def test_a_code_may_be_typed_as_it_is_read_out(browser: Browser, memory: Memory, number: str, typed: str) -> None:
    code = memory.letters[number].code
    browser.open("/track")
    page = browser.submit("/track", number=number.lower(), code=typed.format(code[:2], code[2:6], code[6:]))
    assert page.heading == TITLE


def test_wrong_code_and_unknown_number_look_alike(browser: Browser, number: str) -> None:
    pages = []
    for asked in (number, "SX20990100001"):
        browser.open("/track")
        pages.append(browser.submit("/track", number=asked, code="0000000000"))
    assert [page.status for page in pages] == [404, 404]
    assert pages[0].errors == pages[1].errors
    same = [page.text for page in pages]
    assert same[0] == same[1]


def test_guessing_is_stopped_and_says_for_how_long(browser: Browser, number: str) -> None:
    for _ in range(5):
        browser.open("/track")
        browser.submit("/track", number=number, code="0000000000")
    browser.open("/track")
    page = browser.submit("/track", number=number, code="0000000000")
    assert page.status == 429
    assert page.response.headers["Retry-After"] == "900"
    assert "15 分钟" in page.text


@pytest.mark.parametrize("path", ["/track/letter", "/track/supplement", "/track/withdraw", "/track/evaluate"])
def test_without_the_code_no_page_of_the_letter_opens(browser: Browser, number: str, path: str) -> None:
    page = browser.open(path)
    assert page.heading == "查询来信"
    assert TITLE not in page.text
    assert number not in page.text


def test_after_half_an_hour_the_code_is_asked_again(browser: Browser, memory: Memory, number: str) -> None:
    enter(browser, memory, number)
    memory.clock.offset += timedelta(minutes=31)
    assert browser.open("/track/letter").heading == "查询来信"


def test_what_was_typed_while_the_time_ran_out_is_given_back(browser: Browser, memory: Memory, number: str) -> None:
    enter(browser, memory, number)
    browser.open("/track/supplement")
    memory.clock.offset += timedelta(minutes=31)
    page = browser.submit("/track/supplement", body="写了半个多小时的补充")
    assert page.status == 403
    assert page.heading == "查询来信"
    assert "没有提交" in page.text
    assert page.tree.xpath("//input[@readonly]/@value") == ["写了半个多小时的补充"]
    assert "补充的内容" in page.text
    assert page.tree.get_element_by_id("number").get("value") == number


def test_a_form_never_acts_on_the_letter_of_another_tab(browser: Browser, memory: Memory, number: str) -> None:
    send(browser, title="另一封信")
    other = next(each for each in memory.letters if each != number)
    enter(browser, memory, number)
    first_tab = browser.open("/track/withdraw")
    enter(browser, memory, other)
    browser.page = first_tab
    page = browser.submit("/track/withdraw", reason="这一封已经解决")
    assert [memory.letters[each].view.status for each in (number, other)] == ["received", "received"]
    assert "另一封信" in page.text
    assert page.tree.xpath("//input[@readonly]/@value") == ["这一封已经解决"]


def test_without_the_database_one_is_led_back_to_ones_letter_and_not_to_a_new_one(
    browser: Browser, memory: Memory, number: str
) -> None:
    enter(browser, memory, number)
    browser.open("/track/supplement")
    memory.is_down = True
    page = browser.submit("/track/supplement", body="补充的话")
    assert page.status == 503
    assert page.tree.xpath("//input[@readonly]/@value") == ["补充的话"]
    main = page.tree.get_element_by_id("main")
    assert [main.xpath(f"count(.//a[@href='{each}'])") for each in ("/track/letter", "/write")] == [1, 0]


def test_leaving_forgets_the_letter(browser: Browser, memory: Memory, number: str) -> None:
    enter(browser, memory, number)
    browser.submit("/track/leave")
    assert browser.open("/track/letter").heading == "查询来信"


def test_the_reply_is_shown_when_it_is_delivered(browser: Browser, memory: Memory, number: str) -> None:
    reply = Reply("县城市管理和综合执法局", "已经修好。", memory.clock.now())
    memory.change(number, "已经答复", status="answered", reply=reply)
    page = enter(browser, memory, number)
    assert "已经修好。" in page.text
    assert "县城市管理和综合执法局" in page.text
    assert page.tree.xpath("//a[@href='/track/evaluate']")


def test_a_declined_letter_says_ground_reason_and_where_to_turn(browser: Browser, memory: Memory, number: str) -> None:
    decline = Decline("已进入法定程序", "您已向法院起诉。", "请向县人民法院询问。")
    memory.change(number, "不予受理", status="declined", decline=decline)
    page = enter(browser, memory, number)
    for words in (decline.ground, decline.reason, decline.advice):
        assert words in page.text
    assert not page.tree.xpath("//a[@href='/track/withdraw']")


def test_a_question_can_be_answered(browser: Browser, memory: Memory, number: str) -> None:
    memory.change(number, "请您补充", status="awaiting_supplement", question="是哪一段路？")
    assert "是哪一段路？" in enter(browser, memory, number).text
    assert "是哪一段路？" in browser.open("/track/supplement").text
    page = browser.submit("/track/supplement", body="复兴路口到文星桥")
    assert "补充的内容已经收到" in page.text
    assert memory.letters[number].view.question is None


def test_an_empty_supplement_is_refused(browser: Browser, memory: Memory, number: str) -> None:
    enter(browser, memory, number)
    browser.open("/track/supplement")
    page = browser.submit("/track/supplement", body="")
    assert page.status == 422
    assert page.errors == ["请写下要补充的内容"]


def test_withdrawing_tells_what_happens_and_needs_a_reason(browser: Browser, memory: Memory, number: str) -> None:
    enter(browser, memory, number)
    assert "不能恢复" in browser.open("/track/withdraw").text
    assert browser.submit("/track/withdraw", reason="").status == 422
    assert memory.letters[number].view.status == "received"
    page = browser.submit("/track/withdraw", reason="问题已经解决")
    assert "来信已经撤回" in page.text
    assert memory.letters[number].view.status == "withdrawn"


@pytest.mark.parametrize(("solved", "satisfied"), [("yes", "no"), ("no", "yes"), ("yes", "yes"), ("no", "no")])
def test_solved_and_satisfied_are_two_questions(
    browser: Browser, memory: Memory, number: str, solved: str, satisfied: str
) -> None:
    memory.change(number, "已经答复", status="answered")
    enter(browser, memory, number)
    browser.open("/track/evaluate")
    assert browser.submit("/track/evaluate", comment="只写了一句").errors == ["请选择问题是否解决", "请选择是否满意"]
    assert "只写了一句" in browser.page.source
    browser.submit("/track/evaluate", solved=solved, satisfied=satisfied, comment="只写了一句")
    evaluation = memory.letters[number].view.evaluation
    assert evaluation is not None
    assert (evaluation.solved, evaluation.satisfied) == (solved == "yes", satisfied == "yes")


def test_an_action_that_came_too_late_keeps_the_text(browser: Browser, memory: Memory, number: str) -> None:
    enter(browser, memory, number)
    browser.open("/track/supplement")
    memory.change(number, "已经答复", status="answered")
    page = browser.submit("/track/supplement", body="我还想补充一点")
    assert page.status == 409
    assert "我还想补充一点" in page.source
    assert "这一步不能做了" in page.text


def test_recovery_answers_the_same_whether_it_fits_or_not(browser: Browser, memory: Memory, number: str) -> None:
    answers = []
    for asked, contact in ((number, PHONE), (number, "13900000000"), ("SX20990100001", PHONE)):
        browser.open("/recover")
        page = browser.submit("/recover", number=asked, contact=contact)
        answers.append((page.status, page.text.replace(asked, "")))
    assert answers[0] == answers[1] == answers[2]
    assert [contact for contact, _code in memory.sent_codes] == [PHONE]
    assert enter(browser, memory, number).heading == TITLE


def test_the_code_is_never_in_an_address(browser: Browser, memory: Memory, number: str) -> None:
    code = memory.letters[number].code
    for path in ("/track/letter", "/track/supplement", "/track/withdraw"):
        enter(browser, memory, number)
        page = browser.open(path)
        assert code not in page.source
        assert BODY.splitlines()[0] in browser.open("/track/letter").text


def test_a_number_can_be_handed_on_to_the_form(browser: Browser) -> None:
    page = browser.open("/track?number=SX20261100001")
    assert page.tree.get_element_by_id("number").get("value") == "SX20261100001"


def test_what_was_promised_is_asked_and_answered_once(browser: Browser, memory: Memory, number: str) -> None:
    promise = Promised("县交通运输局", date(2026, 9, 16), kept=True, comment="昨天修好")
    memory.change(number, "承办单位报告了承诺的兑现情况", status="closed", promises=(promise,))
    page = enter(browser, memory, number)
    assert "昨天修好" in page.text
    page = browser.open("/track/promise")
    assert "9月16日" in page.text
    assert browser.submit("promise", comment="还是不亮").errors != []
    page = browser.submit("promise", kept="no", comment="还是不亮")
    assert page.response.request.path == "/track/letter"
    assert memory.letters[number].view.promises[0].own_word is False
    assert browser.open("/track/promise").response.request.path == "/track/letter"


def test_whether_an_accusation_becomes_something_else_is_asked_and_answered_once(
    browser: Browser, memory: Memory, number: str
) -> None:
    memory.change(number, "请您确认来信的类别", asked_category="complaint")
    page = enter(browser, memory, number)
    assert "请您确认来信的类别" in page.text
    page = browser.open("/track/category")
    assert "投诉" in page.text
    assert browser.submit("category", comment="我想想").errors != []
    page = browser.submit("category", agrees="no", comment="就是检举")
    assert page.response.request.path == "/track/letter"
    assert memory.letters[number].view.asked_category is None
    assert browser.open("/track/category").response.request.path == "/track/letter"


def test_after_leaving_a_copied_cookie_shows_neither_letter_nor_receipt(browser: Browser, memory: Memory) -> None:
    send(browser)
    (number,) = memory.letters
    enter(browser, memory, number)
    cookie = browser.client.get_cookie("letterbox")
    assert cookie is not None
    copied = Browser(browser.client.application.test_client())
    copied.client.set_cookie("letterbox", cookie.value)
    assert copied.open("/track/letter").heading == TITLE
    browser.open("/track/letter")
    browser.submit("/track/leave")
    for path in ("/track/letter", "/write/done"):
        copied.client.set_cookie("letterbox", cookie.value)
        page = copied.open(path)
        assert page.heading == "查询来信"
        assert number not in page.source


def test_opening_another_letter_closes_the_first(browser: Browser, memory: Memory, number: str) -> None:
    enter(browser, memory, number)
    before = browser.client.get_cookie("letterbox")
    assert before is not None
    enter(browser, memory, number)
    copied = Browser(browser.client.application.test_client())
    copied.client.set_cookie("letterbox", before.value)
    assert copied.open("/track/letter").heading == "查询来信"
