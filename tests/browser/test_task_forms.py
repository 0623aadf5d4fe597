"""What scripts add to a task form: fields that come and go, rows, lists to search, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.support.writers.form_site import FormSite, bundle, serving
from webapp import build

pytestmark = pytest.mark.browser
AXE = build.ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("bundle")
    return folder, bundle(folder)


@pytest.fixture
def site(assets: tuple[Path, dict[str, str]]) -> Iterator[FormSite]:
    with serving(*assets) as site:
        yield site


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh profile; any error in the page's scripts fails the test."""
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def status(page: Page) -> str:
    return page.locator("[data-lb-draft-status]").inner_text()


def test_fields_come_and_go_with_the_outcome(page: Page, site: FormSite) -> None:
    page.goto(f"{site.url}/task/screen-letter")
    reason, reference, accused = (page.locator(f"#f-{name}") for name in ("reason", "reference", "accused_unit"))
    expect(reason).to_be_hidden()
    page.get_by_label("不予受理", exact=True).check()
    expect(reason).to_be_visible()
    expect(page.locator(".lb-when").first).to_be_hidden()
    expect(reference).to_be_hidden()
    page.locator("#f-ground").select_option("2")
    expect(reference).to_be_visible()
    page.get_by_label("受理", exact=True).check()
    expect(reason).to_be_hidden()
    expect(reference).to_be_hidden()
    page.locator("#f-category").select_option("report")
    expect(accused).to_be_visible()


def test_facts_of_the_letter_count_too(page: Page, site: FormSite) -> None:
    page.goto(f"{site.url}/task/review-reply")
    expect(page.locator("#f-handling_opinion")).to_be_hidden()
    page.get_by_label("退回重办").check()
    expect(page.locator("#f-handling_opinion")).to_be_visible()
    expect(page.locator("#f-publish")).to_be_hidden()


def test_rows_are_added_numbered_and_taken_away(page: Page, site: FormSite) -> None:
    page.goto(f"{site.url}/task/draft-reply")
    add, rows = page.get_by_role("button", name="再添加一条"), page.locator("[data-lb-row]")
    add.click()
    add.click()
    expect(rows).to_have_count(2)
    expect(page.locator("#f-contacts-1-at")).to_be_focused()
    page.locator("#f-contacts-1-said").fill("已解释")
    page.locator("[data-lb-row] button").first.click()
    expect(rows).to_have_count(1)
    assert rows.locator("legend").inner_text() == "联系记录 1"
    add.click()
    assert page.locator("[data-lb-row] textarea").last.get_attribute("name") == "contacts[2].said"
    page.locator("#f-reply").fill("您好")
    page.locator("#f-contacts-1-at").fill("2026-11-20T09:30")
    page.locator("#f-contacts-1-means").select_option("phone")
    page.locator("#f-contacts-1-person").fill("张某")
    page.get_by_role("button", name="提交").last.click()
    expect(page.get_by_text("已提交")).to_be_visible()
    assert [row["said"] for row in site.sent[0]["contacts"]] == ["已解释"]


def test_enter_in_a_row_sends_the_form_and_adds_no_row(page: Page, site: FormSite) -> None:
    page.goto(f"{site.url}/task/draft-reply")
    page.get_by_role("button", name="再添加一条").click()
    page.locator("#f-contacts-0-person").fill("张某")
    page.locator("#f-contacts-0-person").press("Enter")
    expect(page.locator(".lb-errors")).to_contain_text("请填写答复内容")
    assert page.locator("#f-contacts-0-person").input_value() == "张某"


def test_long_lists_can_be_searched(page: Page, site: FormSite) -> None:
    page.goto(f"{site.url}/task/assign-letter")
    page.get_by_label("查找主办单位").fill("17")
    assert page.locator("#f-lead_unit option").all_inner_texts() == ["请选择", "单位17"]
    page.locator("#f-lead_unit").select_option("unit-17")
    page.get_by_label("查找主办单位").fill("2")
    assert page.locator("#f-lead_unit").input_value() == "unit-17"
    page.get_by_label("查找协办单位").fill("05")
    page.get_by_label("单位05", exact=True).check()
    page.get_by_label("查找协办单位").fill("06")
    expect(page.get_by_label("单位05", exact=True)).to_be_visible()
    expect(page.get_by_label("单位07", exact=True)).to_be_hidden()
    page.get_by_role("button", name="提交").last.click()
    expect(page.get_by_text("已提交")).to_be_visible()
    assert (site.sent[0]["lead_unit"], site.sent[0]["co_units"]) == ("unit-17", ["unit-5"])


def test_drafts_go_to_the_server_as_one_types(page: Page, site: FormSite) -> None:
    page.goto(f"{site.url}/task/instruct-handler")
    page.locator("#f-instruction").fill("请三天内办好")
    expect(page.locator("[data-lb-draft-status]")).to_contain_text("草稿已保存")
    assert site.drafts[-1] == {"instruction": "请三天内办好", "own_due_on": ""}
    page.goto(f"{site.url}/task/instruct-handler")
    assert page.locator("#f-instruction").input_value() == ""


def test_a_draft_that_cannot_be_sent_stays_in_the_browser(page: Page, site: FormSite) -> None:
    site.draft_status = 503
    page.goto(f"{site.url}/task/instruct-handler")
    page.locator("#f-instruction").fill("请三天内办好")
    expect(page.locator("[data-lb-draft-status]")).to_contain_text("暂存在本机浏览器")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{site.url}/task/instruct-handler")
    assert page.locator("#f-instruction").input_value() == "请三天内办好"
    assert "已恢复" in status(page)
    page.get_by_role("button", name="不要恢复").click()
    expect(page.locator("#f-instruction")).to_have_value("")


def test_a_failed_submit_loses_nothing_and_a_success_cleans_up(page: Page, site: FormSite) -> None:
    site.status = 503
    page.goto(f"{site.url}/task/draft-reply?drafts=no")
    page.locator("#f-reply").fill("您好\n第二行")
    for said in ("第一次", "第二次"):
        page.get_by_role("button", name="再添加一条").click()
        last = page.locator("[data-lb-row]").last
        last.get_by_label("联系时间").fill("2026-11-20T09:30")
        last.get_by_label("联系方式").select_option("phone")
        last.get_by_label("联系上了").uncheck()
        last.get_by_label("说了什么").fill(said)
    page.get_by_role("button", name="提交").last.click()
    expect(page.get_by_text("engine away")).to_be_visible()
    site.status = 200
    page.goto(f"{site.url}/task/draft-reply?drafts=no")
    assert page.locator("#f-reply").input_value() == "您好\n第二行"
    assert page.locator("#f-contacts-1-said").input_value() == "第二次"
    assert not page.locator("#f-contacts-1-reached").is_checked()
    page.get_by_role("button", name="提交").last.click()
    expect(page.get_by_text("已提交")).to_be_visible()
    assert [row["said"] for row in site.sent[0]["contacts"]] == ["第一次", "第二次"]
    page.goto(f"{site.url}/task/draft-reply?drafts=no")
    assert page.locator("#f-reply").input_value() == ""


def test_errors_from_the_server_are_shown_with_what_was_typed_and_not_called_restored(
    page: Page, site: FormSite
) -> None:
    page.goto(f"{site.url}/task/sign-off-reply")
    page.get_by_label("退回修改").check()
    page.get_by_role("button", name="提交").last.click()
    expect(page.locator(".lb-errors")).to_be_visible()
    assert page.get_by_label("退回修改").is_checked()
    assert status(page) == ""


@pytest.mark.parametrize("typed", ["未保存的字", ""])
def test_leaving_with_unsaved_typing_is_asked_about(page: Page, site: FormSite, typed: str) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(f"{site.url}/task/instruct-handler")
    if typed:
        page.locator("#f-instruction").press_sequentially(typed)
    page.goto(f"{site.url}/task/receive-letter")
    assert asked == (["beforeunload"] if typed else [])


def test_tokens_are_never_kept(page: Page, site: FormSite) -> None:
    site.draft_status = 503
    page.goto(f"{site.url}/task/instruct-handler")
    page.locator("#f-instruction").fill("字")
    expect(page.locator("[data-lb-draft-status]")).to_contain_text("暂存")
    kept = page.evaluate("localStorage.getItem('lb-draft:instruct-handler')")
    assert "字" in kept
    assert "csrf_token" not in kept


@pytest.mark.parametrize("name", ["screen-letter", "assign-letter", "draft-reply", "review-reply"])
def test_nothing_keeps_anybody_out(page: Page, site: FormSite, name: str) -> None:
    page.goto(f"{site.url}/task/{name}")
    if name == "draft-reply":
        page.get_by_role("button", name="再添加一条").click()
    page.get_by_role("button", name="提交").last.click()
    expect(page.locator(".lb-errors")).to_be_visible()
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document.querySelector('form'))")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
