"""What matters most asks once more who sits there, and then goes on with what was typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from letterbox.domain.vocabulary import Role
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.store.access import Attempt
from tests.support.office.api import Api, clock_of, with_own_clock
from tests.support.office.office import ADMIN, PASSWORD, sign_in, tag
from tests.support.stack.clocks import SetClock
from tests.support.writers.script_free_browser import Browser
from webapp.shared.http.access import COOKIE
from webapp.shared.sign_in.step_up import PASSWORD as PROOF
from webapp.shared.sign_in.step_up import asks_for_proof

pytest_plugins = ["tests.support.office.api_fixtures"]

NEED_IT = frozenset({
    "admin.file_apply", "admin.file_export", "admin.person_activate", "admin.person_deactivate", "admin.person_new",
    "admin.person_edit", "admin.leave_new", "admin.leave_substitute", "admin.person_reset_password", "admin.unit_edit",
    "admin.person_reset_second_factor", "admin.request_confirm", "admin.role_end", "admin.role_give", "admin.token_new",
    "admin.token_revoke",
    "cockpit.diagram_letters_csv", "cockpit.limits_csv", "studio.deploy", "studio.restore_do",
})  # fmt: skip
"""The least; beside them unmasking, which is one of many actions."""


@pytest.fixture
def office(api: Api) -> Iterator[Api]:
    with with_own_clock(api, fresh_sign_in_minutes=15) as office:
        yield office


@pytest.fixture
def clock(office: Api) -> SetClock:
    return clock_of(office)


@pytest.fixture
def person(office: Api) -> int:
    return office.services.people.create(ADMIN, PersonInput(f"p{tag()}", "温故知"))[0]


def roles_of(office: Api, person: int) -> list[str]:
    return [role.role for role in office.services.people.open(ADMIN, person).line.roles]


@pytest.fixture
def admin(office: Api, clock: SetClock) -> Browser:
    """An administrator whose last proof is a quarter of an hour old."""
    browser = sign_in(office, "admin")
    clock.move(minutes=15)
    return browser


@pytest.fixture
def security(office: Api, clock: SetClock) -> Browser:
    browser = sign_in(office, "security")
    clock.move(minutes=15)
    return browser


def test_what_needs_a_recent_proof_says_so(office: Api) -> None:
    assert sorted(name for name in NEED_IT if not asks_for_proof(office.app, name)) == []


def test_the_same_request_goes_on_with_the_password(office: Api, security: Browser, person: int) -> None:
    security.open(f"/admin/people/{person}")
    before = security.client.get_cookie(COOKIE)
    page = security.submit("/roles", role="unit_handler", unit="water")
    assert (page.status, page.heading) == (403, "请确认是您本人")
    assert roles_of(office, person) == []
    page = security.submit("/roles", **{PROOF: PASSWORD})
    assert "角色已授予" in page.text
    assert roles_of(office, person) == ["unit_handler"]
    after = security.client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    security.open(f"/admin/people/{person}")
    assert "角色已授予" in security.submit("/roles", role="unit_handler", unit="transport").text


def test_a_wrong_password_does_nothing_and_loses_nothing(office: Api, security: Browser, person: int) -> None:
    security.open(f"/admin/people/{person}/reset-password")
    security.submit("reset-password", reason="本人忘记了密码")
    page = security.submit("reset-password", **{PROOF: "not this one"})
    assert page.status == 403
    assert "密码不正确" in page.text
    assert page.tree.xpath("//input[@name='reason']/@value") == ["本人忘记了密码"]
    assert "not this one" not in page.source
    assert "密码已重设" in security.submit("reset-password", **{PROOF: PASSWORD}).text


def test_guessing_the_proof_is_slowed_down(office: Api, security: Browser, person: int) -> None:
    security.open(f"/admin/people/{person}/reset-password")
    security.submit("reset-password", reason="猜密码")
    for _ in range(6):
        page = security.submit("reset-password", **{PROOF: "not this one"})
    assert page.status == 429
    assert page.tree.xpath("//input[@name='reason']/@value") == ["猜密码"]
    office.services.attempts.clear(*(f"sign-in:security:{where}" for where in ("127.0.0.1", device_of(security))))


def device_of(browser: Browser) -> str:
    """The id under which this browser's tries are counted."""
    services = browser.client.application.extensions["letterbox"]
    with services.database.reading() as session:
        keys = session.scalars(select(Attempt.key).where(Attempt.key.startswith("sign-in:security:device:"))).all()
    return keys[-1].removeprefix("sign-in:security:")


def test_a_download_asks_first_and_leads_there(admin: Browser) -> None:
    assert admin.open("/admin/files/units.yaml").heading == "请确认是您本人"
    page = admin.submit("units.yaml", **{PROOF: PASSWORD})
    assert page.heading == "已经确认"
    (link,) = page.tree.xpath("//main//a[normalize-space()='继续']/@href")
    assert link == "/admin/files/units.yaml"
    assert admin.client.get(link).mimetype == "application/yaml"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_proof_leads_nowhere_else(admin: Browser, elsewhere: str) -> None:
    admin.open(f"/desk/prove?next={elsewhere}")
    page = admin.submit("next=/desk/", **{PROOF: PASSWORD})
    assert page.heading == "已经确认"
    assert "evil" not in page.source


def test_a_form_is_read_without_a_proof(admin: Browser) -> None:
    assert admin.open("/admin/people/new").heading == "新建人员"


def test_a_new_role_makes_the_next_step_ask_again(office: Api, clock: SetClock) -> None:
    login = f"p{tag()}"
    person, _ = office.services.people.create(ADMIN, PersonInput(login, "陆有权"), [RoleInput(Role.ADMIN)])
    office.services.people.set_password(ADMIN, login, "渡口的老柳树今年又发了新芽")
    browser = sign_in(office, login, "渡口的老柳树今年又发了新芽")
    assert browser.client.get("/admin/files/units.yaml").status_code == 200
    office.services.people.give_role(ADMIN, person, RoleInput(Role.SCREENER))
    assert browser.open("/admin/files/units.yaml").heading == "请确认是您本人"


def test_an_officials_mail_is_not_led_away_without_a_proof(office: Api, admin: Browser, person: int) -> None:
    admin.open(f"/admin/people/{person}/edit")
    page = admin.submit("/edit", email="elsewhere@example.org")
    assert (page.status, page.heading) == (403, "请确认是您本人")
    assert office.services.people.open(ADMIN, person).line.email == ""
    admin.submit("/edit", **{PROOF: PASSWORD})
    assert office.services.people.open(ADMIN, person).line.email == "elsewhere@example.org"
