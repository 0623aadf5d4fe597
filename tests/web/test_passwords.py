"""Passwords that people choose: long, hard to guess for whoever knows the person, not one of the last ones; and their age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from letterbox.domain.errors import FieldErrors, NotAllowed
from letterbox.domain.vocabulary import Role
from letterbox.services.access.passwords import guessable
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.wiring import Services
from tests.support.office.api import Api, clock_of, with_own_clock
from tests.support.office.office import ADMIN, new_unit, sign_in, tag
from webapp import create_app

pytest_plugins = ["tests.support.office.api_fixtures"]


@pytest.fixture
def office(api: Api) -> Iterator[Api]:
    """An application with a clock of its own."""
    with with_own_clock(api) as office:
        yield office


def made(services: Services, login: str = "", name: str = "郑密码") -> tuple[str, str]:
    """Login and one-time password of somebody new."""
    login = login or f"p{tag()}"
    _id, password = services.people.create(ADMIN, PersonInput(login, name), [RoleInput(Role.SCREENER)])
    return login, password


def refused(services: Services, login: str, password: str) -> str:
    with pytest.raises(FieldErrors) as refusal:
        services.people.set_password(ADMIN, login, password)
    return refusal.value.errors["password"]


@pytest.mark.parametrize(
    "password",
    [
        "123456789012",
        " " * 14,
        "leaderleader",
        "qwertyuiop12",
        "P@ssw0rd2026",
        "aaaaaaaaaaaaaa",
        "密码密码密码密码密码密码",
        "leader.leader.leader",
        "woaini1314520",
        "abcdefghijklmnop",
        "20260101202601",
    ],
)
def test_what_is_easily_guessed_is_refused(password: str) -> None:
    assert guessable(password, ["leader", "领导", "13800000000"]) is not None


@pytest.mark.parametrize(
    "password", ["我家门前有一条小河流过", "correct horse battery", "x8K!mmq2#Tz9vL", "下雨天 坐渡船 看白鹭"]
)
def test_a_sentence_of_ones_own_is_taken(password: str) -> None:
    assert guessable(password, ["leader", "领导"]) is None


@pytest.mark.parametrize(
    "password",
    ["deputyeducation1", "educationdeputy2026", "Deputy.Education!!", "education deputy", "deputy-education-01"],
)
def test_a_login_joined_anew_is_guessed_however_hard_it_looks(password: str) -> None:
    assert "用户名" in str(guessable(password, ["deputy.education", "周副局"]))


def test_ones_own_name_login_and_unit_are_no_password(office: Api) -> None:
    services = office.services
    unit = new_unit(services, name="河道湖泊管理服务中心", short_name="河湖中心")
    login = f"chenmuyang{tag()[:3]}"
    services.people.create(ADMIN, PersonInput(login, "陈牧阳"), [RoleInput(Role.UNIT_HANDLER, unit)])
    assert "姓名、用户名或者单位" in refused(services, login, f"{login}2026")
    assert "姓名、用户名或者单位" in refused(services, login, "河道湖泊管理服务中心123")
    assert "至少 12 个字符" in refused(services, login, "短的密码")
    assert "至少 12 个字符" in refused(services, login, " " * 40)


def test_the_last_six_passwords_do_not_come_again_but_older_ones_may(office: Api) -> None:
    services = office.services
    login, _ = made(services)
    mine = [f"第{n}条船靠了岸又离开 {n * 7919}" for n in range(7)]
    for each in mine[:6]:
        services.people.set_password(ADMIN, login, each)
    for each in mine[:6]:
        assert "最近用过" in refused(services, login, each)
    services.people.set_password(ADMIN, login, mine[6])
    services.people.set_password(ADMIN, login, mine[0])
    assert services.sign_in.with_password(login, mine[0], "10.9.9.9").version == 8


def test_a_one_time_password_opens_nothing_after_a_day(office: Api) -> None:
    services = office.services
    login, password = made(services)
    clock_of(office).move(hours=23, minutes=59)
    assert services.sign_in.with_password(login, password, "10.9.9.1").must_change_password
    clock_of(office).move(minutes=1)
    with pytest.raises(NotAllowed, match="一次性密码已过期"):
        services.sign_in.with_password(login, password, "10.9.9.1")
    with pytest.raises(NotAllowed, match="用户名或密码不正确"):
        services.sign_in.with_password(login, "not this one", "10.9.9.1")


def test_a_chosen_password_lives_on_unless_the_office_says_for_how_many_days(office: Api) -> None:
    login, _ = made(office.services)
    office.services.people.set_password(ADMIN, login, "渡口的老柳树今年又发了新芽")
    clock_of(office).move(days=90)
    assert sign_in(office, login, "渡口的老柳树今年又发了新芽").page.heading.startswith("我的任务")
    strict = Services(replace(office.services.settings, password_days=90), office.services.clock)
    browser = sign_in(Api(create_app(strict), strict), login, "渡口的老柳树今年又发了新芽")
    assert "密码用得太久了" in browser.page.text
    assert "密码用得太久了" in browser.open("/desk/letters").text
    browser.submit(
        "password",
        old="渡口的老柳树今年又发了新芽",
        new="换一棵槐树来开白花 在八月",
        repeated="换一棵槐树来开白花 在八月",
    )
    assert browser.open("/desk/letters").heading.startswith("来信")
    strict.close()
