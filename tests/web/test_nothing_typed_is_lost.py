"""Every form that takes words gives them back when the page's token or the sign-in has ended: all of them, none left out."""

from __future__ import annotations

from html import unescape

from flask import Flask
from werkzeug.routing import Rule

from tests.support.office.office import SignIn
from tests.support.writers.script_free_browser import Browser
from webapp.shared.http.access import declared_roles
from webapp.shared.typed import PRIVATE, labels, named

pytest_plugins = ["tests.support.office.api_fixtures", "tests.support.office.admin_fixtures"]
OWN_TOKEN = frozenset({"portal.write_step"})
"""Checks its form token itself and shows the same page again (tests/web/test_portal_write.py)."""
PARTS = {"day": "2027-03-02", "number": "SX20261100001", "code": "water", "action": "end", "name": "a.form"}
"""What stands in an address where it is no number."""
Forms = dict[str, tuple[str, list[str]]]


def forms_of(app: Flask) -> Forms:
    """Endpoint → the form's address, and the names of what one types into it."""
    posting = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    found = {rule.endpoint: (_address(app, rule), _written(app, rule)) for rule in posting}
    return {name: form for name, form in found.items() if form[1] and name not in OWN_TOKEN}


def _address(app: Flask, rule: Rule) -> str:
    values = {name: PARTS.get(name, 1) for name in rule.arguments}
    return str(app.url_map.bind("localhost").build(rule.endpoint, values, method="POST"))


def _written(app: Flask, rule: Rule) -> list[str]:
    said = named(app.view_functions[rule.endpoint])
    return [name for name in labels(said.forms) if name not in PRIVATE] if said else []


def sent(browser: Browser, form: tuple[str, list[str]], **more: str) -> tuple[int, str, list[str]]:
    """The answer's status and text, and what of the typed words is not in it."""
    address, names = form
    words = {name: f"第{place}项：写了好一会儿的话，不要丢。" for place, name in enumerate(names)}
    answer = browser.client.post(address, data={**words, **more})
    text = unescape(answer.get_data(as_text=True))
    return answer.status_code, text, [name for name, each in words.items() if each not in text]


def test_all_forms_give_back_what_was_typed_when_the_token_has_expired(as_login: SignIn) -> None:
    browser = as_login("admin")
    forms = forms_of(browser.client.application)
    assert len(forms) > 30
    lost = {}
    for endpoint, form in forms.items():
        status, _text, missing = sent(browser, form)
        if status != 400 or missing:
            lost[endpoint] = (status, missing)
    assert lost == {}


def test_and_when_the_sign_in_has_ended(as_login: SignIn) -> None:
    browser = as_login("admin")
    browser.client.delete_cookie("letterbox-staff")
    token = browser.open("/").tree.xpath("//input[@name='csrf_token']/@value")[0]
    forms = forms_of(browser.client.application)
    staffs = {name for name in forms if declared_roles(browser.client.application, name)}
    assert len(staffs) > 20
    lost = {}
    for endpoint in staffs:
        status, text, missing = sent(browser, forms[endpoint], csrf_token=token)
        if status != 403 or "请重新登录" not in text or missing:
            lost[endpoint] = (status, missing)
    assert lost == {}
