"""A county's administrator at work in tests: small units and people of a test's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select

from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.services.staff.unit_rules import UnitInput
from letterbox.store.notices import Delivery
from letterbox.store.people import Person
from letterbox.wiring import Services
from tests.support.office.api import Api
from tests.support.writers.script_free_browser import Browser

ADMIN = Actor(ActorKind.SYSTEM, None, "命令行", frozenset({Grant(Role.ADMIN), Grant(Role.SECURITY_ADMIN)}))
"""The command line, which needs no second person."""


PASSWORD = "demo-password"
SignIn = Callable[..., Browser]


@dataclass(frozen=True, slots=True)
class Office:
    """A fresh unit with a handler, a deputy and a principal, whose candidate groups nobody else uses."""

    unit: str
    handler: int
    deputy: int
    principal: int


def tag() -> str:
    return uuid4().hex[:8]


def new_person(services: Services, name: str, *roles: RoleInput) -> int:
    person_id, _password = services.people.create(ADMIN, PersonInput(f"p{tag()}", name), roles)
    return person_id


def new_unit(services: Services, **fields: object) -> str:
    code = f"u{tag()}"
    values = {"code": code, "name": f"测试局{code}", "short_name": f"局{code}", "kind": "department", **fields}
    services.units.create(ADMIN, UnitInput(**values))  # type: ignore[arg-type]  # the fields of a form
    return code


def new_office(services: Services) -> Office:
    unit = new_unit(services)
    people = [
        new_person(services, name, RoleInput(role, unit))
        for name, role in (("张三丰", "unit_handler"), ("李分管", "unit_deputy"), ("王主要", "unit_principal"))
    ]
    return Office(unit, *people)


def as_actor(services: Services, person_id: int) -> Actor:
    signed_in = services.sign_in.of_person(person_id)
    assert signed_in is not None
    return signed_in.actor


def sign_in(api: Api, login: str, password: str = PASSWORD) -> Browser:
    browser = Browser(api.app.test_client())
    browser.open("/desk/sign-in")
    browser.submit("/desk/sign-in", login=login, password=password)
    assert "/sign-in" not in browser.page.response.request.path, browser.page.text
    return browser


def person_id(services: Services, login: str) -> int:
    with services.database.reading() as session:
        return session.scalars(select(Person.id).where(Person.login == login)).one()


def actor(real: Services, login: str) -> Actor:
    """One of the county's own people."""
    return as_actor(real, person_id(real, login))


def told(real: Services, person: int) -> list[str]:
    """Subjects of what he finds in the desk, oldest first."""
    with real.database.reading() as session:
        query = select(Delivery.subject).where(Delivery.person_id == person, Delivery.channel == "in_app")
        return list(session.scalars(query.order_by(Delivery.id)))
