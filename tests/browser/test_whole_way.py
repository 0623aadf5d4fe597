"""The product's promise, in a real browser on the real engine: a letter written, handled by seven officials, read and rated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from letterbox.domain.vocabulary import Criterion
from letterbox.stack import demo
from tests.support.stack.waiting import until
from tests.support.stack.whole_system import WholeSystem, whole_system

pytestmark = [pytest.mark.browser, pytest.mark.engine]

TITLE = "学校门口的斑马线看不见了"
BODY = "实验小学门口的斑马线磨得看不见了，孩子过马路很危险，请重新画一下。"
REPLY = "您好！接信后我局已于昨夜重新施划实验小学门口斑马线两处，并增设提示标志。感谢您的监督。"
UNIT = "transport"
PATIENCE_S = 60


@pytest.fixture(scope="module")
def system(lane: str) -> Iterator[WholeSystem]:
    with whole_system(lane) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, system: WholeSystem) -> Iterator[Callable[[], Page]]:
    """A fresh browser profile at the system's address."""
    contexts = []

    def opened() -> Page:
        context = chromium.new_context(base_url=system.url, viewport={"width": 1280, "height": 900}, locale="zh-CN")
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def write(page: Page) -> tuple[str, str]:
    """Through the portal's steps; returns number and query code from the receipt."""
    page.goto("/write")
    for selector in ("#consent", "input[value=complaint]", None):
        if selector:
            page.check(selector)
        onward(page)
    page.fill("#title", TITLE)
    page.fill("#body", BODY)
    onward(page)
    onward(page)
    page.fill("#name", "李四")
    page.fill("#phone", "13800000000")
    onward(page)
    page.check("input[value=yes]")
    onward(page)
    onward(page)
    receipt = page.locator(".lb-receipt").inner_text()
    found = re.search(r"(SX\d{11})\D+(\d{5} \d{5})", receipt)
    assert found is not None, receipt
    return found[1], found[2]


def onward(page: Page) -> None:
    page.click(".lb-buttons button[value=next]")


def sign_in(page: Page, login: str) -> None:
    page.goto("/desk/sign-in")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", demo.PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_contain_text("我的任务")


def do_task(page: Page, login: str, name: str, fill: Callable[[Page], None]) -> None:
    """Sign in, wait for the task to come to the list, open it, fill its form in and send it."""
    sign_in(page, login)
    row = page.locator("tr", has_text=TITLE).filter(has_text=name)
    until(lambda: page.reload() and row.count() == 1, within_s=PATIENCE_S, what=f"{name} for {login}")
    row.locator("a").first.click()
    fill(page)
    page.locator("form.lb-form button[type=submit]", has_text="提交").last.click()
    expect(page.locator(".lb-field .lb-error")).to_have_count(0)
    page.context.clear_cookies()


def screen(page: Page) -> None:
    page.check("input[name=outcome][value=accept]")
    page.select_option("select[name=category]", "complaint")
    page.select_option("select[name=scope]", "5")


def assign(page: Page) -> None:
    page.select_option("select[name=lead_unit]", UNIT)


def review(page: Page) -> None:
    for criterion in Criterion:
        page.check(f"input[name={criterion}][value=pass]")
    page.check("input[name=outcome][value=pass]")


def nothing(page: Page) -> None:
    expect(page.locator("form.lb-form")).to_be_visible()


STEPS: list[tuple[str, str, Callable[[Page], None]]] = [
    ("screener", "甄别来信", screen),
    ("screener", "交办来信", assign),
    (f"handler.{UNIT}", "签收登记", nothing),
    (f"handler.{UNIT}", "呈报分管负责人", nothing),
    (f"deputy.{UNIT}", "批示办理要求", lambda page: page.fill("textarea[name=instruction]", "请尽快施划。")),
    (f"handler.{UNIT}", "办理并拟写回复", lambda page: page.fill("textarea[name=reply]", REPLY)),
    (f"principal.{UNIT}", "审签回复", lambda page: page.check("input[name=outcome][value=sign]")),
    ("reviewer", "审核回复", review),
]


def test_a_letters_whole_way(visit: Callable[[], Page], system: WholeSystem) -> None:
    number, code = write(visit())
    staff = visit()
    for login, task, fill in STEPS:
        do_task(staff, login, task, fill)
    until(lambda: status(system, number) == "answered", within_s=PATIENCE_S, what="delivery")
    writer = visit()
    track(writer, number, code)
    expect(writer.locator("main")).to_contain_text(REPLY)
    evaluate(writer)
    until(lambda: status(system, number) == "closed", within_s=PATIENCE_S, what="the end")
    until(lambda: not system.services.engine.processes.of(number), within_s=PATIENCE_S, what="the end of its processes")
    public = visit()
    public.goto(f"/letters/{number}")
    expect(public.locator("main")).to_contain_text(REPLY)


def status(system: WholeSystem, number: str) -> str:
    actor = system.services.sign_in.of_login("screener").actor
    return system.services.records.open(number, actor).status


def track(page: Page, number: str, code: str) -> None:
    page.goto("/track")
    page.fill("input[name=number]", number)
    page.fill("input[name=code]", code)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text(TITLE)


def evaluate(page: Page) -> None:
    page.get_by_role("link", name="评价").first.click()
    page.check("input[name=solved][value=yes]")
    page.check("input[name=satisfied][value=yes]")
    page.click("main form button[type=submit]")
