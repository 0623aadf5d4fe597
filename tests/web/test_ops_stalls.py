"""What stands still on the operators' pages: found, said what to do, mended, held and let go on with a reason."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from letterbox.bundle.vocabulary import ProcessKey
from letterbox.services.operations.stalls.items import StallKind
from letterbox.store.faults import Stall
from letterbox.wiring.operators import OperatorServices
from tests.support.engine.trouble import OPERATOR
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import HANDLER, accepted

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine


def _token(source: str) -> str:
    return source.partition('name="csrf_token" value="')[2].partition('"')[0]


def test_a_suspended_letter_is_listed_and_resumed_by_one_press(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    (instance,) = county.services.engine.processes.of(number, ProcessKey.LETTER_HANDLING)
    county.services.engine.processes.set_suspended(instance.id, True)
    operator = site.signed_in("operator")
    operator.open("/ops/stalls")
    operator.submit("/ops/stalls")
    page = operator.submit("/ops/stalls")
    assert "流程被暂停" in page.text
    (row,) = [each for each in page.tree.xpath("//tbody/tr") if number in each.text_content()]
    assert "恢复运行" in row.text_content()
    (form,) = row.xpath(".//form")
    address = form.get("action")
    refused = operator.submit(address, reason="字" * 201)
    (field,) = refused.tree.xpath("//input[@name='reason' and @aria-invalid='true']")
    assert (refused.status, field.get("value")) == (422, "字" * 201)
    assert refused.tree.xpath("//*[contains(@class, 'lb-errors')]//a/@href") == [f"#{field.get('id')}"]
    assert operator.submit(address, reason="").status == 422
    assert "已处理" in operator.submit(address, reason="有人误按了暂停").text
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert "路灯" not in operator.open("/ops/stalls").source, "nothing that the writer said"
    admin = site.signed_in("admin")
    assert "停滞检查" in admin.open("/ops/stalls").text
    assert admin.client.post(address).status_code in {400, 403}
    assert site.signed_in("screener").client.get("/ops/stalls").status_code == 403


def test_a_fault_is_marked_and_ended_by_hand_and_stands_on_the_timeline(site: DeskSite) -> None:
    county = site.county
    number = accepted(county)
    operator = site.signed_in("operator")
    address = f"/ops/letters/{number}/mend/hold"
    assert "不催办、不算超期" in operator.open(address).text
    assert operator.submit(address, reason="").status == 422
    assert "整天顺延" in operator.submit(address, reason="流程引擎迁移机房").text
    assert "已经标记" in operator.open(address).text
    timeline = site.signed_in("supervisor.party").open(f"/desk/letters/{number}").text
    assert "技术故障，暂停计时和催办" in timeline
    assert "流程引擎迁移机房" in timeline
    ending = f"/ops/letters/{number}/mend/go_on"
    operator.open(ending)
    operator.submit(ending, reason="迁移完成")
    county.run_until_idle(number)
    assert "FaultEnded" in county.names(number)
    assert "标记技术故障" in operator.open(f"/ops/record?letter={number}").text


def test_however_much_stands_still_each_can_be_opened_and_mended(site: DeskSite) -> None:
    """The list ended at three hundred, and what stood behind it was said to be gone."""
    services, now = site.county.services, site.county.clock.now()
    many = 320
    with services.database.transaction() as session:
        made = [
            Stall(
                kind=StallKind.SUSPENDED,
                subject=f"many-{index}",
                number=f"SX{index}",
                detail="暂停",
                first_seen_at=now,
                last_seen_at=now,
                looks=9,
            )
            for index in range(many)
        ]
        session.add_all(made)
        session.flush()
        last = made[-1].id
    stalls = OperatorServices(services).stalls
    assert stalls.one(OPERATOR, last).number == f"SX{many - 1}"
    operator = site.signed_in("operator")
    page = operator.open("/ops/stalls?page=99")
    assert f"共 {len(stalls.open(OPERATOR))} 处" in " ".join(page.text.split())
    refused = operator.client.post(f"/ops/stalls/{last}/mend", data={"csrf_token": _token(page.source), "reason": ""})
    assert refused.status_code == 422
    assert f"reason-{last}" in refused.get_data(as_text=True), "the page that was posted from is shown again"
    with services.database.transaction() as session:
        session.execute(delete(Stall).where(Stall.subject.like("many-%")))
