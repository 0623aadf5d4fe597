"""A letter that somebody may not know of is answered about as one that does not exist: same status, same words (A5)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from letterbox.domain.errors import LetterboxError
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from tests.support.office.api import Api
from tests.support.office.county import County
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import SCREENER, accepted

pytest_plugins = ["tests.support.office.desk_fixtures"]
pytestmark = pytest.mark.engine

ACCUSED = "housing"
ROLES = (Role.UNIT_HANDLER, Role.UNIT_DEPUTY, Role.UNIT_PRINCIPAL)
BOTH = tuple(
    Actor(ActorKind.TOKEN, None, "兼职", frozenset({Grant(role, None), Grant(Role.UNIT_HANDLER, ACCUSED)}))
    for role in (Role.SCREENER, Role.SUPERVISOR, Role.LEADER, Role.COORDINATOR, Role.OPERATOR)
)
"""An office role, and one in the accused unit besides."""
BODY: dict[str, object] = {"values": {}}


@pytest.fixture
def hidden(site: DeskSite) -> str:
    county = site.county
    number = county.write("举报住建局", "住建局收了红包。", category="report")
    values = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": ACCUSED}
    county.do(number, "Task_ScreenLetter", SCREENER, **values)
    return number


def said(answer: TestResponse, number: str) -> tuple[int, str]:
    told = {key: value for key, value in answer.get_json().items() if key != "request_id"}
    return answer.status_code, str(told).replace(number, "…")


def none_like(number: str) -> str:
    return f"{number[:-5]}99999"


def addresses(site: DeskSite, door: str, actions: list[str]) -> Iterator[tuple[str, str]]:
    """Every address of a door that names a letter, with every action, and how it may be asked."""
    for rule in site.app.url_map.iter_rules():
        if not rule.rule.startswith(f"{door}/") or "number" not in rule.arguments:
            continue
        path = rule.rule.replace("<number>", "{number}")
        for action in actions if "<" in path else [""]:
            filled = path.replace("<action>", action).replace("<name>", action)
            if "<" not in filled:
                yield from ((method, filled) for method in sorted((rule.methods or set()) & {"GET", "POST"}))


def test_no_address_tells_a_hidden_letter_from_none(site: DeskSite, hidden: str) -> None:
    api, none = Api(site.app, site.county.services), none_like(hidden)
    actions = sorted(site.county.services.actions._actions)
    asked = list(addresses(site, "/api/v1", actions))
    assert len(asked) > len(actions) > 10
    browser = site.signed_in(f"handler.{ACCUSED}")
    different = []
    for method, path in asked:
        for role in ROLES:
            answers = [
                api.call(method, path.format(number=each).removeprefix("/api/v1"), role, BODY, unit=ACCUSED)
                for each in (hidden, none)
            ]
            told = [said(answer, each) for answer, each in zip(answers, (hidden, none), strict=True)]
            different += [(method, path, role, told)] if told[0] != told[1] else []
    for method, path in addresses(site, "/desk", actions):
        pages = [browser.client.get(path.format(number=each)) for each in (hidden, none)] if method == "GET" else []
        different += (
            [(path, [each.status_code for each in pages])] if len({each.status_code for each in pages}) > 1 else []
        )
    assert different == []


def answered(county: County, number: str, name: str, actor: Actor) -> tuple[type[LetterboxError], str]:
    with pytest.raises(LetterboxError) as refused:
        county.services.actions.perform(number, name, {}, actor)
    return type(refused.value), refused.value.message.replace(number, "…")


def test_no_action_tells_somebody_who_is_of_an_office_besides(site: DeskSite, hidden: str) -> None:
    county = site.county
    for name in county.services.actions._actions:
        for actor in BOTH:
            assert answered(county, hidden, name, actor) == answered(county, none_like(hidden), name, actor)


def give(county: County, number: str, values: dict[str, str], actor: Actor) -> None:
    """As the action ``join``, or in the screening where there is an outcome."""
    if "outcome" in values:
        county.services.tasks.complete(county.task(number, "Task_ScreenLetter", actor).id, values, actor)
    else:
        county.services.actions.perform(number, "join", values, actor)


@pytest.mark.parametrize("named", ["joined to", "in screening", "accepted elsewhere"])
def test_naming_a_hidden_letter_is_naming_none(site: DeskSite, hidden: str, named: str) -> None:
    county, actor, told = site.county, BOTH[0], []
    number = accepted(county) if named == "joined to" else county.write()
    for other in (hidden, none_like(hidden)):
        values = {
            "joined to": {"joined_to": other, "reason": "同一件事"},
            "in screening": {"outcome": "join", "joined_to": other},
            "accepted elsewhere": {"outcome": "decline", "ground": "2", "reason": "已受理。", "reference": other},
        }[named]
        with pytest.raises(LetterboxError) as refused:
            give(county, number, values, actor)
        told.append((type(refused.value), refused.value.message.replace(other, "…")))
    assert told[0] == told[1]
    assert "没有编号为 … 的来信" in told[0][1]
