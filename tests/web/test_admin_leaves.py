"""Leave and substitutes: who may enter it for whom, what is refused, what it changes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from letterbox.domain.permissions import Actor
from letterbox.services.staff.leave_rules import LeaveInput
from letterbox.services.staff.leaves import PAGE
from letterbox.services.staff.person_rules import RoleInput
from letterbox.store.people import Substitution
from letterbox.wiring import Services
from tests.support.office.office import ADMIN, Office, SignIn, as_actor, new_office, new_person, person_id
from tests.support.stack.clocks import SetClock
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine


@pytest.fixture
def office(real: Services) -> Office:
    return new_office(real)


def today(real: Services) -> date:
    return real.clock.now().astimezone(OFFICE_ZONE).date()


def enter(real: Services, who: int, instead: int | None, first: int, last: int, actor: Actor = ADMIN) -> int:
    """Leave from the ``first`` to the ``last`` day, counted from today."""
    on = today(real)
    leave = LeaveInput(who, instead, on + timedelta(days=first), on + timedelta(days=last), "年休假")
    return real.leaves.enter(actor, leave)


def stands_in(real: Services, who: int) -> set[str]:
    return {grant.for_whom for grant in as_actor(real, who).grants if grant.for_whom}


def test_a_substitute_has_the_rights_on_both_days_and_not_after(real: Services, office: Office) -> None:
    enter(real, office.handler, office.deputy, 1, 2)
    clock = real.clock
    assert isinstance(clock, SetClock)
    seen = []
    for _day in range(4):
        seen.append(bool(stands_in(real, office.deputy)))
        clock.at += timedelta(days=1)
    assert seen == [False, True, True, False]


def test_leave_ended_early_takes_the_rights_at_once(real: Services, office: Office) -> None:
    leave = enter(real, office.handler, office.deputy, 0, 5)
    assert stands_in(real, office.deputy) == {"张三丰"}
    real.leaves.end(ADMIN, leave)
    assert stands_in(real, office.deputy) == set()
    with pytest.raises(WrongState, match="已经结束"):
        real.leaves.end(ADMIN, leave)
    enter(real, office.handler, office.deputy, 0, 5)


def test_leave_that_has_not_begun_is_cancelled(real: Services, office: Office) -> None:
    leave = enter(real, office.handler, office.deputy, 3, 5)
    real.leaves.end(ADMIN, leave)
    enter(real, office.handler, None, 2, 9)
    assert [each.id for each in real.leaves.all(ADMIN) if each.person_id == office.handler] != [leave]


@pytest.mark.parametrize(
    ("first", "last", "field", "said"),
    [
        (-1, 3, "from_on", "不能早于今天"),
        (3, 2, "to_on", "不能早于开始日期"),
        (0, 366, "to_on", "最多登记 366 天"),
    ],
)
def test_days_that_cannot_be(real: Services, office: Office, first: int, last: int, field: str, said: str) -> None:
    with pytest.raises(FieldErrors) as refusal:
        enter(real, office.handler, office.deputy, first, last)
    assert said in refusal.value.errors[field]


@pytest.mark.parametrize(("first", "last"), [(0, 2), (4, 9), (3, 3), (0, 9)])
def test_leaves_do_not_overlap(real: Services, office: Office, first: int, last: int) -> None:
    enter(real, office.handler, None, 2, 4)
    with pytest.raises(FieldErrors, match="重叠"):
        enter(real, office.handler, office.deputy, first, last)


def test_leaves_may_follow_each_other(real: Services, office: Office) -> None:
    enter(real, office.handler, None, 2, 4)
    enter(real, office.handler, None, 5, 6)
    assert len([each for each in real.leaves.all(ADMIN) if each.person_id == office.handler]) == 2


def test_who_cannot_stand_in(real: Services, office: Office) -> None:
    gone = new_person(real, "钱离开", RoleInput("leader"))
    real.people.deactivate(ADMIN, gone, "退休")
    enter(real, office.principal, None, 3, 5)
    for instead, said in (
        (office.handler, "不能是本人"),
        (gone, "已停用"),
        (0, "不存在"),
        (office.principal, "也休假"),
    ):
        with pytest.raises(FieldErrors) as refusal:
            enter(real, office.handler, instead, 0, 4)
        assert said in refusal.value.errors["substitute_id"]


def test_everybody_enters_his_own_and_a_principal_his_units(real: Services, office: Office) -> None:
    handler, principal = as_actor(real, office.handler), as_actor(real, office.principal)
    enter(real, office.handler, office.deputy, 0, 1, handler)
    enter(real, office.deputy, office.principal, 5, 6, principal)
    for who in (office.deputy, person_id(real, "screener"), 10**12):
        with pytest.raises(NotAllowed, match="只能为自己登记"):
            enter(real, who, None, 9, 9, handler)
    with pytest.raises(NotAllowed):
        enter(real, person_id(real, "handler.education"), None, 9, 9, principal)


def test_others_neither_see_nor_end_it(real: Services, office: Office) -> None:
    leave = enter(real, office.handler, None, 0, 1)
    stranger = as_actor(real, new_office(real).principal)
    assert leave not in {each.id for each in real.leaves.all(stranger)}
    for guessed in (leave, 10**12, -1):
        with pytest.raises(NotFound):
            real.leaves.end(stranger, guessed)


def test_a_substitute_sees_the_leave_but_does_not_end_it(real: Services, office: Office) -> None:
    leave = enter(real, office.handler, office.deputy, 0, 1)
    deputy = as_actor(real, office.deputy)
    assert [(each.id, each.may_end) for each in real.leaves.all(deputy)] == [(leave, False)]
    with pytest.raises(NotAllowed):
        real.leaves.end(deputy, leave)


def test_on_the_page_leave_is_entered_listed_and_ended(as_login: SignIn, real: Services) -> None:
    browser = as_login("handler.justice")
    substitute = person_id(real, "deputy.justice")
    on = today(real)
    browser.open("/admin/leaves/new")
    page = browser.submit("/leaves/new", to_on="2026-13-40", substitute_id=str(substitute))
    assert (page.status, page.errors) == (422, ["请填写结束日期，例如 2026-11-05"])
    page = browser.submit("/leaves/new", to_on=str(on), reason="<b>年休假</b>")
    assert "休假已登记" in page.text
    assert "<b>年休假</b>" in page.text
    assert "休假中" in page.text

    leave = next(each for each in real.leaves.all(ADMIN) if each.substitute_id == substitute)
    assert "从现在起看不到" in browser.open(f"/admin/leaves/{leave.id}/end").text
    assert "休假已结束" in browser.submit("/end").text
    assert "已取消" in browser.open("/admin/leaves?past=1").text
    assert browser.open(f"/admin/leaves/{leave.id}/end").status == 404


def test_another_substitute_is_appointed_for_the_rest(admin: Browser, real: Services, office: Office) -> None:
    leave = enter(real, office.handler, None, 0, 3)
    admin.open(f"/admin/leaves/{leave}/substitute")
    page = admin.submit("/substitute", substitute_id=str(office.handler))
    assert (page.status, page.errors) == (422, ["代办人不能是本人"])
    assert "代办人已更换" in admin.submit("/substitute", substitute_id=str(office.deputy)).text
    assert stands_in(real, office.deputy) == {"张三丰"}
    real.leaves.appoint(ADMIN, leave, office.principal)
    assert (stands_in(real, office.deputy), stands_in(real, office.principal)) == (set(), {"张三丰"})
    log = real.admin_log.of(ADMIN, "person", str(office.handler))
    assert (log[0].before["substitute"], log[0].after["substitute"]) == ("李分管", "王主要")
    with pytest.raises(NotFound):
        real.leaves.appoint(as_actor(real, new_office(real).principal), leave, office.deputy)


def test_a_forged_person_on_the_form_is_refused(as_login: SignIn, real: Services) -> None:
    browser = as_login("handler.justice")
    browser.open("/admin/leaves/new")
    page = browser.submit("/leaves/new", person_id=str(person_id(real, "screener")))
    assert page.status == 403


def test_leave_without_a_substitute_is_pointed_out(admin: Browser, real: Services, office: Office) -> None:
    enter(real, office.handler, None, 0, 1)
    assert "没有代办人" in admin.open("/admin/leaves").text
    assert "正在休假，没有人代办" in admin.open(f"/admin/people/{office.handler}").text


def test_deactivation_ends_leave_and_with_it_the_substitutes_rights(real: Services, office: Office) -> None:
    enter(real, office.handler, office.deputy, 0, 5)
    real.people.deactivate(ADMIN, office.handler, "调离")
    assert stands_in(real, office.deputy) == set()


def test_past_leaves_are_read_to_the_first_one(real: Services, office: Office, as_login: SignIn) -> None:
    """A hundred were listed, and nothing said that there were more."""
    before = real.leaves.past(ADMIN).total
    on = today(real)
    with real.database.transaction() as session:
        for index in range(PAGE * 2 + 1):
            day = on - timedelta(days=3 + index)
            session.add(
                Substitution(person_id=office.handler, from_on=day, to_on=day, reason=f"第{index}次", unit_codes=[])
            )
    total = before + PAGE * 2 + 1
    pages = -(-total // PAGE)
    assert (real.leaves.past(ADMIN).total, real.leaves.past(ADMIN).pages) == (total, pages)
    read = [each.id for number in range(1, pages + 1) for each in real.leaves.past(ADMIN, number).items]
    assert len(set(read)) == len(read) == total
    page = as_login("admin").open(f"/admin/leaves?past=1&page={pages + 7}")
    assert f"第 {pages} / {pages} 页" in page.text
