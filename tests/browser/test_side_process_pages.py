"""What runs beside a letter, in a real browser: accessible wide and narrow, light and dark; documents fit their paper."""

from __future__ import annotations

import pytest

from letterbox.domain.vocabulary import Role
from letterbox.wiring import Services
from tests.browser.accessibility import findings
from tests.support.office.county import County, staff
from tests.support.office.desk_site import MONDAY
from tests.support.office.office_pages import Office
from tests.support.office.side_processes import act, event
from tests.support.office.staffed import GOOD, HANDLER, REVIEWER, SCREENER, UNIT, accepted, submitted
from tests.support.stack.clocks import SetClock

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.office_fixtures"]
pytestmark = [pytest.mark.browser, pytest.mark.engine]
LOOKS = [(1280, "light"), (390, "light"), (1280, "dark")]
SUPERVISOR, LEADER = staff(Role.SUPERVISOR), staff(Role.LEADER)
LONG = "请查明原因并写明责任人和完成时间，" * 12


@pytest.fixture(scope="module")
def addresses(desk_services: Services) -> list[str]:
    """Of a letter with everything beside it, and of one whose promise was not kept."""
    clock = desk_services.clock
    assert isinstance(clock, SetClock)
    clock.at = MONDAY
    county = County(desk_services, clock)
    number = accepted(county)
    act(county, number, "supervise", SUPERVISOR, office="party", request=LONG)
    county.do(number, "Task_AnswerSupervision", HANDLER, feedback=LONG)
    county.do(number, "Task_AssessFeedback", SUPERVISOR, outcome="close", comment="情况属实")
    act(county, number, "supervise", SUPERVISOR, office="government", request=LONG)
    act(county, number, "instruct", LEADER, instruction=LONG)
    act(county, number, "add-co-handler", SCREENER, unit="housing")
    broken = submitted(county, promise_on="2026-09-16")
    county.do(broken, "Task_ReviewReply", REVIEWER, **GOOD, outcome="pass")
    county.do(broken, "Task_ReportPromise", HANDLER, kept=False, comment="材料没有到")
    supervision = event(county, number, "SupervisionOpened").data["supervision_id"]
    instruction = event(county, number, "InstructionGiven").data["instruction_id"]
    return [
        "/desk/supervisions?stage=all",
        "/desk/supervisions?unit=education",
        f"/desk/letters/{number}",
        f"/desk/letters/{number}/supervisions/{supervision}",
        f"/desk/letters/{number}/instructions/{instruction}",
        f"/desk/letters/{number}/actions/supervise",
        "/desk/letters?broken_promise=1",
        f"/desk/letters/{broken}",
    ]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_every_page_is_accessible_and_fits_its_window(
    office: Office, addresses: list[str], width: int, scheme: str
) -> None:
    page = office.page("supervisor.gov", width, color_scheme=scheme, bypass_csp=True)
    found = {}
    for address in addresses:
        page.goto(address)
        found[address] = findings(page)
    assert {address: problems for address, problems in found.items() if problems} == {}


def test_the_task_of_a_supervised_unit_is_accessible_on_a_phone(office: Office, addresses: list[str]) -> None:
    handler = f"handler.{UNIT}"
    number = addresses[2].rpartition("/")[2]
    page = office.page(handler, 390, bypass_csp=True)
    page.goto(office.site.task(number, "Task_AnswerSupervision", handler))
    assert findings(page) == []


def test_on_paper_the_report_is_only_the_document(office: Office, addresses: list[str]) -> None:
    page = office.page("leader", 794)
    page.goto(addresses[3])
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="主导航").is_visible()
    assert not page.get_by_role("button", name="打印").is_visible()
    assert page.get_by_text("县委、县政府：").is_visible()
    assert page.locator(".lb-official").evaluate("each => getComputedStyle(each).fontSize") == "21.3333px", "16 pt"
