"""Single sign-on with a real OpenID Connect provider: it opens what the person may, and makes nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from lxml import html

from letterbox.domain.errors import NotAllowed
from letterbox.domain.vocabulary import Role
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.stack.programs import free_port
from letterbox.wiring import Services
from tests.support.office.api import Api, with_own_clock
from tests.support.office.office import ADMIN, tag
from tests.support.stack import oidc_provider
from tests.support.stack.clocks import SetClock
from tests.support.stack.serving import served
from webapp import create_app

pytest_plugins = ["tests.support.office.api_fixtures"]

OWN = "渡口的老柳树今年又发了新芽"


@dataclass
class Site:
    url: str
    issuer: str
    services: Services


@pytest.fixture
def site(api: Api) -> Iterator[Site]:
    """The provider must know our address before we are built, and we its: both ports are chosen first."""
    provider_port, site_port = free_port(), free_port()
    url = f"http://127.0.0.1:{site_port}"
    settings = replace(
        api.services.settings,
        public_url=url,
        oidc_issuer=f"http://127.0.0.1:{provider_port}",
        oidc_client_id="letterbox",
        oidc_client_secret=oidc_provider.SECRET,
        fresh_sign_in_minutes=15,
    )
    services = Services(settings, SetClock(api.services.clock.now()))
    with oidc_provider.running(provider_port, url) as issuer, served(create_app(services), site_port):
        yield Site(url, issuer, services)
    services.close()


class Visitor:
    """A browser without scripts on two sites at once."""

    def __init__(self) -> None:
        self.session = requests.Session()
        self.answer = requests.Response()

    def open(self, address: str) -> None:
        self.answer = self.session.get(address, timeout=20)

    @property
    def path(self) -> str:
        return urlsplit(self.answer.url).path

    @property
    def heading(self) -> str:
        return str(html.fromstring(self.answer.text).xpath("normalize-space(//h1)"))

    def send(self, **typed: str) -> None:
        """The page's form, with what is typed into it."""
        form = html.fromstring(self.answer.text).forms[0]
        data = {**dict(form.form_values()), **typed}
        self.answer = self.session.post(urljoin(self.answer.url, form.action or ""), data=data, timeout=20)

    def sign_in_as(self, account: str, site: Site, path: str = "/desk/letters") -> None:
        self.open(f"{site.url}/desk/sso?next={path}")
        while self.answer.url.startswith(site.issuer) and "/interaction/" in self.answer.url:
            is_login = 'name="login"' in self.answer.text
            self.send(**({"login": account, "password": "any"} if is_login else {}))


def somebody(site: Site, role: Role = Role.SCREENER) -> tuple[str, int]:
    login = f"p{tag()}"
    person, _ = site.services.people.create(ADMIN, PersonInput(login, "单一登"), [RoleInput(role)])
    site.services.people.set_password(ADMIN, login, OWN)
    return login, person


def test_the_provider_opens_what_the_person_may(site: Site) -> None:
    login, person = somebody(site)
    visitor = Visitor()
    visitor.open(f"{site.url}/desk/sign-in")
    assert "用统一登录" in visitor.answer.text
    visitor.sign_in_as(login, site)
    assert visitor.path == "/desk/letters"
    assert [each.how for each in site.services.sessions.of_person(person)] == ["single_sign_on"]
    visitor.open(f"{site.url}/admin/people")
    assert visitor.answer.status_code == 403


def test_the_request_carries_state_nonce_and_a_challenge(site: Site) -> None:
    asked = requests.get(f"{site.url}/desk/sso", allow_redirects=False, timeout=20).headers["Location"]
    sent = parse_qs(urlsplit(asked).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= sent.keys()
    assert sent["redirect_uri"] == [f"{site.url}/desk/sso/back"]


def test_nobody_is_made_by_it(site: Site) -> None:
    visitor = Visitor()
    visitor.sign_in_as(f"stranger{tag()}", site)
    assert visitor.path == "/desk/sign-in"
    assert "没有对应的人员" in visitor.answer.text
    visitor.open(f"{site.url}/desk/")
    assert visitor.path == "/desk/sign-in"


def test_somebody_out_of_use_stays_out(site: Site) -> None:
    login, person = somebody(site)
    site.services.people.deactivate(ADMIN, person, "调离")
    visitor = Visitor()
    visitor.sign_in_as(login, site)
    assert visitor.path == "/desk/sign-in"


def test_an_account_written_down_counts_in_place_of_the_login(site: Site) -> None:
    login, person = somebody(site)
    account = f"gov-{tag()}"
    site.services.single_sign_on.edit(ADMIN, person, account, may_use_password=False)
    by_login, by_account = Visitor(), Visitor()
    by_login.sign_in_as(login, site)
    assert by_login.path == "/desk/sign-in"
    by_account.sign_in_as(account, site)
    assert by_account.path == "/desk/letters"
    with pytest.raises(NotAllowed, match="用户名或密码不正确"):
        site.services.sign_in.with_password(login, OWN, "10.3.3.3")


@pytest.mark.parametrize("forged", ["code=abc&state=def", "error=access_denied", "", "code=abc"])
def test_an_answer_that_was_not_asked_for_opens_nothing(site: Site, forged: str) -> None:
    visitor = Visitor()
    visitor.open(f"{site.url}/desk/sso/back?{forged}")
    assert visitor.path == "/desk/sign-in"
    assert "没有成功" in visitor.answer.text


def test_a_copied_answer_opens_nothing_in_another_browser(site: Site) -> None:
    login, _ = somebody(site)
    visitor = Visitor()
    visitor.sign_in_as(login, site)
    back = next(each.url for each in visitor.answer.history if "/desk/sso/back" in each.url)
    thief = Visitor()
    thief.open(back)
    assert thief.path == "/desk/sign-in"


def test_a_proof_is_asked_of_the_provider_anew(site: Site) -> None:
    login, _ = somebody(site, Role.ADMIN)
    visitor = Visitor()
    visitor.sign_in_as(login, site, "/admin/files")
    assert isinstance(site.services.clock, SetClock)
    site.services.clock.move(minutes=16)
    visitor.open(f"{site.url}/admin/files/units.yaml")
    assert visitor.heading == "请确认是您本人"
    assert "用统一登录确认" in visitor.answer.text
    visitor.open(f"{site.url}/desk/sso/prove?next=/admin/files/units.yaml")
    assert 'name="login"' in visitor.answer.text
    while "/interaction/" in visitor.answer.url:
        is_login = 'name="login"' in visitor.answer.text
        visitor.send(**({"login": login, "password": "any"} if is_login else {}))
    assert visitor.heading == "已经确认"
    visitor.open(f"{site.url}/admin/files/units.yaml")
    assert visitor.answer.headers["Content-Type"].startswith("application/yaml")


def test_signing_out_offers_the_end_of_the_providers_session(site: Site) -> None:
    login, person = somebody(site)
    visitor = Visitor()
    visitor.sign_in_as(login, site)
    page = html.fromstring(visitor.answer.text)
    token = page.xpath("string(//meta[@name='csrf-token']/@content)")
    visitor.answer = visitor.session.post(f"{site.url}/desk/sign-out", data={"csrf_token": token}, timeout=20)
    assert visitor.heading == "您已退出登录"
    (end,) = html.fromstring(visitor.answer.text).xpath("//main//a[contains(., '退出统一登录')]/@href")
    assert end.startswith(f"{site.issuer}/session/end?client_id=letterbox")
    assert list(site.services.sessions.of_person(person)) == []


def test_a_provider_that_is_away_is_told_and_the_password_still_works(api: Api) -> None:
    issuer = f"http://127.0.0.1:{free_port()}"
    with with_own_clock(api, oidc_issuer=issuer, oidc_client_id="letterbox") as office:
        answer = office.app.test_client().get("/desk/sso", follow_redirects=True)
    assert "统一登录暂时连不上" in answer.get_data(as_text=True)


def test_who_is_whom_is_not_written_down_in_the_web(site: Site) -> None:
    _login, person = somebody(site)
    security = site.services.sign_in.of_login("security").actor
    with pytest.raises(NotAllowed, match="命令行"):
        site.services.single_sign_on.edit(security, person, "somebody-else", may_use_password=True)
