"""Units: list, form, taking out of use; what is refused and how it is said."""

from __future__ import annotations

import pytest

from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel
from letterbox.services.staff.person_rules import RoleInput
from letterbox.store.letters import Letter
from letterbox.wiring import Services
from tests.support.office.office import ADMIN, new_office, new_person, new_unit, tag
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine


def led_by(real: Services, unit: str) -> str:
    """A letter in the unit's hands."""
    draft = LetterDraft(
        Channel.PORTAL, "路灯不亮", "路灯坏了。", is_public=True, writer=WriterDetails("李四", "13800000000")
    )
    number = real.intake.submit(draft, WRITER).number
    with real.database.transaction() as session:
        letter = session.query(Letter).where(Letter.number == number).one()
        letter.lead_unit, letter.status = unit, "handling"
    return number


def form_of(code: str, **fields: object) -> dict[str, object]:
    return {"code": code, "name": f"县{code}局", "short_name": f"局{code}", "kind": "department", **fields}


def test_the_list_counts_and_filters(admin: Browser, real: Services) -> None:
    office = new_office(real)
    page = admin.open(f"/admin/units?q={office.unit}")
    assert f"测试局{office.unit}" in page.text
    assert "1 个" in page.heading
    assert "缺" not in page.text.split("提醒")[1]
    assert "没有符合条件的单位" in admin.open("/admin/units?q=no-such-unit").text


def test_a_unit_without_people_is_flagged(admin: Browser, real: Services) -> None:
    code = new_unit(real)
    new_person_of_unit = f"/admin/people/new?unit={code}&role=unit_handler"
    assert code in admin.open(f"/admin/units?q={code}&flagged=1").text
    page = admin.open(f"/admin/units/{code}")
    assert "还没有人担任：承办专人、分管负责人、主要负责人" in page.text
    assert new_person_of_unit in page.source.replace("&amp;", "&")


def test_an_office_needs_no_handlers(admin: Browser, real: Services) -> None:
    code = new_unit(real, kind="office")
    assert "这个单位缺人" not in admin.open(f"/admin/units/{code}").text


def test_a_unit_is_created_and_edited_with_a_record_of_both(admin: Browser) -> None:
    code = f"u{tag()}"
    admin.open("/admin/units/new")
    page = admin.submit("/units/new", **form_of(code, territory="梓门镇、 石桥村\n石桥村", matters=["bus"]))
    assert page.heading == f"县{code}局"
    assert "梓门镇石桥村 主管事项公共汽车" in page.text

    admin.open(f"/admin/units/{code}/edit")
    page = admin.submit("/edit", name=f"县{code}新局")
    assert page.heading == f"县{code}新局"
    changes = admin.open(f"/admin/changes?q={code}").text
    assert "修改单位" in changes
    assert f"名称：县{code}局 → 县{code}新局" in changes


def test_saving_without_a_change_records_nothing(admin: Browser, real: Services) -> None:
    code = new_unit(real)
    admin.open(f"/admin/units/{code}/edit")
    assert "没有改动" in admin.submit("/edit").text
    assert [each.action for each in real.admin_log.of(ADMIN, "unit", code)] == ["UnitCreated"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": "Town Zimen"}, "单位代码只用小写英文字母"),
        ({"code": "a" * 41}, "最多 40 个字符"),
        ({"code": ""}, "单位代码只用小写英文字母"),
        ({"name": " "}, "请填写单位名称"),
        ({"name": "县" * 61}, "单位名称最多 60 个字"),
        ({"short_name": "局" * 21}, "简称最多 20 个字"),
        ({"kind": "planet"}, "请选择单位类别"),
        ({"territory": "梓门镇\n<b>石桥</b>"}, "“<b>石桥</b>”不像地名"),
        ({"territory": "村" * 41}, "不像地名"),
        ({"matters": ["bus", "astrology"]}, "没有这些事项代码：astrology"),
        ({"position": "first"}, "排序号应为 0 至 9999 的整数"),
        ({"position": "-1"}, "排序号应为 0 至 9999 的整数"),
    ],
)
def test_what_a_unit_cannot_be(admin: Browser, fields: dict[str, object], said: str) -> None:
    admin.open("/admin/units/new")
    page = admin.submit("/units/new", **{**form_of(f"u{tag()}"), **fields})
    assert page.status == 422
    assert any(said in error for error in page.errors), page.errors


def test_taken_codes_and_names_are_refused_and_nothing_typed_is_lost(admin: Browser, real: Services) -> None:
    code = new_unit(real)
    admin.open("/admin/units/new")
    page = admin.submit("/units/new", **form_of(code, territory="梓门镇"))
    assert (page.status, page.errors) == (422, [f"单位代码 {code} 已经用过，停用的单位也占用代码"])
    assert "梓门镇" in page.source

    admin.open("/admin/units/new")
    names = {"name": f"测试局{code}", "short_name": f"局{code}"}
    page = admin.submit("/units/new", **{**form_of(f"u{tag()}"), **names})
    assert page.status == 422
    assert len(page.errors) == 2


def test_markup_in_a_name_is_shown_as_text(admin: Browser) -> None:
    code = f"u{tag()}"
    admin.open("/admin/units/new")
    page = admin.submit("/units/new", **form_of(code, name=f"<script>{code}</script>"))
    assert page.heading == f"<script>{code}</script>"
    for path in (f"/admin/units/{code}", f"/admin/units?q={code}", f"/admin/changes?q={code}"):
        assert f"<script>{code}" not in admin.open(path).source


def test_a_unit_that_leads_letters_stays(admin: Browser, real: Services) -> None:
    office = new_office(real)
    number = led_by(real, office.unit)
    page = admin.open(f"/admin/units/{office.unit}/deactivate")
    assert "还主办着 1 件未办结的来信" in page.text
    assert "改派" in page.text
    assert number in page.text

    admin.open(f"/admin/units/{new_unit(real)}/deactivate")  # a form with a valid token, sent elsewhere
    forced = admin.client.post(
        f"/admin/units/{office.unit}/deactivate",
        data={**dict(admin._form("/deactivate").form_values()), "reason": "合并"},
    )
    assert forced.status_code == 409
    assert number in forced.get_data(as_text=True)
    assert real.units.open(ADMIN, office.unit).line.is_active


def test_deactivation_needs_a_reason_and_can_be_undone(admin: Browser, real: Services) -> None:
    office = new_office(real)
    page = admin.open(f"/admin/units/{office.unit}/deactivate")
    assert "3 人在这个单位的岗位保留" in page.text
    page = admin.submit("/deactivate", reason="  ")
    assert (page.status, page.errors) == (422, ["请写明原因，它会记入变更记录"])
    page = admin.submit("/deactivate", reason="并入县城管局")
    assert "单位已停用" in page.text
    assert "停用单位 马文博" in page.text
    assert "原因：并入县城管局" in page.text
    assert office.unit not in {unit.code for unit in real.unit_directory.units()}

    admin.open(f"/admin/units/{office.unit}/activate")
    assert "单位已启用" in admin.submit("/activate", reason="撤销合并").text
    admin.open(f"/admin/units/{office.unit}/activate")
    assert admin.submit("/activate", reason="再来一次").status == 409


def test_a_unit_with_letters_does_not_become_an_office(admin: Browser, real: Services) -> None:
    office = new_office(real)
    led_by(real, office.unit)
    admin.open(f"/admin/units/{office.unit}/edit")
    page = admin.submit("/edit", kind="office")
    assert page.status == 422
    assert "办公室不承办来信" in page.errors[0]


def test_people_of_a_unit_are_linked(admin: Browser, real: Services) -> None:
    code = new_unit(real)
    person = new_person(real, "独一人", RoleInput("unit_handler", code))
    assert f'href="/admin/people/{person}"' in admin.open(f"/admin/units/{code}").source
