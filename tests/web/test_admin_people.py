"""People: one-time passwords, roles, the last admin, sessions."""

from __future__ import annotations

import re

import pytest

from letterbox.domain.errors import WrongState
from letterbox.domain.permissions import Actor
from letterbox.services.staff.person_rules import RoleInput
from letterbox.wiring import Services
from tests.support.office.office import ADMIN, SignIn, as_actor, new_office, new_person, new_unit, tag
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine

ONE_TIME = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


def created(admin: Browser, login: str, **fields: str) -> str:
    """The one-time password that is shown."""
    admin.open("/admin/people/new")
    page = admin.submit("/people/new", name="张小三", login=login, **fields)
    assert page.status == 200, page.text
    found = ONE_TIME.findall(page.text)
    assert len(found) == 1
    return found[0]


def test_a_new_person_signs_in_with_a_password_shown_once_and_must_change_it(
    admin: Browser, as_login: SignIn, real: Services
) -> None:
    login = f"p{tag()}"
    password = created(admin, login, role="screener")
    assert password not in admin.open(f"/admin/people?q={login}&state=all").source
    assert "还没改一次性密码" in admin.page.text
    assert password not in admin.open(f"/admin/changes?q={login}").source

    newcomer = as_login(login, password)
    assert "请先设置自己的密码" in newcomer.open("/desk/").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"login": "Zhang San"}, "登录名只用小写英文字母"),
        ({"login": "x"}, "登录名只用小写英文字母"),
        ({"name": "三"}, "请填写姓名"),
        ({"name": "三" * 21}, "姓名最多 20 个字"),
        ({"phone": "call me"}, "电话只写数字"),
        ({"email": "zhang@"}, "邮箱写法不对"),
        ({"role": "unit_handler"}, "请选择单位"),
        ({"role": "screener", "unit": "transport"}, "不属于某个单位"),
        ({"role": "channel"}, "请选择角色"),
        ({"unit": "transport"}, "请选择角色"),
        ({"role": "unit_handler", "unit": "moon"}, "没有代码为 moon 的在用单位"),
    ],
)
def test_what_a_person_cannot_be(admin: Browser, fields: dict[str, str], said: str) -> None:
    admin.open("/admin/people/new")
    page = admin.submit("/people/new", **{"name": "张小三", "login": f"p{tag()}", **fields})
    assert page.status == 422
    assert any(said in error for error in page.errors), page.errors


def test_a_taken_login_is_refused_and_nobody_is_half_made(admin: Browser, real: Services) -> None:
    admin.open("/admin/people/new")
    page = admin.submit("/people/new", name="张小三", login="screener", role="leader")
    assert (page.status, page.errors) == (422, ["登录名 screener 已经有人用，停用的人员也占用登录名"])
    login = f"p{tag()}"
    admin.submit("/people/new", name="张小三", login=login, role="unit_handler", unit="moon")
    assert real.people.search(ADMIN, q=login, state="all").total == 0


def test_markup_in_a_name_is_shown_as_text(admin: Browser) -> None:
    admin.open("/admin/people/new")
    name = f"<i>{tag()}</i>"
    page = admin.submit("/people/new", name=name, login=f"p{tag()}")
    assert name in page.text
    assert name not in page.source


def test_search_by_name_role_unit_and_state(admin: Browser, real: Services) -> None:
    office = new_office(real)
    idle = new_person(real, "没角色")
    assert "3 人" in admin.open(f"/admin/people?unit={office.unit}").heading
    assert "1 人" in admin.open(f"/admin/people?unit={office.unit}&role=unit_deputy").heading
    assert f"/admin/people/{idle}" in admin.open("/admin/people?state=idle&q=没角色").source
    assert "没有符合条件" in admin.open("/admin/people?q=%25%27--").text


def test_editing_shows_before_and_after(admin: Browser, real: Services) -> None:
    person = new_person(real, "张旧名")
    admin.open(f"/admin/people/{person}/edit")
    page = admin.submit("/edit", name="张新名", phone="13900000000")
    assert page.heading == "张新名"
    assert "名称：张旧名 → 张新名" in page.text
    assert "电话：13900000000" in page.text


def test_roles_are_given_once_and_ended_with_a_reason(security: Browser, real: Services) -> None:
    unit, person = new_unit(real), new_person(real, "张轮岗")
    security.open(f"/admin/people/{person}")
    security.submit("/roles", role="unit_handler", unit=unit)
    page = security.submit("/roles", role="unit_handler", unit=unit)
    assert (page.status, page.errors) == (422, ["张轮岗已经有这个角色"])

    (role,) = real.people.open(ADMIN, person).line.roles
    page = security.open(f"/admin/people/{person}/roles/{role.id}/end")
    assert "流程引擎暂时没有响应" in page.text
    assert security.submit("/end", reason="").status == 422
    page = security.submit("/end", reason="轮岗")
    assert "担任过" in page.text
    assert as_actor(real, person).grants == frozenset()
    assert security.open(f"/admin/people/{person}/roles/{role.id}/end").status == 404


def test_somebody_elses_role_cannot_be_ended_through_this_person(security: Browser, real: Services) -> None:
    office = new_office(real)
    (role,) = real.people.open(ADMIN, office.deputy).line.roles
    assert security.open(f"/admin/people/{office.handler}/roles/{role.id}/end").status == 404


def test_the_last_admin_stays(security: Browser, real: Services, admin_id: int) -> None:
    role = next(each for each in real.people.open(ADMIN, admin_id).line.roles if each.role == "admin")
    security.open(f"/admin/people/{admin_id}/roles/{role.id}/end")
    page = security.submit("/end", reason="不干了")
    assert page.status == 409
    assert "最后一位在用的系统管理员" in page.errors[0]
    with pytest.raises(WrongState, match="最后一位"):
        real.people.deactivate(ADMIN, admin_id, "调离")
    assert "admin" in as_actor(real, admin_id).roles


def test_an_inactive_admin_does_not_count(real: Services, admin_id: int) -> None:
    second = new_person(real, "第二人", RoleInput("admin"))
    real.people.deactivate(ADMIN, second, "调离")
    with pytest.raises(WrongState, match="最后一位"):
        real.people.deactivate(ADMIN, admin_id, "调离")


def test_nobody_deactivates_himself(real: Services, admin_actor: Actor, admin_id: int) -> None:
    new = new_person(real, "第二人", RoleInput("admin"))
    with pytest.raises(WrongState, match="不能停用自己"):
        real.people.deactivate(admin_actor, admin_id, "调离")
    real.people.deactivate(admin_actor, new, "用完")


def test_deactivation_ends_sessions_and_signing_in(admin: Browser, as_login: SignIn, real: Services) -> None:
    login = f"p{tag()}"
    password = created(admin, login, role="leader")
    person = real.people.search(ADMIN, q=login).items[0].id
    browser = as_login(login, password)
    admin.open(f"/admin/people/{person}/deactivate")
    assert "现在不能登录" in admin.submit("/deactivate", reason="退休").text
    assert "/sign-in" in browser.open("/desk/account").response.request.path
    browser.submit("/desk/sign-in", login=login, password=password)
    assert "用户名或密码不正确" in browser.page.text


def test_a_reset_password_replaces_the_old_one_and_ends_sessions(
    admin: Browser, security: Browser, as_login: SignIn, real: Services
) -> None:
    login = f"p{tag()}"
    old = created(admin, login, role="leader")
    person = real.people.search(ADMIN, q=login).items[0].id
    browser = as_login(login, old)
    security.open(f"/admin/people/{person}/reset-password")
    page = security.submit("/reset-password", reason="本人忘记")
    (new,) = ONE_TIME.findall(page.text)
    assert new != old
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "/sign-in" in browser.open("/desk/account").response.request.path
    assert "请先设置自己的密码" in as_login(login, new).open("/desk/").text


def test_sessions_are_ended_without_touching_the_password(
    admin: Browser, security: Browser, as_login: SignIn, real: Services
) -> None:
    login = f"p{tag()}"
    password = created(admin, login, role="leader")
    person = real.people.search(ADMIN, q=login).items[0].id
    browser = as_login(login, password)
    security.open(f"/admin/people/{person}/end-sessions")
    security.submit("/end-sessions", reason="手机丢失")
    assert "/sign-in" in browser.open("/desk/account").response.request.path
    as_login(login, password)


@pytest.mark.parametrize("turn", [1, 2])
def test_whom_a_test_makes_the_next_does_not_meet(real: Services, turn: int) -> None:
    assert real.people.search(ADMIN, q="过路人").items == [], f"turn {turn}"
    new_person(real, "过路人", RoleInput("screener"))
