"""Where each role begins after signing in, and where its pages lead back to."""

from __future__ import annotations

import pytest

from tests.support.office.office import SignIn

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("login", "address"),
    [
        ("screener", "/desk/"),
        ("supervisor.party", "/desk/"),
        ("handler.water-company", "/desk/"),
        ("admin", "/admin/units"),
        ("security", "/admin/people"),
        ("auditor", "/audit/"),
        ("owner", "/studio/"),
        ("operator", "/ops/"),
    ],
)
def test_everybody_begins_with_what_is_his(as_login: SignIn, login: str, address: str) -> None:
    page = as_login(login).open("/desk/sign-in")
    assert page.response.request.path == address
    assert page.tree.xpath("//a[@class='lb-brand']/@href") == [address]


@pytest.mark.parametrize(("login", "words"), [("operator", "回到首页"), ("handler.water-company", "回到我的任务")])
def test_a_refusal_leads_back_to_it(as_login: SignIn, login: str, words: str) -> None:
    page = as_login(login).open("/audit/")
    assert page.status == 403
    assert words in page.text
