"""The studio's pages while nothing is deployed through them: the live bundle, uploads, findings, differences, rights."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from letterbox.domain.vocabulary import Role
from letterbox.services.deployment.design import repository_files
from letterbox.services.staff.person_rules import RoleInput
from letterbox.store.people import RoleAssignment
from letterbox.wiring import Services
from tests.support.drawn.changed_bundle import edited, upload, with_field
from tests.support.drawn.planted import LOST
from tests.support.office.office import SignIn, as_actor, new_person, person_id
from tests.support.writers.script_free_browser import Browser, Page

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine

LETTER, LADDER, FORM = "letter-handling.bpmn", "escalation-ladder.dmn", "sign-off-reply.form"
NOBODY = edited(LETTER, ('Groups="screener"', 'Groups="screeners"'))


@pytest.fixture
def owner(as_login: SignIn, real: Services) -> Iterator[Browser]:
    """A process owner without a change of his own, before and after."""
    actor = as_actor(real, person_id(real, "owner"))
    real.studio.discard(actor)
    yield as_login("owner")
    real.studio.discard(actor)


def bundle_id(real: Services) -> int:
    return real.studio.live(as_actor(real, person_id(real, "owner"))).line.id


def send(owner: Browser, *files: tuple[str, bytes]) -> Page:
    owner.open("/studio/change")
    return owner.submit("/change/files", files=[upload(name, content) for name, content in files])


def test_the_live_bundle_is_shown_file_by_file(owner: Browser) -> None:
    page = owner.open("/studio/")
    assert page.status == 200
    for name in repository_files():
        assert name in page.text
    for words in ("来信办理", "时限表", "用在这些任务", "甄别来信", "内容第 1 版"):
        assert words in page.text


def test_a_step_says_who_does_it_in_the_offices_words(owner: Browser, real: Services) -> None:
    page = owner.open(f"/studio/bundles/{bundle_id(real)}/files/{LETTER}")
    assert "甄别员（screener）" in page.text


def test_without_the_engine_only_its_versions_are_missing(owner: Browser) -> None:
    assert "流程引擎暂时连不上，版本号没有显示" in owner.open("/studio/").text


@pytest.mark.parametrize("login", ["screener", "admin", "operator", "supervisor.gov"])
def test_only_process_owners_come_in(as_login: SignIn, login: str, real: Services) -> None:
    browser = as_login(login)
    for path in ("/studio/", "/studio/change", "/studio/bundles", f"/studio/bundles/{bundle_id(real)}/bundle.zip"):
        assert browser.client.get(path).status_code == 403
    assert "流程设计" not in browser.open("/desk/").source


def test_what_a_diagram_shows_can_be_read_without_scripts(owner: Browser, real: Services) -> None:
    page = owner.open(f"/studio/bundles/{bundle_id(real)}/files/{LETTER}")
    for words in ("来信办理", "图中的每一步", "甄别来信", "Task_ScreenLetter", "screen-letter", "主题 dispatch-letter"):
        assert words in page.text
    (holder,) = page.tree.xpath("//*[@data-studio-src]")
    assert owner.client.get(holder.get("data-studio-src")).data == repository_files()[LETTER]


def test_a_table_is_shown_cell_by_cell(owner: Browser, real: Services) -> None:
    page = owner.open(f"/studio/bundles/{bundle_id(real)}/files/{LADDER}")
    row = page.tree.get_element_by_id("row-ladder-unit-near-due").text_content()
    assert "-1" in row
    assert '"unit_handler"' in row
    assert "偏移（工作日）" in page.text


def test_a_form_is_shown_as_people_will_see_it(owner: Browser, real: Services) -> None:
    page = owner.open(f"/studio/bundles/{bundle_id(real)}/files/assign-letter.form")
    assert page.tree.xpath("//select[@name='lead_unit']/option[@value='transport']")
    assert "lead_unit" in page.text


def test_files_are_downloaded_as_they_were_deployed(owner: Browser, real: Services) -> None:
    here = f"/studio/bundles/{bundle_id(real)}"
    response = owner.client.get(f"{here}/files/{FORM}/raw")
    assert response.data == repository_files()[FORM]
    assert response.headers["Content-Disposition"] == f'attachment; filename="{FORM}"'
    archive = zipfile.ZipFile(io.BytesIO(owner.client.get(f"{here}/bundle.zip").data))
    assert {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist()} == repository_files()
    assert f"forms/{FORM}" in archive.namelist()


@pytest.mark.parametrize(
    "path", ["bundles/999999", f"bundles/{10**20}", "bundles/{id}/files/none.bpmn", "change/files/none.bpmn"]
)
def test_what_is_not_there_is_not_found(owner: Browser, real: Services, path: str) -> None:
    assert owner.client.get(f"/studio/{path.format(id=bundle_id(real))}").status_code == 404


@pytest.mark.parametrize("change", LOST.values(), ids=LOST)
def test_what_would_not_be_deployed_is_objected_to_all_the_same(owner: Browser, change: tuple[str, str]) -> None:
    page = send(owner, (LETTER, edited(LETTER, change)))
    assert "1 个错误" in page.text
    assert not page.tree.xpath("//textarea[@name='note']")


def test_a_fault_is_named_at_its_element_and_cannot_be_deployed(owner: Browser) -> None:
    page = send(owner, (LETTER, NOBODY))
    assert "1 个错误" in page.text
    assert "没有角色“screeners”这一种" in page.text
    assert page.tree.xpath(f"//a[@href='/studio/change/files/{LETTER}#e-Task_ScreenLetter']")
    assert not page.tree.xpath("//textarea[@name='note']")
    page = owner.open(f"/studio/change/files/{LETTER}")
    (line,) = page.tree.xpath("//li[@id='e-Task_ScreenLetter']")
    assert "甄别来信" in line.text_content()
    (holder,) = page.tree.xpath("//*[@data-studio-findings]")
    (mark,) = json.loads(holder.get("data-studio-findings"))
    assert (mark["element"], mark["level"]) == ("Task_ScreenLetter", "error")


@pytest.fixture
def alone(real: Services) -> Iterator[None]:
    """Nobody else is a process owner for a while."""
    mine = RoleAssignment.role == Role.PROCESS_OWNER, RoleAssignment.person_id != person_id(real, "owner")
    with real.database.transaction() as session:
        ids = list(session.scalars(select(RoleAssignment.id).where(*mine, RoleAssignment.ended_at.is_(None))))
        session.execute(update(RoleAssignment).where(RoleAssignment.id.in_(ids)).values(ended_at=real.clock.now()))
    yield
    with real.database.transaction() as session:
        session.execute(update(RoleAssignment).where(RoleAssignment.id.in_(ids)).values(ended_at=None))


@pytest.mark.usefixtures("alone")
def test_an_owner_alone_reads_how_to_get_a_second_instead_of_a_button(owner: Browser) -> None:
    page = send(owner, (FORM, with_field(FORM, type="textfield", key="seal", label="用印编号")))
    assert "现在只有您一位流程管理员，还不能部署" in page.text
    assert "请安全管理员在“人员”里" in page.text
    assert not page.tree.xpath("//textarea[@name='note']")


def test_an_owner_with_a_second_is_asked_for_a_note(owner: Browser) -> None:
    page = send(owner, (FORM, with_field(FORM, type="textfield", key="seal", label="用印编号")))
    assert "现在只有您一位流程管理员" not in page.text
    assert page.tree.xpath("//textarea[@name='note']")


def test_the_difference_to_the_live_bundle_is_shown_by_element(owner: Browser) -> None:
    page = send(owner, (LETTER, NOBODY), (FORM, with_field(FORM, type="textfield", key="seal", label="用印编号")))
    assert "由谁办理：screener → screeners" in page.text
    assert "新增 单行文字 用印编号 seal" in page.text


def test_a_change_can_be_dropped_file_by_file_and_as_a_whole(owner: Browser) -> None:
    send(owner, (LETTER, NOBODY), (FORM, with_field(FORM, type="textfield", key="seal", label="用印编号")))
    page = owner.submit(f"/{LETTER}/drop")
    assert LETTER not in page.text.replace(f"{LETTER} 的改动已放弃", "")
    assert "整套文件没有查出问题" in page.text
    assert "没有改动" in owner.submit("/discard").text


def test_a_file_to_be_taken_out_is_checked_too(owner: Browser, real: Services) -> None:
    owner.open(f"/studio/bundles/{bundle_id(real)}/files/{FORM}")
    page = owner.submit("/take-out")
    assert "表单 sign-off-reply 不在这一套文件里" in page.text
    assert "删去" in page.text


def test_a_file_like_the_live_one_is_no_change(owner: Browser) -> None:
    page = send(owner, (FORM, repository_files()[FORM]))
    assert f"{FORM} 和现行的完全相同" in page.text
    assert "没有改动" in page.text


@pytest.mark.parametrize("name", ["letter-handling (1).bpmn", "来信办理-改.bpmn"])
def test_a_file_is_known_by_what_it_holds_whatever_it_was_saved_as(owner: Browser, name: str) -> None:
    page = send(owner, (name, NOBODY))
    assert page.tree.xpath(f"//a[@href='/studio/change/files/{LETTER}']")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.txt", b"x", "不是流程文件"),
        ("流程.bpmn", b"x", "文件名只能用小写英文字母"),
        ("来信办理.bpmn", NOBODY, "有两个文件都是 letter-handling.bpmn"),
        ("<b>！.bpmn", b"x", "文件名只能用小写英文字母"),
        ("deep.form", b"[" * 20_000, "嵌套太深"),
        ("deep.bpmn", b"<a>" * 100_000, "嵌套太深"),
        ("../../etc.bpmn.exe", b"x", "不是流程文件"),
        (LETTER, b"", "是空文件"),
        (LETTER, b" " * (2 * 1024 * 1024 + 1), "太大"),
    ],
)
def test_what_is_no_file_of_a_bundle_is_refused_at_the_field(
    owner: Browser, name: str, content: bytes, said: str
) -> None:
    page = send(owner, (LETTER, NOBODY), (name, content))
    assert page.status == 422
    assert said in page.tree.get_element_by_id("files-error").text_content()
    assert "<b>！" not in page.source
    assert "没有改动" in page.text


def test_nothing_chosen_is_said(owner: Browser) -> None:
    owner.open("/studio/change")
    page = owner.submit("/change/files")
    assert (page.status, "请选择要上传的文件" in page.text) == (422, True)


DOCTYPE = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"


@pytest.mark.parametrize("content", [b"\xff\x00rubbish", b"<bpmn", DOCTYPE])
def test_rubbish_is_shown_as_rubbish(owner: Browser, content: bytes) -> None:
    page = send(owner, (LETTER, content))
    assert "个错误" in page.text
    assert "只有写法" not in page.text
    page = owner.open(f"/studio/change/files/{LETTER}")
    assert page.status == 200
    assert "这个文件读不出来" in page.text
    assert "root:" not in page.text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (LETTER, b"<bpmn", "不是完整的 XML，第 1 行起看不懂"),
        ("sign-off-reply.form", b"{", "不是完整的 JSON，第 1 行起看不懂"),
        ("sign-off-reply.form", b"[]", "不是表单"),
    ],
)
def test_the_differences_say_why_a_file_cannot_be_compared(
    owner: Browser, name: str, content: bytes, reason: str
) -> None:
    page = send(owner, (name, content))
    (summary,) = page.tree.xpath("//details[contains(@class, 'lb-difference')]")
    told = summary.text_content()
    assert ("读不出来" in told, reason in told, "只有写法" in told) == (True, True, False)


@pytest.mark.parametrize(
    ("name", "content"), [("new.dmn", DOCTYPE), ("new.dmn", b"<a"), ("new.form", b"\xff{"), ("new.form", b"{not")]
)
def test_the_page_of_a_new_file_that_cannot_be_read_says_so_in_our_words(
    owner: Browser, name: str, content: bytes
) -> None:
    assert "只有写法" not in send(owner, (name, content)).text
    page = owner.open(f"/studio/change/files/{name}")
    assert "这个文件读不出来" in page.text
    for foreign in ("Expecting", "codec", "tag", "line 1"):
        assert foreign not in page.text, foreign


def test_words_of_a_file_never_become_markup(owner: Browser) -> None:
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;"
    send(
        owner,
        (LETTER, edited(LETTER, ('name="甄别来信"', f'name="{evil}"'), ('Groups="screener"', f'Groups="{evil}"'))),
    )
    for path in ("/studio/change", f"/studio/change/files/{LETTER}"):
        page = owner.open(path)
        assert "alert(1)" in page.text
        assert "<script>alert" not in page.source


def test_somebody_elses_change_is_not_mine(owner: Browser, real: Services) -> None:
    send(owner, (LETTER, NOBODY))
    colleague = as_actor(real, new_person(real, "另一位", RoleInput("process_owner", None)))
    assert real.studio.waiting(colleague) == ()
    assert real.studio.proposal(colleague).changes == ()
