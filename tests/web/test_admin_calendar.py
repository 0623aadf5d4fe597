"""The calendar's pages: look, import a notice, change a day, see what would move, publish."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO

import pytest
from sqlalchemy import delete

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel
from letterbox.store.calendar import CalendarDay, CalendarDraft, CalendarYear
from letterbox.wiring import Services
from tests.support.office.office import SignIn
from tests.support.stack.clocks import SetClock
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine
NOTICE = "元旦：1月1日（周五）至3日（周日）放假，共3天。劳动节：5月1日至5日放假调休，共5天。5月8日（周六）上班。"


@pytest.fixture(autouse=True)
def nothing_announced(real: Services) -> Iterator[None]:
    yield
    with real.database.transaction() as session:
        for table in (CalendarDay, CalendarDraft, CalendarYear):
            session.execute(delete(table))
    real.rulebook.refresh()


def read(admin: Browser, text: str, year: str = "2027") -> Browser:
    admin.open("/admin/calendar/import")
    admin.submit("/admin/calendar/import/read", text=text, year=year)
    return admin


def staged(admin: Browser) -> Browser:
    read(admin, NOTICE).submit("/admin/calendar/import/stage")
    return admin


def at(month: int, day: int, hour: int = 17, minute: int = 30) -> datetime:
    return datetime(2026 if month > 6 else 2027, month, day, hour, minute, tzinfo=OFFICE_ZONE)


@pytest.fixture
def over_new_year(real: Services) -> str:
    """A letter of the last afternoon of the year: by plain weeks screened by Monday 4 January."""
    clock = real.clock
    assert isinstance(clock, SetClock)
    clock.at = at(12, 31, 15, 0)
    draft = LetterDraft(
        Channel.PORTAL, "断路", "村口断了。", is_public=True, writer=WriterDetails("王五", "13900000000")
    )
    return real.intake.submit(draft, WRITER).number


def due(real: Services, number: str, screener: Browser) -> tuple[int, datetime]:
    actor = real.sign_in.of_login("screener").actor
    (limit,) = real.records.open(number, actor).limits
    return limit.id, limit.due_at


def test_a_year_shows_months_marks_and_where_they_come_from(admin: Browser) -> None:
    page = admin.open("/admin/calendar?year=2026")
    assert "随附日历" in page.heading
    assert "10 月 18 个工作日" in page.text
    assert "10月1日 周四 至 10月7日 周三" in page.text
    day = page.tree.xpath("//td[contains(@title, '2026年10月10日')]")[0]
    assert (day.text_content().strip(), day.get("title")) == ("10班", "2026年10月10日 调休上班（国庆节）")


def test_a_year_nobody_announced_says_so(admin: Browser) -> None:
    page = admin.open("/admin/calendar?year=2031")
    assert "暂定" in page.heading
    assert "还没有公布" in page.text
    assert "没有放假和调休的日子" in page.text


def test_a_notice_is_shown_before_anything_is_kept(real: Services, admin: Browser) -> None:
    page = read(admin, NOTICE).page
    assert "读出 2027 年的安排" in page.heading
    assert "2027年5月1日 周六 至 2027年5月5日 周三" in page.text
    assert "没有看到这些节日：春节、清明、端午、中秋、国庆" in page.text
    assert real.calendar_office.drafted_years() == []


def test_what_was_read_is_staged_looked_at_and_published(
    real: Services, admin: Browser, as_login: SignIn, over_new_year: str
) -> None:
    assert "下面是暂存的安排" in staged(admin).page.text
    page = admin.open("/admin/calendar/2027/publish")
    assert "5月3日周一" in page.text
    row = page.tree.xpath(f"//tr[td[contains(., '{over_new_year}')]]")[0].text_content()
    assert "甄别交办" in row
    assert "甄别员" in row
    assert "2027年1月4日（周一） 17:30" in row
    assert "2027年1月5日（周二） 17:30" in row
    page = admin.submit("/admin/calendar/2027/publish")
    assert "2027 年工作日历已公布，变动时限" in page.text
    assert "本单位已公布" in page.heading
    screener = as_login("screener")
    limit_id, due_at = due(real, over_new_year, screener)
    assert due_at == at(1, 5)
    story = screener.open(f"/desk/letters/{over_new_year}/limits/{limit_id}").text
    assert "2027年1月4日 17:30 → 2027年1月5日 17:30（工作日历公布或更正）" in story
    assert "元旦放假" in story
    assert "暂定" not in story


def test_the_why_page_says_what_is_provisional_and_belongs_to_its_letter(
    real: Services, as_login: SignIn, over_new_year: str
) -> None:
    screener = as_login("screener")
    limit_id, _ = due(real, over_new_year, screener)
    story = screener.open(f"/desk/letters/{over_new_year}/limits/{limit_id}").text
    assert "这个日期是暂定的" in story
    assert "2027 年的放假安排还没有公布" in story
    assert "2026年12月31日（周四） 15:00（收到来信）" in story
    assert screener.open(f"/desk/letters/{over_new_year}/limits/{limit_id + 100_000}").status == 404
    assert as_login("handler.transport").open(f"/desk/letters/{over_new_year}/limits/{limit_id}").status == 404


@pytest.mark.parametrize(
    ("text", "year", "said"),
    [
        ("", "2027", "请粘贴放假通知"),
        ("大家好", "2027", "没有读出一天"),
        (NOTICE, "", "请填写年份"),
        (NOTICE, "27", "四位数字"),
        ("date,kind,name\n2027-01-02,off,a\n2027-01-02,work,b", "", "第 3 行：2027年1月2日在第 2 行是放假，这里是上班"),
        ("date,kind,name\n2027-01-01,off,a\n2028-01-01,off,b\n2027-01-02,off,a", "", "第 3 行"),
    ],
)
def test_what_cannot_be_read_comes_back_with_the_words(admin: Browser, text: str, year: str, said: str) -> None:
    page = read(admin, text, year).page
    assert page.status == 422
    assert any(said in error for error in page.errors)
    assert page.tree.get_element_by_id("text").value.strip() == text.replace("\n", "\n").strip()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_of_either_kind_is_read(admin: Browser, encoding: str) -> None:
    for content in (NOTICE, "date,kind,name\n2027-05-03,off,劳动节\n"):
        admin.open("/admin/calendar/import")
        page = admin.submit(
            "/admin/calendar/import/read", file=(BytesIO(content.encode(encoding)), "2027.txt"), year="2027"
        )
        assert "劳动节" in page.text, page.text


def test_an_empty_and_an_unreadable_file_are_named(admin: Browser) -> None:
    for content, said in ((b"", "文件是空的"), (b"\xff\xff\xff", "编码")):
        admin.open("/admin/calendar/import")
        page = admin.submit("/admin/calendar/import/read", file=(BytesIO(content), "x.csv"))
        assert page.status == 422
        assert any(said in error for error in page.errors)


def test_a_contradiction_cannot_be_staged(real: Services, admin: Browser) -> None:
    wrong = "元旦：1月1日至3日放假，共4天。"
    page = read(admin, wrong).page
    assert "有矛盾" in page.text
    assert "核对无误" not in page.text
    admin.open("/admin/calendar/import")
    token = admin.page.tree.xpath("string(//input[@name='csrf_token']/@value)")
    sent = admin.client.post("/admin/calendar/import/stage", data={"csrf_token": token, "text": wrong, "year": "2027"})
    assert sent.status_code == 422
    assert real.calendar_office.drafted_years() == []


def test_one_day_is_changed_and_given_back(real: Services, admin: Browser) -> None:
    admin.open("/admin/calendar/days/2027-01-04")
    page = admin.submit("/days/2027-01-04", kind="off", name="元旦")
    assert "已暂存" in page.text
    assert "1月4日 周一" in page.text
    admin.open("/admin/calendar/days/2027-01-04")
    assert "没有改动" in admin.submit("/days/2027-01-04", kind="off", name="元旦").text
    admin.submit("/days/2027-01-04", kind="usual")
    draft = real.calendar_office.year(2027).draft
    assert draft is not None
    assert draft.rules == ()
    assert "丢弃" in admin.submit("/admin/calendar/2027/discard").text
    assert real.calendar_office.year(2027).draft is None


def test_a_draft_changed_meanwhile_is_shown_again_before_it_counts(real: Services, admin: Browser) -> None:
    staged(admin)
    admin.open("/admin/calendar/2027/publish")
    clock = real.clock
    assert isinstance(clock, SetClock)
    clock.at = at(12, 31, 16, 0)
    second = real.calendar_office.year(2027).draft
    assert second is not None
    real.calendar_office.stage(real.sign_in.of_login("admin").actor, second.rules[:1])
    page = admin.submit("/admin/calendar/2027/publish")
    assert page.status == 409
    assert any("刚刚有改动" in error for error in page.errors)
    assert real.calendar_office.year(2027).is_provisional


@pytest.mark.parametrize(
    "path", ["calendar/days/2027-02-30", "calendar/days/1027-01-01", "calendar?year=9999", "calendar/day?day=x"]
)
def test_days_and_years_that_are_not_are_not_found(admin: Browser, path: str) -> None:
    assert admin.open(f"/admin/{path}").status == 404


def test_a_year_with_nothing_staged_is_not_published(admin: Browser) -> None:
    assert admin.open("/admin/calendar/2031/publish").status == 409


def test_screeners_look_and_others_do_not(as_login: SignIn) -> None:
    screener = as_login("screener")
    page = screener.open("/admin/calendar?year=2026")
    assert page.status == 200
    assert "导入放假安排" not in page.text
    assert page.tree.xpath("//table[contains(@class,'lb-month')]//a") == []
    assert screener.open("/admin/calendar/import").status == 403
    assert screener.open("/admin/calendar/2026/publish").status == 403
    assert as_login("handler.transport").open("/admin/calendar").status == 403


def test_the_file_of_a_year_can_be_read_in_again(admin: Browser) -> None:
    sent = admin.client.get("/admin/calendar/2026.csv")
    text = sent.get_data().decode("utf-8-sig")
    assert "2026-10-10,work,国庆节" in text
    page = read(admin, text.replace("\r\n", "\n"), "").page
    assert "读出 2026 年的安排" in page.heading
