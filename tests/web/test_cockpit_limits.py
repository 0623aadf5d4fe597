"""The cockpit's open limits: what is late, what comes next, who answers for it; on the page and as a file."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.wiring import Services
from tests.support.office.cockpit import WRITER, OpenLimitsOfATest, figures, numbers
from tests.support.office.desk_site import MONDAY
from tests.support.office.office import SignIn
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
OPENED_BY = ["supervisor.party", "supervisor.gov", "coordinator", "leader", "screener", "reviewer"]
ADDRESSES = [
    "/cockpit/",
    "/cockpit/limits.csv",
    "/cockpit/diagrams",
    "/cockpit/diagrams/LetterHandlingProcess",
    "/cockpit/diagrams/LetterHandlingProcess.bpmn",
    "/cockpit/letters?process=LetterHandlingProcess&element=Task_ScreenLetter",
]


@pytest.fixture
def limits(real: Services) -> OpenLimitsOfATest:
    return OpenLimitsOfATest(real)


@pytest.fixture
def supervisor(as_login: SignIn) -> Browser:
    return as_login("supervisor.gov")


def at(month: int, day: int, hour: int = 17, minute: int = 30) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=OFFICE_ZONE)


def test_a_limit_is_said_as_people_say_it(limits: OpenLimitsOfATest, supervisor: Browser) -> None:
    number = limits.add("co_opinion", at(9, 9), "transport", urgent=True, important=True, provisional=True)
    (row,) = supervisor.open(limits.address()).tree.xpath("//tr[@data-row]")
    said = " ".join(row.text_content().split())
    for words in (
        number,
        "路灯不亮",
        "协办意见",
        "交通",
        "还有 2 个工作日 · 周三 17:30 前",
        "2026年9月6日 起算",
        "暂定",
        "急件",
        "重要",
        "办理中",
    ):
        assert words in said
    assert "co_opinion" not in said
    assert row.xpath(".//a[@data-row-link]/@href") == [f"/desk/letters/{number}"]
    assert row.xpath(".//*[contains(@class, 'lb-due')]/@title")[0].startswith("2026年9月9日")


BORDERS = [
    ("overdue", MONDAY - SECOND),
    ("today", MONDAY),
    ("today", at(9, 7, 23, 59)),
    ("soon", at(9, 8, 0, 0)),
    ("soon", at(9, 9, 23, 59)),
    ("later", at(9, 10, 0, 0)),
]


@pytest.mark.parametrize(("lateness", "due_at"), BORDERS)
def test_each_limit_counts_in_one_lateness(
    limits: OpenLimitsOfATest, supervisor: Browser, lateness: str, due_at: datetime
) -> None:
    """In time means at or before the due instant; soon are the two working days after today."""
    number = limits.add("reply", due_at, "transport")
    page = supervisor.open(limits.address())
    names = ["overdue", "today", "soon", "later"]
    assert figures(page) == [*(int(each == lateness) for each in names), 1]
    for each in names:
        assert numbers(supervisor.open(limits.address(lateness=each))) == ([number] if each == lateness else [])


def test_soon_reaches_over_days_off(limits: OpenLimitsOfATest, supervisor: Browser, real: Services) -> None:
    """Before the National Day week the second working day is the one after it."""
    real.clock.at = at(9, 30, 9, 0)  # type: ignore[attr-defined]  # the clock of the tests
    limits.add("reply", at(10, 8), "transport")
    limits.add("reply", at(10, 9), "transport")
    limits.add("reply", at(10, 10), "transport")
    assert figures(supervisor.open(limits.address())) == [0, 0, 2, 1, 3]


@pytest.mark.parametrize("window", ["return", "evaluation", "supplement"])
def test_a_window_that_closes_is_nobodys_lateness(limits: OpenLimitsOfATest, supervisor: Browser, window: str) -> None:
    number = limits.add(window, MONDAY - DAY, "transport" if window == "return" else None)
    assert numbers(supervisor.open(limits.address())) == []
    page = supervisor.open(limits.address(kind=window))
    assert numbers(page) == [number]
    assert figures(page) == [0, 0, 0, 0, 1]
    assert "期限已过" in page.text
    assert "已超期 1" not in page.text
    assert numbers(supervisor.open(limits.address(kind=window, lateness="overdue"))) == []


def test_what_has_ended_or_was_voided_is_gone(limits: OpenLimitsOfATest, supervisor: Browser) -> None:
    limits.add("reply", MONDAY - DAY, "transport", ended_at=MONDAY)
    limits.add("reply", MONDAY - DAY, "transport", voided_at=MONDAY)
    page = supervisor.open(limits.address())
    assert "没有符合条件的时限" in page.text
    assert figures(page) == [0, 0, 0, 0, 0]


def test_filters_narrow_and_come_back_filled_in(limits: OpenLimitsOfATest, supervisor: Browser) -> None:
    limits.add("reply", at(9, 8), "education", urgent=True)
    limits.add("sign_for", at(9, 8), "transport", urgent=True)
    limits.add("reply", at(9, 8), "transport")
    limits.add("reply", at(9, 20), "transport", urgent=True)
    wanted = limits.add("reply", at(9, 8), "transport", urgent=True)
    narrowed = {"unit": "transport", "kind": "reply", "lateness": "soon", "urgent": "1", "sort": "-due"}
    page = supervisor.open(limits.address(**narrowed))
    assert numbers(page) == [wanted]
    assert page.tree.xpath("//option[@selected]/@value") == ["transport", "reply", "soon", "-due"]
    assert page.tree.xpath("//input[@name='q']/@value") == [limits.tag]
    assert page.tree.xpath("boolean(//input[@name='urgent'][@checked])")
    assert "清除条件" in page.text


def test_a_word_of_the_letter_finds_its_limits(limits: OpenLimitsOfATest, supervisor: Browser) -> None:
    number = limits.add("reply", at(9, 8), "transport", body=f"百分号 100% {limits.tag}内文")
    assert numbers(supervisor.open(f"/cockpit/?q={limits.tag}内文")) == [number]
    assert numbers(supervisor.open(f"/cockpit/?q={number}")) == [number]
    assert numbers(supervisor.open(f"/cockpit/?q={limits.tag}%25")) == []


def test_urgent_letters_come_first_unless_another_order_is_asked(
    limits: OpenLimitsOfATest, supervisor: Browser
) -> None:
    late = limits.add("reply", at(9, 1), "transport", started_at=at(8, 3))
    urgent = limits.add("screening", at(9, 20), None, urgent=True, started_at=at(8, 2))
    soon = limits.add("sign_for", at(9, 8), "education", started_at=at(8, 1))
    found = {
        order: numbers(supervisor.open(limits.address(sort=order))) for order in ("", "due", "-due", "started", "kind")
    }
    assert found[""] == [urgent, late, soon]
    assert found["due"] == [late, soon, urgent]
    assert found["-due"] == [urgent, soon, late]
    assert found["started"] == [soon, urgent, late]
    assert found["kind"] == [urgent, soon, late]
    assert numbers(supervisor.open(limits.address(sort="unit")))[0] == urgent
    assert numbers(supervisor.open(limits.address(sort="number"))) == sorted([late, urgent, soon])


def test_who_answers_is_counted_by_unit(limits: OpenLimitsOfATest, supervisor: Browser) -> None:
    limits.add("screening", at(9, 20))
    limits.add("reply", at(9, 1), "transport")
    limits.add("reply", MONDAY + HOUR, "transport")
    limits.add("reply", at(9, 8), "education")
    page = supervisor.open(limits.address())
    rows = page.tree.xpath("//aside//tbody/tr")
    said = [[" ".join(cell.text_content().split()) for cell in row.xpath("./*")] for row in rows]
    assert said[0][1:] == ["1", "1", "2"]
    assert ["电子政务办", "0", "0", "1"] in said
    assert len(said) == 3
    (overdue,) = rows[0].xpath("./td[1]/a/@href")
    assert len(numbers(supervisor.open(overdue))) == 1
    (unit,) = rows[0].xpath("./th/a/@href")
    page = supervisor.open(unit)
    assert figures(page) == [1, 1, 0, 0, 2]
    assert len(page.tree.xpath("//aside//tbody/tr")) == 3


@pytest.mark.parametrize(("kind", "returns", "who"), [
    ("screening", 0, "电子政务办"), ("review", 2, "电子政务办"), ("return_ruling", 1, "电子政务办"),
    ("return_ruling", 2, "统筹协调部门"), ("evaluation", 0, "来信人"),
])  # fmt: skip
def test_where_no_unit_answers_somebody_else_does(
    limits: OpenLimitsOfATest, supervisor: Browser, kind: str, returns: int, who: str
) -> None:
    """The second return of a letter is the coordinator's to rule (H8)."""
    number = limits.add(kind, at(9, 8), returns=returns)
    page = supervisor.open(limits.address(kind=kind))
    assert [row.xpath("string(./th/a)") for row in page.tree.xpath("//aside//tbody/tr")] == [who]
    (address,) = page.tree.xpath("//aside//tbody/tr/th/a/@href")
    page = supervisor.open(address)
    assert numbers(page) == [number]
    assert page.tree.xpath("string(//select[@name='unit']/option[@selected])") == who


def test_a_long_list_has_pages_and_the_file_has_them_all(limits: OpenLimitsOfATest, supervisor: Browser) -> None:
    for _ in range(53):
        limits.add("reply", at(9, 8), "transport")
    limits.add("reply", at(9, 8), "education")
    page = supervisor.open(limits.address(unit="transport"))
    assert len(numbers(page)) == 50
    assert "共 53 项" in page.text
    assert len(numbers(supervisor.open(limits.address(unit="transport", page="9")))) == 3
    assert len(read(supervisor, limits.address(unit="transport", page="2"))) == 53


def read(browser: Browser, address: str) -> list[dict[str, str]]:
    """The file that the page of an address offers."""
    (path,) = browser.open(address).tree.xpath("//a[@download]/@href")
    answer = browser.client.get(path)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=limits-20260907-0900.csv")
    assert answer.data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_the_file_says_what_the_page_says(limits: OpenLimitsOfATest, supervisor: Browser) -> None:
    number = limits.add("reply", MONDAY - DAY, "transport", title="=1+1", urgent=True, provisional=True)
    limits.add("sign_for", at(9, 8), "transport")
    (row,) = read(supervisor, limits.address(kind="reply"))
    assert row["编号"] == number
    assert row["标题"] == f"'=1+1 {limits.tag}"
    assert (row["时限"], row["情况"], row["来信状态"]) == ("答复", "已超期 1 个工作日", "办理中")
    assert row["到期"] == "2026年9月6日 09:00"
    assert (row["急件"], row["暂定"], row["重要"]) == ("是", "是", "")


@pytest.mark.parametrize("login", ["supervisor.gov", "leader"])
@pytest.mark.parametrize("category", ["report", "complaint"])
def test_the_cockpit_never_tells_who_wrote(
    limits: OpenLimitsOfATest, as_login: SignIn, login: str, category: str
) -> None:
    number = limits.add("reply", at(9, 8), "transport", category=category)
    browser = as_login(login)
    sources = [browser.open(limits.address()).source, browser.client.get(f"/cockpit/limits.csv?q={limits.tag}").text]
    for source in sources:
        assert number in source
        assert [words for words in WRITER.values() if words in source] == []


@pytest.mark.parametrize("login", ["screener", "reviewer"])
def test_the_egov_office_begins_with_what_it_answers_for(
    limits: OpenLimitsOfATest, as_login: SignIn, login: str
) -> None:
    own, units = limits.add("review", at(9, 8)), limits.add("reply", at(9, 8), "transport")
    browser = as_login(login)
    page = browser.open(limits.address())
    assert numbers(page) == [own]
    assert page.tree.xpath("//select[@name='unit']/option[@selected]/@value") == ["_office"]
    assert len(read(browser, limits.address())) == 1
    assert set(numbers(browser.open(limits.address(unit="all")))) == {own, units}
    (later,) = browser.page.tree.xpath("//ul[contains(@class, 'lb-figures-pick')]/li[3]/a/@href")
    assert set(numbers(browser.open(later))) == {own, units}


@pytest.mark.parametrize(
    "query",
    [
        "q=%27%3B+DROP+TABLE+limits%3B--",
        "unit=%27+OR+1%3D1",
        "kind=%01",
        "lateness=x%27",
        "sort=-%27",
        "page=0",
        "page=9999999999",
        "q=%25&urgent=yes",
        "q=%ED%B0%80",
        "sort=--due",
    ],
)
def test_no_filter_breaks_out_of_being_a_filter(supervisor: Browser, query: str) -> None:
    assert supervisor.client.get(f"/cockpit/?{query}").status_code == 200
    assert supervisor.client.get(f"/cockpit/limits.csv?{query}").status_code == 200


@pytest.mark.parametrize("login", OPENED_BY)
def test_those_who_watch_find_the_cockpit_in_their_navigation(as_login: SignIn, login: str) -> None:
    browser = as_login(login)
    entries = browser.open("/desk/").tree.xpath("//nav[@aria-label='主导航']//a/@href")
    assert {"/cockpit/", "/cockpit/diagrams"} <= set(entries)
    assert [browser.open(address).status for address in ADDRESSES] == [200] * len(ADDRESSES)


@pytest.mark.parametrize(
    "login", ["handler.transport", "deputy.transport", "principal.transport", "owner", "operator", "admin"]
)
def test_nobody_else_gets_in(as_login: SignIn, login: str) -> None:
    browser, all_of_it = as_login(login), [*ADDRESSES, ADDRESSES[-1].replace("letters?", "letters.csv?")]
    assert [browser.open(address).status for address in all_of_it] == [403] * len(all_of_it)
    assert "您没有进入这里的权限" in browser.open("/cockpit/").text
    entries = browser.open("/desk/").tree.xpath("//nav[@aria-label='主导航']//a/@href")
    assert not any(entry.startswith("/cockpit") for entry in entries)


def test_who_is_not_signed_in_is_asked_to(as_login: SignIn) -> None:
    browser = as_login("leader")
    browser.client.delete_cookie("letterbox-staff")
    assert browser.open("/cockpit/").response.request.path == "/desk/sign-in"
