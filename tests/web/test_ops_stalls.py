"""What stands still on the operators' pages: found, said what to do, mended, held and let go on with a reason."""

from __future__ import annotations

import pytest

from letterbox.bundle.vocabulary import ProcessKey
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import HANDLER, accepted

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine


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
    county.settle(number)
    assert "FaultEnded" in county.names(number)
    assert "标记技术故障" in operator.open(f"/ops/record?letter={number}").text
