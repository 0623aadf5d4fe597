"""Machine tokens on their pages, and the record of changes that nobody can change."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from letterbox.domain.errors import NotAllowed
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.staff.person_rules import RoleInput
from letterbox.store.audit import AuditEvent
from letterbox.wiring import Services
from tests.support.office.office import ADMIN, as_actor, new_person, new_unit, tag, told
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine


def made(security: Browser, name: str, **fields: str) -> str:
    security.open("/admin/tokens/new")
    page = security.submit("/tokens/new", name=name, **fields)
    assert page.heading == "令牌已新建", page.errors
    return str(page.tree.xpath("string(//code)"))


def test_a_token_is_shown_once_and_works_until_it_is_revoked(security: Browser, real: Services) -> None:
    name = f"<b>{tag()}</b>"
    token = made(security, name, role="unit_handler", unit="transport")
    actor = real.token_entry.actor_of(token, None)
    assert actor is not None
    assert actor.units() == {"transport"}
    for path in ("/admin/tokens", f"/admin/changes?q={name[3:11]}"):
        page = security.open(path)
        assert name in page.text
        assert name not in page.source
        assert token not in page.source

    token_id = next(each.id for each in real.tokens.all() if each.name == name)
    security.open(f"/admin/tokens/{token_id}/revoke")
    assert security.submit("/revoke", reason="").status == 422
    assert "令牌已撤销" in security.submit("/revoke", reason="系统下线").text
    assert real.token_entry.actor_of(token, None) is None
    assert security.open(f"/admin/tokens/{token_id}/revoke").status == 404
    log = real.admin_log.of(ADMIN, "token", str(token_id))
    assert [each.action for each in log] == ["TokenRevoked", "TokenCreated"]


def test_a_token_says_who_answers_for_it(security: Browser, real: Services) -> None:
    name = tag()
    token = made(security, name, role="screener", person="screener2")
    actor, person = real.token_entry.actor_of(token, None), real.sign_in.person_of("screener2")
    assert actor is not None
    assert actor.person == str(person)
    row = security.open("/admin/tokens").tree.xpath(f"//tr[contains(., '{name}')]")[0].text_content()
    assert "负责人" in row


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " ", "role": "channel"}, "请给令牌起一个名字"),
        ({"name": "令" * 61, "role": "channel"}, "名称最多 60 个字"),
        ({"name": "令牌"}, "请选择角色"),
        ({"name": "令牌", "role": "king"}, "没有角色 king"),
        ({"name": "令牌", "role": "unit_handler"}, "必须给出单位"),
        ({"name": "令牌", "role": "screener", "unit": "transport"}, "不属于某个单位"),
        ({"name": "令牌", "role": "unit_handler", "unit": "moon"}, "没有代码为 moon 的单位"),
        ({"name": "令牌", "role": "screener", "person": "nobody.known"}, "没有用户名为 nobody.known 的在用人员"),
        ({"name": "令牌", "role": "channel", "days": "0"}, "有效天数应为 1 到 1095"),
        ({"name": "令牌", "role": "channel", "days": "1096"}, "有效天数应为 1 到 1095"),
        ({"name": "令牌", "role": "channel", "days": "一年"}, "有效天数应为 1 到 1095"),
        ({"name": "令牌", "role": "channel", "networks": "10.1.2.0/33"}, "10.1.2.0/33 不是网络地址"),
        ({"name": "令牌", "role": "channel", "networks": "10.1.2.3/24"}, "应写成 10.1.2.0/24"),
        ({"name": "令牌", "role": "channel", "networks": "10.0.0.1\n::/0"}, "是所有地址"),
    ],
)
def test_what_a_token_cannot_be(security: Browser, fields: dict[str, str], said: str) -> None:
    security.open("/admin/tokens/new")
    page = security.submit("/tokens/new", **fields)
    assert page.status == 422
    assert any(said in error for error in page.errors), page.errors


def test_a_list_shows_until_when_from_where_and_the_last_use(security: Browser, real: Services) -> None:
    name = tag()
    token = made(security, name, role="channel", days="20", networks="10.7.0.0/16，192.0.2.9\n10.7.0.0/16")
    row = security.open("/admin/tokens").tree.xpath(f"//tr[contains(., '{name}')]")[0].text_content()
    assert all(said in row for said in ("10.7.0.0/16、192.0.2.9", "没有用过", "快到期"))
    real.token_entry.actor_of(token, "192.0.2.9")
    row = security.open("/admin/tokens").tree.xpath(f"//tr[contains(., '{name}')]")[0].text_content()
    assert "没有用过" not in row
    assert row.count("192.0.2.9") == 2


def test_other_security_administrators_are_told(security: Browser, real: Services) -> None:
    other = new_person(real, "安全二", RoleInput("security_admin"))
    name, before = tag(), len(told(real, other))
    made(security, name, role="channel")
    token_id = next(each.id for each in real.tokens.all() if each.name == name)
    security.open(f"/admin/tokens/{token_id}/revoke")
    security.submit("/revoke", reason="系统下线")
    said = told(real, other)
    with real.database.reading() as session:
        about = AuditEvent.object_kind == "token", AuditEvent.object_id == str(token_id)
        noted = [row.detail.get("action") for row in session.scalars(select(AuditEvent).where(*about))]
    real.people.deactivate(ADMIN, other, "用完")
    assert len(said) == before + 2
    assert {"TokenCreated", "TokenRevoked"} <= set(noted)


@pytest.mark.parametrize("change", ["UPDATE admin_events SET reason = ''", "DELETE FROM admin_events"])
def test_the_record_cannot_be_changed(real: Services, change: str) -> None:
    new_unit(real)
    with pytest.raises(DBAPIError, match="permission denied"), real.database.transaction() as session:
        session.execute(text(change))


def test_the_record_is_for_administrators_and_the_auditor(real: Services) -> None:
    other = Actor(ActorKind.PERSON, "1", "某人", frozenset({Grant(Role.OPERATOR)}))
    with pytest.raises(NotAllowed):
        real.admin_log.page(other)
    auditor = Actor(ActorKind.PERSON, "1", "某人", frozenset({Grant(Role.AUDITOR)}))
    assert real.admin_log.page(auditor).page == 1


def test_the_record_is_paged_and_filtered(security: Browser, real: Services) -> None:
    person = new_person(real, "张多改")
    for number in range(31):
        real.people.end_sessions(ADMIN, person, f"第{number}次")
    page = security.open("/admin/changes?kind=person&q=张多改")
    assert "共 32 条，第 1 / 2 页" in page.text
    assert "第30次" in page.text
    assert "新建人员" in security.open("/admin/changes?kind=person&q=张多改&page=2").text
    assert "没有符合条件的变更" in security.open("/admin/changes?kind=unit&q=张多改").text
    assert as_actor(real, person).name == "张多改"
