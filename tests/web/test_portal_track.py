"""Following a letter: number and code, then pages without either in the address."""

from __future__ import annotations

import pytest

from letterbox.domain.events.words import WRITER_WORDS
from letterbox.domain.vocabulary import EventName
from letterbox.domain.words import ADVICE, GROUNDS
from letterbox.services.access.rate_limit import QUERY_CODE
from letterbox.services.case.accused import NO_UNIT
from tests.support.writers.letters import BODY, PHONE, TITLE, send
from tests.support.writers.portal import Portal, Receipt, enter, receipt_on
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.writers.portal_fixtures"]

FIXED = "已经修好。"


@pytest.fixture
def letter(browser: Browser) -> Receipt:
    """A letter that has been sent; the browser has forgotten it."""
    receipt = receipt_on(send(browser))
    browser.client.delete_cookie("letterbox")
    return receipt


def test_number_and_code_open_the_letter(browser: Browser, portal: Portal, letter: Receipt) -> None:
    page = enter(browser, letter)
    assert page.response.request.path == "/track/letter"
    assert page.heading == TITLE
    assert WRITER_WORDS[EventName.LETTER_RECEIVED] in page.text
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("typed", ["{0}{1} {2}", " {0}{1}{2} ", "{0}-{1}-{2}"])
def test_a_code_may_be_typed_as_it_is_read_out(browser: Browser, portal: Portal, letter: Receipt, typed: str) -> None:
    code = letter.code
    browser.open("/track")
    page = browser.submit("/track", number=letter.number.lower(), code=typed.format(code[:2], code[2:6], code[6:]))
    assert page.heading == TITLE


def test_wrong_code_and_unknown_number_look_alike(browser: Browser, letter: Receipt) -> None:
    pages = []
    for asked in (letter.number, "SX20990100001"):
        browser.open("/track")
        pages.append(browser.submit("/track", number=asked, code="0000000000"))
    assert [page.status for page in pages] == [404, 404]
    assert pages[0].errors == pages[1].errors
    same = [page.text for page in pages]
    assert same[0] == same[1]


def test_guessing_is_stopped_and_says_for_how_long(browser: Browser, letter: Receipt) -> None:
    for _ in range(QUERY_CODE.count):
        browser.open("/track")
        assert browser.submit("/track", number=letter.number, code="0000000000").status == 404
    browser.open("/track")
    page = browser.submit("/track", number=letter.number, code=letter.code)
    assert page.status == 429, "the right code, too, has to wait"
    assert page.response.headers["Retry-After"] == "5"
    assert "5 秒" in page.text


@pytest.mark.parametrize("path", ["/track/letter", "/track/supplement", "/track/withdraw", "/track/evaluate"])
def test_without_the_code_no_page_of_the_letter_opens(browser: Browser, letter: Receipt, path: str) -> None:
    page = browser.open(path)
    assert page.heading == "查询来信"
    assert TITLE not in page.text
    assert letter.number not in page.text


def test_after_half_an_hour_the_code_is_asked_again(browser: Browser, portal: Portal, letter: Receipt) -> None:
    enter(browser, letter)
    portal.clock.move(minutes=31)
    assert browser.open("/track/letter").heading == "查询来信"


def test_what_was_typed_while_the_time_ran_out_is_given_back(browser: Browser, portal: Portal, letter: Receipt) -> None:
    enter(browser, letter)
    browser.open("/track/supplement")
    portal.clock.move(minutes=31)
    page = browser.submit("/track/supplement", body="写了半个多小时的补充")
    assert page.status == 403
    assert page.heading == "查询来信"
    assert "没有提交" in page.text
    assert page.tree.xpath("//input[@readonly]/@value") == ["写了半个多小时的补充"]
    assert "补充的内容" in page.text
    assert page.tree.get_element_by_id("number").get("value") == letter.number


def test_a_form_never_acts_on_the_letter_of_another_tab(browser: Browser, portal: Portal, letter: Receipt) -> None:
    other = receipt_on(send(browser, title="另一封信"))
    enter(browser, letter)
    first_tab = browser.open("/track/withdraw")
    enter(browser, other)
    browser.page = first_tab
    page = browser.submit("/track/withdraw", reason="这一封已经解决")
    assert [each.status for each in portal.letters()] == ["received", "received"]
    assert "另一封信" in page.text
    assert page.tree.xpath("//input[@readonly]/@value") == ["这一封已经解决"]


def test_without_the_database_one_is_led_back_to_ones_letter_and_not_to_a_new_one(
    browser: Browser, portal: Portal, letter: Receipt
) -> None:
    enter(browser, letter)
    browser.open("/track/supplement")
    with portal.database_away():
        page = browser.submit("/track/supplement", body="补充的话")
    assert page.status == 503
    assert page.tree.xpath("//input[@readonly]/@value") == ["补充的话"]
    main = page.tree.get_element_by_id("main")
    assert [main.xpath(f"count(.//a[@href='{each}'])") for each in ("/track/letter", "/write")] == [1, 0]


def test_leaving_forgets_the_letter(browser: Browser, portal: Portal, letter: Receipt) -> None:
    enter(browser, letter)
    browser.submit("/track/leave")
    assert browser.open("/track/letter").heading == "查询来信"


def test_the_reply_is_shown_when_it_is_delivered(browser: Browser, portal: Portal, letter: Receipt) -> None:
    portal.answer(letter.number, FIXED)
    page = enter(browser, letter)
    assert FIXED in page.text
    assert "县交通运输局" in page.text
    assert page.tree.xpath("//a[@href='/track/evaluate']")


def test_a_declined_letter_says_ground_reason_and_where_to_turn(
    browser: Browser, portal: Portal, letter: Receipt
) -> None:
    portal.decline(letter.number, "1", "您已向法院起诉。")
    page = enter(browser, letter)
    for words in (GROUNDS["1"], "您已向法院起诉。", ADVICE["1"]):
        assert words in page.text
    assert not page.tree.xpath("//a[@href='/track/withdraw']")


def test_a_question_can_be_answered(browser: Browser, portal: Portal, letter: Receipt) -> None:
    portal.ask(letter.number, "是哪一段路？")
    page = enter(browser, letter)
    assert "是哪一段路？" in page.text
    assert "以前补充" in page.text
    assert "是哪一段路？" in browser.open("/track/supplement").text
    page = browser.submit("/track/supplement", body="复兴路口到文星桥")
    assert "补充的内容已经收到" in page.text
    assert portal.letter(letter.number).status == "received"
    assert "以前补充" not in page.text


def test_an_empty_supplement_is_refused(browser: Browser, portal: Portal, letter: Receipt) -> None:
    enter(browser, letter)
    browser.open("/track/supplement")
    page = browser.submit("/track/supplement", body="")
    assert page.status == 422
    assert page.errors == ["请写下要补充的内容"]


def test_withdrawing_tells_what_happens_and_needs_a_reason(browser: Browser, portal: Portal, letter: Receipt) -> None:
    enter(browser, letter)
    assert "不能恢复" in browser.open("/track/withdraw").text
    assert browser.submit("/track/withdraw", reason="").status == 422
    assert portal.letter(letter.number).status == "received"
    page = browser.submit("/track/withdraw", reason="问题已经解决")
    assert "来信已经撤回" in page.text
    assert portal.letter(letter.number).status == "withdrawn"


@pytest.mark.parametrize(("solved", "satisfied"), [("yes", "no"), ("no", "yes"), ("yes", "yes"), ("no", "no")])
def test_solved_and_satisfied_are_two_questions(
    browser: Browser, portal: Portal, letter: Receipt, solved: str, satisfied: str
) -> None:
    portal.answer(letter.number, FIXED)
    enter(browser, letter)
    browser.open("/track/evaluate")
    assert browser.submit("/track/evaluate", comment="只写了一句").errors == ["请选择问题是否解决", "请选择是否满意"]
    assert "只写了一句" in browser.page.source
    browser.submit("/track/evaluate", solved=solved, satisfied=satisfied, comment="只写了一句")
    evaluation = portal.evaluation()
    assert (evaluation.solved, evaluation.satisfied) == (solved == "yes", satisfied == "yes")


def test_an_action_that_came_too_late_keeps_the_text(browser: Browser, portal: Portal, letter: Receipt) -> None:
    enter(browser, letter)
    browser.open("/track/supplement")
    portal.answer(letter.number, FIXED)
    page = browser.submit("/track/supplement", body="我还想补充一点")
    assert page.status == 409
    assert "我还想补充一点" in page.source
    assert "已经办结或已经回复" in page.text


def test_recovery_answers_the_same_whether_it_fits_or_not(browser: Browser, portal: Portal, letter: Receipt) -> None:
    answers = []
    for asked, contact in ((letter.number, PHONE), (letter.number, "13900000000"), ("SX20990100001", PHONE)):
        browser.open("/recover")
        page = browser.submit("/recover", number=asked, contact=contact)
        answers.append((page.status, page.text.replace(asked, "")))
    assert answers[0] == answers[1] == answers[2]
    (sent,) = portal.codes_sent()
    assert sent.contact == PHONE
    renewed = Receipt(letter.number, sent.code)
    assert renewed != letter
    assert enter(browser, renewed).heading == TITLE
    assert enter(browser, letter).status == 404, "the lost code is void once the new one was used"


def test_the_code_is_never_in_an_address(browser: Browser, portal: Portal, letter: Receipt) -> None:
    code = letter.code
    for path in ("/track/letter", "/track/supplement", "/track/withdraw"):
        enter(browser, letter)
        page = browser.open(path)
        assert code not in page.source
        assert BODY.splitlines()[0] in browser.open("/track/letter").text


def test_a_number_can_be_handed_on_to_the_form(browser: Browser) -> None:
    page = browser.open("/track?number=SX20261100001")
    assert page.tree.get_element_by_id("number").get("value") == "SX20261100001"


def test_what_was_promised_is_asked_and_answered_once(browser: Browser, portal: Portal, letter: Receipt) -> None:
    portal.answer(letter.number, "本月修好。", promise_on="2026-09-16")
    portal.report_promise(letter.number, kept=True, comment="昨天修好")
    page = enter(browser, letter)
    assert "昨天修好" in page.text
    page = browser.open("/track/promise")
    assert "9月16日" in page.text
    assert browser.submit("promise", comment="还是不亮").errors != []
    page = browser.submit("promise", kept="no", comment="还是不亮")
    assert page.response.request.path == "/track/letter"
    assert portal.promise().writer_kept is False
    assert browser.open("/track/promise").response.request.path == "/track/letter"


def test_whether_an_accusation_becomes_something_else_is_asked_and_answered_once(
    browser: Browser, portal: Portal
) -> None:
    letter = receipt_on(send(browser, category="report"))
    portal.accept(letter.number, "complaint", accused_unit=NO_UNIT)
    page = enter(browser, letter)
    assert "请您确认来信的类别" in page.text
    page = browser.open("/track/category")
    assert "投诉" in page.text
    assert browser.submit("category", comment="我想想").errors != []
    page = browser.submit("category", agrees="no", comment="就是检举")
    assert page.response.request.path == "/track/letter"
    assert portal.letter(letter.number).category == "report"
    assert browser.open("/track/category").response.request.path == "/track/letter"


def test_after_leaving_a_copied_cookie_shows_neither_letter_nor_receipt(browser: Browser) -> None:
    letter = receipt_on(send(browser))
    enter(browser, letter)
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
        assert letter.number not in page.source


def test_opening_another_letter_closes_the_first(browser: Browser, portal: Portal, letter: Receipt) -> None:
    enter(browser, letter)
    before = browser.client.get_cookie("letterbox")
    assert before is not None
    enter(browser, letter)
    copied = Browser(browser.client.application.test_client())
    copied.client.set_cookie("letterbox", before.value)
    assert copied.open("/track/letter").heading == "查询来信"
