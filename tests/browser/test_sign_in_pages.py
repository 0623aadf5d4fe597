"""Signing in with a real browser: the second factor is set up, a proof is asked for, the end is said before it comes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from letterbox.domain.vocabulary import Role
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.wiring import Services
from tests.browser.accessibility import findings
from tests.support.office.api import Api
from tests.support.office.office import ADMIN, tag
from tests.support.stack.clocks import SetClock
from tests.support.stack.serving import served
from tests.support.writers.complaints import Complaints
from webapp import create_app

pytest_plugins = ["tests.support.office.api_fixtures"]
pytestmark = pytest.mark.browser
LOOKS = [(1280, "light"), (390, "light"), (1280, "dark")]
OWN = "渡口的老柳树今年又发了新芽"
Opened = Callable[[int, str], Page]


@pytest.fixture
def services(api: Api) -> Iterator[Services]:
    """Two minutes without use end a session, so that its end is near from the start."""
    settings = replace(
        api.services.settings, second_factor_roles="admin", session_idle_minutes=2, fresh_sign_in_minutes=1
    )
    services = Services(settings, SetClock(api.services.clock.now()))
    yield services
    services.close()


@pytest.fixture
def opened(chromium: Browser, services: Services) -> Iterator[Opened]:
    complaints = Complaints()
    contexts = []
    with served(create_app(services)) as url:

        def new(width: int, scheme: str) -> Page:
            context = chromium.new_context(
                base_url=url,
                viewport={"width": width, "height": 900},
                locale="zh-CN",
                bypass_csp=True,
                color_scheme=scheme,  # type: ignore[arg-type]  # one of Playwright's words
            )
            context.set_default_timeout(15_000)
            contexts.append(context)
            page = context.new_page()
            complaints.listen(page)
            return page

        yield new
        for context in contexts:
            context.close()


def new_admin(services: Services) -> str:
    login = f"p{tag()}"
    services.people.create(ADMIN, PersonInput(login, "穆双重"), [RoleInput(Role.ADMIN)])
    services.people.set_password(ADMIN, login, OWN)
    return login


def with_password(page: Page, login: str, path: str) -> None:
    page.goto(path)
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(OWN)
    page.get_by_role("button", name="登录", exact=True).click()


def set_up(page: Page) -> pyotp.TOTP:
    page.get_by_role("button", name="已经装好，开始设置").click()
    expect(page.get_by_role("heading", name="第一步：用验证器扫描")).to_be_visible()
    totp = pyotp.TOTP(re.sub(r"\s", "", page.locator(".lb-secret").inner_text()))
    assert findings(page) == []
    page.get_by_label("6 位动态码").fill(totp.now())
    page.get_by_role("button", name="完成设置").click()
    return totp


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_way_in(services: Services, opened: Opened, width: int, scheme: str) -> None:
    page, login = opened(width, scheme), new_admin(services)
    page.goto("/desk/sign-in")
    assert findings(page) == []
    with_password(page, login, "/admin/people")
    expect(page.get_by_role("heading", name="设置动态码")).to_be_visible()
    assert findings(page) == []
    set_up(page)
    expect(page.get_by_role("heading", name="恢复码")).to_be_visible()
    assert findings(page) == []
    code = page.locator(".lb-recovery code").first.inner_text()
    page.get_by_role("link", name="已经收好，继续").click()
    expect(page.get_by_role("heading", name="人员")).to_be_visible()
    page.goto("/desk/account")
    assert findings(page) == []
    page.locator("summary").first.click()
    page.get_by_role("button", name="退出登录").click()
    with_password(page, login, "/desk/account")
    expect(page.get_by_role("heading", name="输入动态码")).to_be_visible()
    page.get_by_label("动态码", exact=True).fill("000000")
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_text("动态码不正确").first).to_be_visible()
    assert findings(page) == []
    page.get_by_label("动态码", exact=True).fill(code)
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_proof_is_asked_for_and_what_was_typed_goes_on(
    services: Services, opened: Opened, width: int, scheme: str
) -> None:
    page, login = opened(width, scheme), new_admin(services)
    with_password(page, login, "/admin/people/new")
    set_up(page)
    page.get_by_role("link", name="已经收好，继续").click()
    page.get_by_label("登录名").fill(f"p{tag()}")
    page.get_by_label("姓名").fill("新来的人")
    assert isinstance(services.clock, SetClock)
    services.clock.move(seconds=70)
    page.get_by_role("button", name="新建").click()
    expect(page.get_by_role("heading", name="请确认是您本人")).to_be_visible()
    assert findings(page) == []
    page.get_by_label("您的登录密码").fill("not this one")
    page.get_by_role("button", name="确认并继续").click()
    expect(page.get_by_text("密码不正确").first).to_be_visible()
    page.get_by_label("您的登录密码").fill(OWN)
    page.get_by_role("button", name="确认并继续").click()
    expect(page.get_by_role("heading", name="新来的人已新建")).to_be_visible()


def test_the_end_is_said_before_and_what_was_typed_can_still_be_sent(services: Services, opened: Opened) -> None:
    page, login = opened(1280, "light"), new_admin(services)
    with_password(page, login, "/desk/texts/new")
    set_up(page)
    page.get_by_role("link", name="已经收好，继续").click()
    box = page.locator("#session-end")
    expect(box).to_contain_text("登录将在")
    expect(box).to_contain_text("2 分钟")
    assert findings(page) == []
    page.get_by_label("名称").fill("答复开头")
    page.get_by_role("button", name="继续使用").click()
    expect(box).to_contain_text("登录将在")
    assert isinstance(services.clock, SetClock)
    services.clock.move(minutes=3)
    box.locator("[data-keep]").dispatch_event("click")  # the page may have asked by itself and hidden it
    expect(box).to_contain_text("登录已经结束")
    expect(page.get_by_label("名称")).to_have_value("答复开头")
