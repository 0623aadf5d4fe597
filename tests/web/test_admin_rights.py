"""Three administrators apart, a second person for the offices, nobody for himself, and the person is always told."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from letterbox.domain.errors import FieldErrors, NotAllowed, WrongState
from letterbox.domain.vocabulary import ADMINISTRATORS, OFFICE_ROLES, Role
from letterbox.services.staff.config_rows import RowKind
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.store.notices import Delivery
from letterbox.wiring import Services
from tests.support.office.office import ADMIN, SignIn, actor, as_actor, new_person, new_unit, person_id, tag, told
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine
ONE_TIME = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


def waiting(real: Services, person: int) -> int:
    (found,) = [each for each in real.rights_requests.waiting(actor(real, "security")) if each.person_id == person]
    return found.id


def roles(real: Services, person: int) -> set[str]:
    return {each.role for each in real.people.open(ADMIN, person).line.roles}


@pytest.mark.parametrize("role", sorted(OFFICE_ROLES))
def test_a_role_of_an_office_needs_a_second_person(real: Services, role: Role) -> None:
    person = new_person(real, "张候任")
    security, admin = actor(real, "security"), actor(real, "admin")
    assert not real.people.give_role(security, person, RoleInput(role))
    assert roles(real, person) == set()
    with pytest.raises(NotAllowed, match="您自己提出"):
        real.rights_requests.confirm(security, waiting(real, person))
    real.rights_requests.confirm(admin, waiting(real, person))
    assert roles(real, person) == {role}


def test_a_unit_role_is_given_by_security_alone_and_by_the_system_administrator_only_proposed(real: Services) -> None:
    unit, person = new_unit(real), new_person(real, "张候任")
    handler = RoleInput("unit_handler", unit)
    assert not real.people.give_role(actor(real, "admin"), person, handler)
    assert roles(real, person) == set()
    real.rights_requests.refuse(actor(real, "security"), waiting(real, person), "人选未定")
    assert real.people.give_role(actor(real, "security"), person, handler)
    assert roles(real, person) == {"unit_handler"}


def test_two_system_administrators_do_not_make_a_screener(real: Services) -> None:
    second = new_person(real, "李系统", RoleInput("admin"))
    person = new_person(real, "张候任")
    real.people.give_role(actor(real, "admin"), person, RoleInput("screener"))
    with pytest.raises(NotAllowed, match="由安全管理员确认"):
        real.rights_requests.confirm(as_actor(real, second), waiting(real, person))
    real.rights_requests.confirm(actor(real, "security"), waiting(real, person))
    assert roles(real, person) == {"screener"}


@pytest.mark.parametrize("login", ["admin", "security"])
def test_nobody_changes_his_own_rights(real: Services, login: str) -> None:
    me, own_id = actor(real, login), person_id(real, login)
    with pytest.raises(NotAllowed, match="自己"):
        real.people.give_role(me, own_id, RoleInput("screener"))
    other = actor(real, "security" if login == "admin" else "admin")
    real.people.give_role(other, own_id, RoleInput("screener"))
    request = waiting(real, own_id)
    with pytest.raises(NotAllowed, match="关于您自己"):
        real.rights_requests.confirm(me, request)
    real.rights_requests.refuse(me, request, "不需要")
    assert "screener" not in roles(real, own_id)


def test_security_neither_ends_nor_resets_what_is_his_own(real: Services) -> None:
    me, own_id = actor(real, "security"), person_id(real, "security")
    (role,) = real.people.open(me, own_id).line.roles
    with pytest.raises(NotAllowed, match="自己"):
        real.people.end_role(me, own_id, role.id, "不干了")
    with pytest.raises(NotAllowed, match="自己"):
        real.people.reset_password(me, own_id, "忘记")


@pytest.mark.parametrize("login", ["screener", "operator", "auditor", "handler.transport"])
def test_others_touch_nobodys_rights(real: Services, login: str) -> None:
    me, person = actor(real, login), new_person(real, "张候任", RoleInput("leader"))
    (role,) = real.people.open(ADMIN, person).line.roles
    for attempt in (
        lambda: real.people.give_role(me, person, RoleInput("screener")),
        lambda: real.people.end_role(me, person, role.id, "x"),
        lambda: real.people.reset_password(me, person, "x"),
        lambda: real.people.end_sessions(me, person, "x"),
        lambda: real.rights_requests.waiting(me),
        lambda: real.rights_requests.confirm(me, 1),
        lambda: real.people.open(me, person),
    ):
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.parametrize("login", ["admin"])
def test_the_system_administrator_resets_no_password_and_ends_no_role(real: Services, login: str) -> None:
    me, person = actor(real, login), new_person(real, "张候任", RoleInput("supervisor"))
    (role,) = real.people.open(ADMIN, person).line.roles
    for attempt in (
        lambda: real.people.end_role(me, person, role.id, "x"),
        lambda: real.people.reset_password(me, person, "x"),
        lambda: real.people.end_sessions(me, person, "x"),
    ):
        with pytest.raises(NotAllowed, match="安全管理员"):
            attempt()


@pytest.mark.parametrize("first", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("second", sorted(ADMINISTRATORS))
def test_the_three_administrations_exclude_each_other(real: Services, first: Role, second: Role) -> None:
    person = new_person(real, "张候任", RoleInput(first))
    said = "已经有这个角色" if first == second else "不能由同一个人担任"
    with pytest.raises(FieldErrors, match=said):
        real.people.give_role(ADMIN, person, RoleInput(second))


def test_the_database_itself_refuses_a_second_administration(real: Services) -> None:
    person = new_person(real, "张候任", RoleInput("auditor"))
    insert = text("INSERT INTO assignments (person_id, role, started_at) VALUES (:person, 'admin', now())")
    with pytest.raises(IntegrityError), real.database.transaction() as session:
        session.execute(insert, {"person": person})


def test_two_proposals_do_not_make_two_administrations(real: Services) -> None:
    person = new_person(real, "张候任")
    real.people.give_role(actor(real, "security"), person, RoleInput("admin"))
    first = waiting(real, person)
    real.people.give_role(actor(real, "security"), person, RoleInput("auditor"))
    (second,) = [
        each.id
        for each in real.rights_requests.waiting(actor(real, "admin"))
        if each.person_id == person and each.id != first
    ]
    real.rights_requests.confirm(actor(real, "admin"), first)
    with pytest.raises(FieldErrors, match="不能由同一个人担任"):
        real.rights_requests.confirm(actor(real, "admin"), second)
    with pytest.raises(WrongState, match="已经由马文博处理"):
        real.rights_requests.confirm(actor(real, "admin"), first)


def test_the_last_security_administrator_stays(real: Services) -> None:
    own = person_id(real, "security")
    (role,) = real.people.open(ADMIN, own).line.roles
    with pytest.raises(WrongState, match="最后一位在用的安全管理员"):
        real.people.end_role(ADMIN, own, role.id, "调离")
    with pytest.raises(WrongState, match="最后一位在用的安全管理员"):
        real.people.deactivate(ADMIN, own, "调离")


def test_where_there_is_no_security_administrator_the_system_administrator_names_the_first(real: Services) -> None:
    """As after the update of an installation that had only ``admin``."""
    with real.database.transaction() as session:
        session.execute(text("UPDATE people SET is_active = false WHERE login = 'security'"))
    try:
        admin, person, other = actor(real, "admin"), new_person(real, "郭新任"), new_person(real, "郭另一")
        assert not real.people.give_role(admin, person, RoleInput("screener"))
        assert real.people.give_role(admin, person, RoleInput("security_admin"))
        assert not real.people.give_role(admin, other, RoleInput("security_admin"))
        assert roles(real, person) == {"security_admin"}
    finally:
        with real.database.transaction() as session:
            session.execute(text("UPDATE people SET is_active = true WHERE login = 'security'"))


def test_a_password_of_an_officeholder_is_reset_by_two_and_shown_to_the_second(
    as_login: SignIn, admin: Browser, real: Services
) -> None:
    person = new_person(real, "钱督查", RoleInput("supervisor"))
    browser = as_login("security")
    browser.open(f"/admin/people/{person}/reset-password")
    page = browser.submit("/reset-password", reason="本人忘记")
    assert "由另一位管理员" in page.text
    assert ONE_TIME.findall(page.text) == []
    admin.open("/admin/requests")
    page = admin.submit(f"/requests/{waiting(real, person)}/confirm")
    assert len(ONE_TIME.findall(page.text)) == 1
    assert page.response.headers["Cache-Control"] == "no-store"
    subjects = " ".join(told(real, person))
    assert "提出重设您的密码" in subjects
    assert "重设了您的密码" in subjects


def test_an_officeholder_who_left_comes_back_by_security_only(real: Services) -> None:
    person = new_person(real, "孙回来", RoleInput("screener"))
    real.people.deactivate(ADMIN, person, "借调")
    with pytest.raises(NotAllowed, match="安全管理员"):
        real.people.activate(actor(real, "admin"), person, "回来")
    real.people.activate(actor(real, "security"), person, "回来")


def test_a_file_of_the_system_administrator_proposes_roles_and_ends_none(real: Services) -> None:
    login, admin = f"p{tag()}", actor(real, "admin")
    line = f"people:\n  - {{login: {login}, name: 张文件, grants: [{{role: %s}}]}}\n"
    real.config_files.apply(admin, line % "screener", "f.yaml")
    (found,) = real.people.search(ADMIN, q=login).items
    assert found.roles == ()
    real.config_files.apply(admin, line % "screener", "f.yaml")
    real.rights_requests.confirm(actor(real, "security"), waiting(real, found.id))
    assert roles(real, found.id) == {"screener"}
    with pytest.raises(Exception, match="由安全管理员在人员页面解除"):
        real.config_files.apply(admin, line % "reviewer", "f.yaml")
    assert f"login: {login}" in real.config_files.export(admin, RowKind.PEOPLE)


def test_the_person_is_told_of_every_step_in_the_desk_and_by_mail(real: Services) -> None:
    person, _password = real.people.create(ADMIN, PersonInput(f"p{tag()}", "周知情", email="zhou@example.gov.cn"))
    unit, security = new_unit(real), actor(real, "security")
    real.people.give_role(security, person, RoleInput("unit_handler", unit))
    (role,) = real.people.open(ADMIN, person).line.roles
    real.people.end_sessions(security, person, "手机丢失")
    real.people.reset_password(security, person, "忘记")
    real.people.end_role(security, person, role.id, "轮岗")
    with real.database.reading() as session:
        rows = session.execute(
            select(Delivery.channel, Delivery.status, Delivery.recipient, Delivery.body).where(
                Delivery.person_id == person
            )
        ).all()
    mails = [row for row in rows if row.channel == "mail"]
    assert len(mails) == 4
    assert {(row.status, row.recipient) for row in mails} == {("pending", "zhou@example.gov.cn")}
    assert all("郭守安" in row.body for row in mails)
    assert len(told(real, person)) == 4
