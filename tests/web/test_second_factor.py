"""The second factor: set up at the first sign-in, asked for after each password, each code once, a lost telephone helped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from letterbox.cli import run
from letterbox.domain.clock import SystemClock
from letterbox.domain.errors import WrongState
from letterbox.domain.vocabulary import Role
from letterbox.services.access.second_factor import SecondFactors
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.store.access import RecoveryCode, SecondFactor
from letterbox.wiring import Services
from tests.support.office.api import Api
from tests.support.office.office import ADMIN, sign_in, tag
from tests.support.stack.clocks import SetClock
from tests.support.stack.environment import commands_work_on
from tests.support.writers.script_free_browser import Browser, Page
from webapp import create_app
from webapp.shared.http.access import COOKIE

pytest_plugins = ["tests.support.office.api_fixtures"]

OWN = "渡口的老柳树今年又发了新芽"


@dataclass
class Somebody:
    """A person, his telephone and his browser."""

    login: str
    id: int
    secret: str = ""
    recovery: tuple[str, ...] = ()


@pytest.fixture
def wall() -> SetClock:
    """The real time, as telephones have it."""
    return SetClock(SystemClock().now())


@pytest.fixture
def office(api: Api, wall: SetClock) -> Iterator[Api]:
    settings = replace(api.services.settings, second_factor_roles="screener,admin")
    services = Services(settings, SetClock(api.services.clock.now()))
    services.second_factors = SecondFactors(
        services.database,
        wall,
        services.attempts,
        settings.keys,
        services.access_trail,
        [Role.SCREENER, Role.ADMIN],
        "示例县",
    )
    yield Api(create_app(services), services)
    services.close()


def somebody(office: Api, role: Role = Role.SCREENER) -> Somebody:
    login = f"p{tag()}"
    person, _ = office.services.people.create(ADMIN, PersonInput(login, "穆双重"), [RoleInput(role)])
    office.services.people.set_password(ADMIN, login, OWN)
    return Somebody(login, person)


def with_password(office: Api, who: Somebody) -> Browser:
    browser = Browser(office.app.test_client())
    browser.open("/desk/letters")
    browser.submit("sign-in", login=who.login, password=OWN)
    return browser


def enrolled(office: Api, who: Somebody, wall: SetClock) -> Browser:
    browser = with_password(office, who)
    browser.submit("begin?next=/desk/letters")
    who.secret = secret_of(browser.page)
    browser.submit("confirm?next=/desk/letters", code=pyotp.TOTP(who.secret).at(wall.now()))
    who.recovery = tuple(each.text_content() for each in browser.page.tree.xpath("//ul[@class='lb-recovery']//code"))
    wall.move(seconds=30)
    return browser


def secret_of(page: Page) -> str:
    return re.sub(r"\s", "", page.tree.xpath("string(//p[@class='lb-secret'])"))


def code_of(who: Somebody, wall: SetClock) -> str:
    return pyotp.TOTP(who.secret).at(wall.now())


def is_in(browser: Browser) -> bool:
    return browser.open("/desk/letters").heading.startswith("来信")


def test_the_first_sign_in_sets_it_up_and_opens_nothing_before(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    browser = with_password(office, who)
    assert browser.page.heading == "设置动态码"
    before = browser.client.get_cookie(COOKIE)
    for path in ("/desk/", "/desk/letters", "/desk/account", "/cockpit/", "/desk/session"):
        assert browser.open(path).heading == "设置动态码"
    browser.submit("begin?next=/desk/session")
    assert browser.page.tree.xpath("//*[local-name()='svg']//*[local-name()='path']")
    assert "style=" not in browser.page.source
    secret = secret_of(browser.page)
    assert browser.submit("confirm?next=/desk/session", code="000000").status == 422
    page = browser.submit("confirm?next=/desk/session", code=pyotp.TOTP(secret).at(wall.now()))
    assert page.heading == "恢复码"
    assert len(page.tree.xpath("//ul[@class='lb-recovery']//code")) == 10
    assert page.response.headers["Cache-Control"] == "no-store"
    after = browser.client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert is_in(browser)


def test_afterwards_the_password_alone_opens_nothing(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    enrolled(office, who, wall)
    browser = with_password(office, who)
    assert browser.page.heading == "输入动态码"
    for path in ("/desk/", "/desk/letters", "/desk/second-factor/new"):
        assert browser.open(path).heading == "输入动态码"
    token = browser.page.tree.xpath("string(//input[@name='csrf_token']/@value)")
    for path in ("begin", "confirm", "recovery-codes", "remove"):
        browser.client.post(f"/desk/second-factor/{path}", data={"csrf_token": token})
    assert browser.open("/desk/letters").heading == "输入动态码"
    page = browser.submit("letters", code=code_of(who, wall))
    assert page.response.request.path == "/desk/letters"


def test_a_code_counts_once(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    enrolled(office, who, wall)
    code = code_of(who, wall)
    assert with_password(office, who).submit("letters", code=code).heading.startswith("来信")
    again = with_password(office, who).submit("letters", code=code)
    assert again.status == 403
    wall.move(seconds=30)
    assert with_password(office, who).submit("letters", code=code_of(who, wall)).heading.startswith("来信")


def test_the_code_of_the_setting_up_does_not_sign_in_as_well(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    enrolled(office, who, wall)
    wall.move(seconds=-30)
    assert with_password(office, who).submit("letters", code=code_of(who, wall)).status == 403


@pytest.mark.parametrize(("off", "is_taken"), [(-31, True), (31, True), (-95, False), (95, False)])
def test_a_telephone_may_be_half_a_minute_off(office: Api, wall: SetClock, off: int, is_taken: bool) -> None:
    who = somebody(office)
    enrolled(office, who, wall)
    wall.move(minutes=5)
    code = pyotp.TOTP(who.secret).at(wall.now() + timedelta(seconds=off))
    page = with_password(office, who).submit("letters", code=code)
    assert (page.status == 200) is is_taken


def test_guessing_codes_is_slow(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    enrolled(office, who, wall)
    browser = with_password(office, who)
    answers = [browser.submit("letters", code=f"00000{n}").status for n in range(6)]
    assert answers == [403] * 5 + [429]
    assert browser.submit("letters", code=code_of(who, wall)).status == 429


def test_a_recovery_code_opens_once(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    enrolled(office, who, wall)
    page = with_password(office, who).submit("letters", code=who.recovery[3].upper().replace("-", " "))
    assert page.heading.startswith("来信")
    assert "还剩 9 个" in page.text
    assert with_password(office, who).submit("letters", code=who.recovery[3]).status == 403


def test_neither_secret_nor_codes_stand_readable_in_the_database(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    enrolled(office, who, wall)
    with office.services.database.reading() as session:
        row = session.get_one(SecondFactor, who.id)
        hashes = session.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.person_id == who.id)).all()
    assert who.secret not in str(row.secret)
    assert not {each.replace("-", "") for each in who.recovery} & set(hashes)


def test_who_gets_such_a_role_later_sets_it_up_before_the_next_page(office: Api) -> None:
    who = somebody(office, Role.LEADER)
    browser = sign_in(office, who.login, OWN)
    office.services.people.give_role(ADMIN, who.id, RoleInput(Role.SCREENER))
    assert browser.open("/desk/").heading == "设置动态码"


def test_a_password_change_keeps_the_second_factor_done(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    browser = enrolled(office, who, wall)
    browser.open("/desk/account")
    page = browser.submit("password", old=OWN, new="桥头卖豆腐的今天没有来", repeated="桥头卖豆腐的今天没有来啊")
    assert page.status == 422
    browser.submit("password", old=OWN, new="桥头卖豆腐的人今天没有来啊", repeated="桥头卖豆腐的人今天没有来啊")
    assert is_in(browser)


def test_whoever_need_not_may_have_one_and_end_it(office: Api, wall: SetClock) -> None:
    who = somebody(office, Role.LEADER)
    browser = sign_in(office, who.login, OWN)
    browser.open("/desk/account")
    browser.submit("begin?next=/desk/account")
    who.secret = secret_of(browser.page)
    browser.submit("confirm?next=/desk/account", code=code_of(who, wall))
    wall.move(seconds=30)
    assert with_password(office, who).page.heading == "输入动态码"
    browser.open("/desk/account")
    browser.submit("remove")
    assert not office.services.second_factors.has_one(who.id)


def test_whoever_must_have_one_does_not_end_it(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    browser = enrolled(office, who, wall)
    page = browser.open("/desk/account")
    assert not page.tree.xpath("//form[contains(@action, 'second-factor/remove')]")
    token = page.tree.xpath("string(//input[@name='csrf_token']/@value)")
    assert browser.client.post("/desk/second-factor/remove", data={"csrf_token": token}).status_code == 409


def test_another_telephone_takes_the_place_only_when_it_shows_its_code(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    browser = enrolled(office, who, wall)
    browser.open("/desk/account")
    browser.submit("begin?next=/desk/account")
    new = secret_of(browser.page)
    assert new != who.secret
    assert with_password(office, who).submit("letters", code=code_of(who, wall)).status == 200
    browser.submit("confirm?next=/desk/account", code=pyotp.TOTP(new).at(wall.now()))
    wall.move(seconds=60)
    assert with_password(office, who).submit("letters", code=code_of(who, wall)).status == 403
    who.secret = new
    assert with_password(office, who).submit("letters", code=code_of(who, wall)).status == 200


def test_the_administrator_resets_it_and_the_person_sees_it(office: Api, wall: SetClock) -> None:
    who = somebody(office)
    browser = enrolled(office, who, wall)
    office.services.people.reset_second_factor(ADMIN, who.id, "手机掉进河里")
    assert not is_in(browser)
    newcomer = with_password(office, who)
    assert newcomer.page.heading == "设置动态码"
    newcomer.submit("begin?next=/desk/letters")
    who.secret = secret_of(newcomer.page)
    newcomer.submit("confirm?next=/desk/letters", code=code_of(who, wall))
    assert "重设动态码" in newcomer.open("/desk/account").text
    assert "手机掉进河里" in newcomer.page.text
    with pytest.raises(WrongState):
        office.services.people.reset_second_factor(ADMIN, somebody(office).id, "没有")


def test_the_command_line_helps_when_the_last_administrator_lost_his_telephone(
    office: Api, wall: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = somebody(office)
    enrolled(office, who, wall)
    commands_work_on(monkeypatch, office.services.settings, LETTERBOX_PROFILE="test")
    assert run(["people", "reset-second-factor", who.login, "--reason", "手机丢失"]) == 0
    assert not office.services.second_factors.has_one(who.id)
    assert run(["people", "reset-second-factor", "nobody-of-this-name", "--reason", "x"]) == 1


def test_a_code_proves_again_in_place_of_the_password(office: Api, wall: SetClock) -> None:
    who = somebody(office, Role.ADMIN)
    strict = Services(replace(office.services.settings, fresh_sign_in_minutes=15), office.services.clock)
    strict.second_factors = office.services.second_factors
    site = Api(create_app(strict), strict)
    browser = enrolled(site, who, wall)
    assert isinstance(strict.clock, SetClock)
    strict.clock.move(minutes=16)
    assert browser.open("/admin/files/units.yaml").heading == "请确认是您本人"
    assert browser.submit("units.yaml", proof_code="123456").status == 403
    assert browser.submit("units.yaml", proof_code=code_of(who, wall)).heading == "已经确认"
    strict.close()
