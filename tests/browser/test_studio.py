"""The studio in a real browser: a broken diagram's findings on its elements, zoom, deployment, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.accessibility import findings
from tests.support.drawn.changed_bundle import edited, with_field
from tests.support.drawn.owner import Owner
from tests.support.office.office_pages import Office

pytest_plugins = [
    "tests.support.office.desk_fixtures",
    "tests.support.office.office_fixtures",
    "tests.support.office.studio_fixtures",
]
pytestmark = [pytest.mark.browser, pytest.mark.engine]

LETTER, LADDER, FORM = "letter-handling.bpmn", "escalation-ladder.dmn", "sign-off-reply.form"
BROKEN = edited(LETTER, ('Groups="screener"', 'Groups="screeners"'), ('name="派发来信"', 'name="派发"'))
SEAL = with_field(FORM, type="textfield", key="seal_number", label="用印编号")
LOOKS = [(1280, "light"), (390, "light"), (1280, "dark"), (390, "dark")]
Opened = Callable[..., Page]


@pytest.fixture
def opened(office: Office, owner: Owner) -> Opened:
    """Pages of the process owner."""
    return partial(office.page, "owner")


def upload(page: Page, **files: bytes) -> None:
    page.goto("/studio/change")
    chosen: list[FilePayload] = []
    for key, content in files.items():
        stem, _, kind = key.rpartition("_")
        name = f"{stem.replace('_', '-')}.{kind}"
        chosen.append({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_label("流程图、决策表或者表单").set_input_files(chosen)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("heading", name="检查结果")).to_be_visible()


def test_a_broken_diagrams_finding_stands_on_its_element(opened: Opened) -> None:
    page = opened()
    upload(page, letter_handling_bpmn=BROKEN)
    expect(page.get_by_role("button", name="提出部署", exact=True)).to_have_count(0)
    page.locator(".lb-findings").get_by_role("link", name=LETTER).click()
    picture = page.locator("[data-studio-ready]")
    mark = picture.locator("[data-studio-badge=Task_ScreenLetter].lb-badge-error")
    expect(mark).to_be_visible()
    assert "没有角色“screeners”这一种" in str(mark.get_attribute("title"))
    expect(picture.locator("[data-element-id=Task_ScreenLetter].has-error")).to_have_count(1)
    expect(picture.locator("[data-studio-badge=Task_DispatchLetter].lb-badge-changed")).to_have_text("修改")
    line = page.locator("#e-Task_ScreenLetter")
    expect(line).to_contain_text("甄别来信")
    line.get_by_role("button", name="在图中看").click()
    expect(picture.locator("[data-element-id=Task_ScreenLetter].is-pointed")).to_have_count(1)


def test_the_picture_is_zoomed_by_keyboard(opened: Opened) -> None:
    page = opened()
    page.goto("/studio/")
    page.get_by_role("link", name="来信办理").first.click()
    picture = page.locator("[data-studio-ready]")
    viewport = picture.locator("g.viewport")
    before = viewport.get_attribute("transform")
    page.get_by_role("button", name="放大").focus()
    page.keyboard.press("Enter")
    expect(viewport).not_to_have_attribute("transform", str(before))
    page.get_by_role("button", name="看全图").press("Enter")
    expect(viewport).to_have_attribute("transform", str(before))
    expect(picture.locator(".bjs-powered-by")).to_be_visible()


def test_on_a_phone_the_picture_begins_where_names_can_be_read(opened: Opened) -> None:
    page = opened(width=390)
    page.goto("/studio/")
    page.get_by_role("link", name="来信办理").first.click()
    step = page.locator("[data-studio-ready] [data-element-id=Task_ClassifyLetter] .djs-visual").first
    expect(step).to_be_in_viewport()
    box = step.bounding_box()
    assert box is not None
    assert box["width"] > 40


def test_a_change_is_deployed_with_its_reason_and_taken_back(opened: Opened, office: Office, owner: Owner) -> None:
    page, colleague = opened(), office.page("owner2")
    upload(page, sign_off_reply_form=SEAL)
    page.get_by_role("button", name="提出部署", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("请写明改了什么、为什么改")
    page.get_by_label("改了什么、为什么改").fill("审签时登记用印编号")
    page.get_by_role("button", name="提出部署", exact=True).click()
    expect(page.get_by_text("已提出，还没有部署")).to_be_visible()
    expect(page.get_by_role("button", name="同意并部署")).to_have_count(0)
    approve(colleague, "审签时登记用印编号")
    assert owner.services.design.live_files()[FORM] == SEAL
    page.get_by_role("link", name="以前的各套").first.click()
    page.locator("tbody tr").nth(1).get_by_role("link").click()
    page.get_by_role("link", name="退回到这一套").click()
    expect(page.locator("strong", has_text="用印编号")).to_be_visible()
    page.get_by_label("改了什么、为什么改").fill("暂不登记用印编号")
    page.get_by_role("button", name="提出退回到这一套").click()
    expect(page.get_by_text("已提出，还没有部署")).to_be_visible()
    approve(colleague, "暂不登记用印编号")
    assert owner.services.design.live_files()[FORM] != SEAL


def approve(page: Page, note: str) -> None:
    page.goto("/studio/")
    expect(page.get_by_text(note).first).to_be_visible()
    page.get_by_role("link", name="查看差别，同意或者退回").click()
    expect(page.get_by_role("heading", name="和现行的差别")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="同意并部署").click()
    expect(page.get_by_text("已部署。新来的信从现在起走这一套")).to_be_visible()


def test_without_scripts_everything_is_listed(opened: Opened) -> None:
    page = opened(java_script_enabled=False)
    upload(page, letter_handling_bpmn=BROKEN)
    page.goto(f"/studio/change/files/{LETTER}")
    expect(page.locator("#e-Task_ScreenLetter")).to_contain_text("没有角色“screeners”这一种")
    expect(page.locator("[data-studio-src]")).to_be_hidden()
    expect(page.get_by_role("heading", name="图中的每一步")).to_be_visible()


def test_a_diagram_that_cannot_be_drawn_says_so_in_its_place(opened: Opened) -> None:
    page = opened()
    upload(page, letter_handling_bpmn=b"<bpmn")
    page.goto(f"/studio/change/files/{LETTER}")
    expect(page.locator("[data-studio-src]")).to_contain_text("流程图画不出来")
    expect(page.get_by_text("不是完整的 XML").first).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_keeps_anybody_out(opened: Opened, owner: Owner, width: int, scheme: str) -> None:
    live = owner.studio.live(owner.actor).line.id
    page = opened(width=width, color_scheme=scheme, bypass_csp=True)
    upload(
        page, letter_handling_bpmn=BROKEN, escalation_ladder_dmn=edited(LADDER, ("<text>-1</text>", "<text>-9</text>"))
    )
    assert findings(page) == []
    for path in (
        "/studio/",
        "/studio/bundles",
        f"/studio/bundles/{live}",
        f"/studio/change/files/{LETTER}#e-Task_ScreenLetter",
        f"/studio/bundles/{live}/files/{LETTER}",
        f"/studio/bundles/{live}/files/{LADDER}",
        f"/studio/bundles/{live}/files/draft-reply.form",
    ):
        page.goto(path)
        if LETTER in path:
            expect(page.locator("[data-studio-ready]")).to_be_visible()
        assert findings(page) == [], path
