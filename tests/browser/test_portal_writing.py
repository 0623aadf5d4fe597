"""Writing a letter in a real browser: without scripts, by keyboard alone, and when things go wrong."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from letterbox.services.intake.query_codes import CODE_DIGITS
from tests.browser.conftest import NewPage
from tests.support.writers.letters import BODY, NAME, PHONE, PNG, TITLE
from tests.support.writers.live_site import Site

pytest_plugins = ["tests.support.writers.portal_fixtures"]
pytestmark = pytest.mark.browser


def picture(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": content}


def onward(page: Page) -> None:
    page.click(".lb-buttons button[value=next]")


def write_until_letter(page: Page) -> None:
    page.goto("/write")
    page.check("#consent")
    onward(page)
    page.check("input[value=complaint]")
    onward(page)
    page.fill("#place", "复兴路口")
    onward(page)


def write_all(page: Page) -> None:
    write_until_letter(page)
    page.fill("#title", TITLE)
    page.fill("#body", BODY)
    onward(page)
    page.set_input_files("#attachments", picture("照片.png", PNG))
    onward(page)
    page.fill("#name", NAME)
    page.fill("#phone", PHONE)
    onward(page)
    page.check("input[value=yes]")
    onward(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_letter_arrives_with_and_without_scripts(site: Site, new_page: NewPage, scripts: bool) -> None:
    page = new_page(width=390, java_script_enabled=scripts)
    write_all(page)
    onward(page)
    expect(page.locator(".lb-receipt")).to_contain_text(site.portal.only_letter().number)
    code = page.locator(".lb-receipt dd").nth(1).inner_text().replace(" ", "")
    page.click("text=查看办理进度")
    expect(page.locator("h1")).to_have_text(TITLE)
    assert len(code) == CODE_DIGITS
    assert code not in page.url
    assert [file.filename for file in site.portal.files()] == ["照片.png"]


class Keys:
    """A person without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keyboard = page.keyboard

    def reach(self, selector: str) -> None:
        """Tab forward until the element has the focus."""
        for _ in range(60):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by Tab")

    def press_at(self, selector: str, *keys: str) -> None:
        self.reach(selector)
        for key in keys:
            self.keyboard.press(key)

    def type_at(self, selector: str, text: str) -> None:
        self.reach(selector)
        self.keyboard.insert_text(text)

    def go_on(self) -> None:
        self.reach(".lb-buttons button[value=next]")
        with self.page.expect_navigation():
            self.keyboard.press("Enter")


def test_the_keyboard_is_enough(site: Site, new_page: NewPage) -> None:
    keys = Keys(new_page())
    keys.page.goto("/write")
    keys.keyboard.press("Tab")
    assert keys.page.inner_text(":focus") == "跳到正文"
    keys.press_at("#consent", "Space")
    keys.go_on()
    keys.press_at("input[name=category]", "Space", "ArrowDown")
    keys.go_on()
    keys.go_on()
    keys.type_at("#title", TITLE)
    keys.type_at("#body", BODY)
    keys.go_on()
    keys.go_on()
    keys.type_at("#name", NAME)
    keys.type_at("#phone", PHONE)
    keys.go_on()
    keys.press_at("input[name=is_public]", "Space")
    keys.go_on()
    keys.go_on()
    letter = site.portal.only_letter()
    assert (letter.category, letter.title, letter.is_public) == ("complaint", TITLE, True)


OUTLINE = """(() => {
  const now = document.activeElement;
  if (now === document.body) return null;
  const style = getComputedStyle(now);
  return [style.outlineStyle, parseFloat(style.outlineWidth), now.outerHTML.slice(0, 100)];
})()"""


@pytest.mark.parametrize("path", ["/", "/write", "/track", "/letters"])
def test_the_focus_is_always_visible(new_page: NewPage, path: str) -> None:
    page = new_page()
    page.goto(path)
    seen = 0
    for _ in range(25):
        page.keyboard.press("Tab")
        outline = page.evaluate(OUTLINE)
        if outline is None:
            break
        seen += 1
        assert outline[0] == "solid", outline
        assert outline[1] >= 2, outline
    assert seen >= 8


def test_errors_take_the_focus_and_lead_to_the_field(new_page: NewPage) -> None:
    page = new_page()
    write_until_letter(page)
    onward(page)
    expect(page.locator(".lb-errors")).to_be_focused()
    page.click(".lb-errors a >> nth=0")
    expect(page.locator("#title")).to_be_focused()


def test_the_counter_counts_as_people_do(new_page: NewPage) -> None:
    page = new_page()
    write_until_letter(page)
    page.fill("#body", "😀" * 10)
    expect(page.locator("#body-count")).to_have_text("还可以写 19,990 个字")
    page.fill("#body", "信" * 20_003)
    expect(page.locator("#body-count")).to_have_text("超出 3 个字")


def test_a_large_file_is_refused_before_it_is_sent(site: Site, new_page: NewPage) -> None:
    page = new_page()
    write_until_letter(page)
    page.fill("#title", TITLE)
    page.fill("#body", BODY)
    onward(page)
    page.set_input_files("#attachments", picture("录像.png", PNG + b"0" * (10 * 1024 * 1024)))
    expect(page.locator("#attachments-large")).to_contain_text("录像.png")
    assert page.evaluate("document.getElementById('attachments').files.length") == 0


def test_what_was_typed_is_kept_in_the_browser(new_page: NewPage) -> None:
    page = new_page()
    write_until_letter(page)
    page.fill("#title", TITLE)
    page.fill("#body", BODY)
    page.goto("/letters")
    page.goto("/write")
    expect(page.locator("#draft-found")).to_contain_text(TITLE)
    page.click("text=接着写")
    expect(page.locator("#body")).to_have_value(BODY)
    onward(page)
    expect(page.locator("h1")).to_have_text("有照片或者材料要附上吗？")


def test_a_kept_letter_can_be_thrown_away(new_page: NewPage) -> None:
    page = new_page()
    write_until_letter(page)
    page.fill("#title", TITLE)
    page.goto("/write")
    page.click("#draft-drop")
    page.goto("/write")
    expect(page.locator("#draft-found")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_nothing_outlives_the_tab_unless_the_writer_ticks_it(new_page: NewPage) -> None:
    page = new_page()
    write_until_letter(page)
    page.fill("#title", TITLE)
    assert page.evaluate("localStorage.length") == 0
    other = page.context.new_page()
    other.goto("/write")
    expect(other.locator("#draft-found")).to_be_hidden()
    page.get_by_label("在本机暂存 24 小时").check()
    other.reload()
    expect(other.locator("#draft-found")).to_contain_text(TITLE)
    page.get_by_label("在本机暂存 24 小时").uncheck()
    other.reload()
    expect(other.locator("#draft-found")).to_be_hidden()


def test_an_accusation_is_kept_in_its_tab_only_and_not_offered_by_its_title(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/write")
    page.check("#consent")
    onward(page)
    page.get_by_label("检举控告").check()
    onward(page)
    onward(page)  # whom it is against may be left open
    onward(page)
    page.fill("#title", TITLE)
    expect(page.locator("#draft-device")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0
    page.goto("/write")
    expect(page.locator("#draft-found")).to_contain_text("检举控告，不显示标题")
    expect(page.locator("#draft-found")).not_to_contain_text(TITLE)


def test_the_database_stops_while_a_letter_is_sent(site: Site, new_page: NewPage) -> None:
    page = new_page()
    write_all(page)
    with site.portal.database_away():
        onward(page)
        expect(page.locator("[role=alert]")).to_contain_text("数据库暂时无法连接")
        page.goto("/letters")
        expect(page.locator("h1")).to_have_text("系统暂时连不上")
        expect(page.locator("#draft-kept")).to_contain_text("您写的内容没有丢")
    page.goto("/write")
    page.click("text=接着写")
    expect(page.locator("h1")).to_have_text("请核对，然后提交")
    expect(page.locator("main")).to_contain_text("照片.png")
    onward(page)
    assert site.portal.only_letter().title == TITLE
    page.wait_for_function("localStorage.length === 0")  # nothing stays behind after submission


def test_two_quick_presses_send_one_letter(site: Site, new_page: NewPage) -> None:
    page = new_page()
    write_all(page)
    page.dblclick(".lb-buttons button[value=next]")
    expect(page.locator("h1")).to_have_text("您的信已经收到")
    assert len(site.portal.letters()) == 1


def test_the_receipt_prints_number_and_code_without_navigation(site: Site, new_page: NewPage) -> None:
    page = new_page()
    write_all(page)
    onward(page)
    page.emulate_media(media="print")
    expect(page.locator(".lb-receipt")).to_be_visible()
    expect(page.locator(".lb-print-head")).to_be_visible()
    for hidden in (".lb-masthead", ".lb-footer", ".btn >> nth=0"):
        expect(page.locator(hidden)).to_be_hidden()
