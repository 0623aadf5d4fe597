"""Allowances slow strangers down and lock nobody out: not the person himself, not his neighbours behind one address."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from letterbox.domain.errors import LetterboxError, NotAllowed, TooManyAttempts
from letterbox.domain.vocabulary import Role
from letterbox.services.access.rate_limit import SIGN_IN, Allowance, Claim, client_of
from letterbox.services.staff.person_rules import PersonInput, RoleInput
from letterbox.store.access import Attempt
from letterbox.wiring import Services
from tests.support.office.api import Api, clock_of, with_own_clock
from tests.support.office.office import ADMIN, sign_in, tag
from tests.support.writers.script_free_browser import Browser

pytest_plugins = ["tests.support.office.api_fixtures"]

OWN = "渡口的老柳树今年又发了新芽"


@pytest.fixture
def office(api: Api) -> Iterator[Api]:
    with with_own_clock(api) as office:
        yield office


@pytest.fixture
def login(office: Api) -> str:
    login = f"p{tag()}"
    office.services.people.create(ADMIN, PersonInput(login, "许常来"), [RoleInput(Role.SCREENER)])
    office.services.people.set_password(ADMIN, login, OWN)
    return login


def wrong(services: Services, login: str, client: str, times: int) -> list[type[LetterboxError]]:
    """What as many wrong passwords were answered with."""
    answers: list[type[LetterboxError]] = []
    for _ in range(times):
        with pytest.raises((NotAllowed, TooManyAttempts)) as refusal:
            services.sign_in.with_password(login, "not this one", client)
        answers.append(refusal.type)
    return answers


def test_of_forty_wrong_passwords_at_once_five_are_checked(office: Api, login: str) -> None:
    def attempt(_n: int) -> str:
        try:
            office.services.sign_in.with_password(login, "not this one", "10.20.0.1")
        except LetterboxError as refusal:
            return type(refusal).__name__
        return "in"

    with ThreadPoolExecutor(max_workers=10) as pool:
        answers = list(pool.map(attempt, range(40)))
    assert (answers.count("NotAllowed"), answers.count("TooManyAttempts")) == (SIGN_IN.count, 40 - SIGN_IN.count)


def test_waits_double_and_end(office: Api, login: str) -> None:
    services, clock = office.services, clock_of(office)
    wrong(services, login, "10.20.0.2", 5)
    waits = []
    for _ in range(8):
        with pytest.raises(TooManyAttempts) as refusal:
            services.sign_in.with_password(login, OWN, "10.20.0.2")
        waits.append(refusal.value.retry_after_s)
        clock.move(seconds=refusal.value.retry_after_s)
        assert wrong(services, login, "10.20.0.2", 1) == [NotAllowed]
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    clock.move(minutes=5)
    assert services.sign_in.with_password(login, OWN, "10.20.0.2")


def test_hammering_does_not_prolong_the_wait(office: Api, login: str) -> None:
    services, clock = office.services, clock_of(office)
    wrong(services, login, "10.20.0.3", 5)
    assert set(wrong(services, login, "10.20.0.3", 100)) == {TooManyAttempts}
    clock.move(seconds=5)
    assert services.sign_in.with_password(login, OWN, "10.20.0.3")


def test_a_stranger_elsewhere_does_not_keep_the_person_out(office: Api, login: str) -> None:
    wrong(office.services, login, "10.20.0.4", 60)
    assert office.services.sign_in.with_password(login, OWN, "10.20.0.5")


def test_an_office_behind_one_address_does_not_lock_each_other_out(office: Api, login: str) -> None:
    for n in range(35):
        assert wrong(office.services, f"nobody{n}", "10.20.0.6", 1) == [NotAllowed]
    assert office.services.sign_in.with_password(login, OWN, "10.20.0.6")


def test_a_known_device_passes_where_a_neighbour_guesses_its_login(office: Api, login: str) -> None:
    mine = sign_in(office, login, OWN)
    mine.open("/desk/")
    mine.submit("sign-out")
    neighbour = Browser(office.app.test_client())
    for _ in range(8):
        neighbour.open("/desk/sign-in")
        neighbour.submit("sign-in", login=login, password="not this one")
    assert neighbour.page.status == 429
    mine.open("/desk/sign-in")
    assert mine.submit("sign-in", login=login, password=OWN).heading.startswith("我的任务")


def test_a_device_of_one_login_is_not_known_for_another(office: Api, login: str) -> None:
    mine = sign_in(office, login, OWN)
    mine.open("/desk/")
    mine.submit("sign-out")
    victim = f"victim{tag()}"
    for _ in range(6):
        mine.open("/desk/sign-in")
        mine.submit("sign-in", login=victim, password="not this one")
    stranger = Browser(office.app.test_client())
    stranger.open("/desk/sign-in")
    assert stranger.submit("sign-in", login=victim, password="not this one").status == 429


def test_a_success_forgets_the_slips_before_it(office: Api, login: str) -> None:
    wrong(office.services, login, "10.20.0.7", 4)
    office.services.sign_in.with_password(login, OWN, "10.20.0.7")
    assert wrong(office.services, login, "10.20.0.7", 5) == [NotAllowed] * 5


def test_several_keys_are_taken_all_or_none(office: Api) -> None:
    attempts, narrow, wide = (
        office.services.attempts,
        Claim(tag(), Allowance(1, timedelta(hours=1))),
        Claim(tag(), Allowance(9, timedelta(hours=1))),
    )
    attempts.take(narrow, wide)
    with pytest.raises(TooManyAttempts) as refusal:
        attempts.take(narrow, wide)
    assert refusal.value.retry_after_s == 3600
    assert (attempts.usage(narrow).used, attempts.usage(wide).used) == (1, 1)
    attempts.give_back(narrow.key)
    attempts.take(narrow, wide)


def test_attempts_are_cleared_away(office: Api, login: str) -> None:
    wrong(office.services, login, "10.20.0.8", 3)
    clock_of(office).move(days=3)
    office.services.housekeeping.clear_away()
    with office.services.database.reading() as session:
        assert session.scalar(select(func.count()).where(Attempt.key.startswith(f"sign-in:{login}"))) == 0


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, "-"),
        ("?", "?"),
    ],
)
def test_whom_attempts_count_against(address: str | None, client: str) -> None:
    assert client_of(address) == client
