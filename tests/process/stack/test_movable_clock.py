"""The movable clock on a whole running system: engine with its job executor, a worker process, the API."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from letterbox.domain.clock import OFFICE_ZONE, iso
from letterbox.domain.vocabulary import Role
from letterbox.engine.clock import EngineClock
from letterbox.seeds import values as seeds
from letterbox.services.clock.shared import SharedClock
from letterbox.services.deployment.design import repository_files
from letterbox.setting_names import VARIABLES
from letterbox.stack import stack_file
from letterbox.stack.programs import Program, Running
from letterbox.store import migrate
from letterbox.store.letters import Letter
from letterbox.store.limits import Limit, StepTaken
from letterbox.wiring import Services
from tests.support.office.api import Api, settings_for
from tests.support.stack import stack
from webapp import create_app

pytestmark = pytest.mark.engine

START = datetime(2028, 3, 6, 9, 0, tzinfo=OFFICE_ZONE)
"""A Monday later than any machine that runs this, because the clock never moves back."""
SLOW = timedelta(seconds=60)


@pytest.fixture(scope="module")
def system(lane: str) -> Iterator[Api]:
    """Everything of its own: an engine whose job executor runs must not share another's database."""
    with ExitStack() as held:
        folder = held.enter_context(stack.data_folder())
        postgres = held.enter_context(stack.postgres_stack(folder))
        engine = held.enter_context(stack.engine_stack(folder, postgres.engine_database_url, lane, job_executor=True))
        url = held.enter_context(stack.fresh_database(postgres.admin_url))
        migrate.upgrade(url)
        services = held.enter_context(closing(Services(settings_for(url, engine, folder))))
        _prepare(services)
        worker = Running(_worker(services), held.enter_context(stack.log(folder / "worker.log")))
        held.callback(worker.stop)
        yield Api(create_app(services), services)


def _prepare(services: Services) -> None:
    assert isinstance(services.clock, SharedClock)
    services.seeding.units(seeds.load_units())
    services.design.deploy_repository(repository_files(), "tests")
    services.clock.move_to(START)
    EngineClock(services.engine).move(services.clock.read_offset())


def _worker(services: Services) -> Program:
    values = {name: getattr(services.settings, name) for name in VARIABLES}
    return Program("worker", [sys.executable, "-m", "workers"], env=stack_file.as_environment(values))


def move(system: Api, to: datetime, status: int = 200) -> Any:
    return system.post("/test/clock", Role.OPERATOR, {"now": iso(to)}, status)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_every_step_is_taken_at_its_own_instant_however_far_the_clock_moves(system: Api) -> None:
    now = instant(move(system, system.services.clock.now() + timedelta(minutes=1))["now"])
    number, _ = system.write()
    answer = move(system, now + timedelta(days=12))
    assert now + timedelta(days=12) <= instant(answer["now"]) < now + timedelta(days=12) + SLOW
    record = system.get(f"/letters/{number}", Role.SUPERVISOR)
    steps = [event for event in record["events"] if event["name"] == "DeadlineStepTaken"]
    assert len(steps) >= 2, "a letter nobody screens is escalated"
    assert [event["name"] for event in record["events"]].count("LetterClassified") == 1
    planned = planned_steps(system.services, number)
    assert len(planned) == len(steps) == len(set(planned))
    for event, due_at in zip(steps, planned, strict=True):
        assert due_at - timedelta(seconds=1) <= instant(event["at"]) < due_at + SLOW, event
    assert [each.due_at > instant(answer["now"]) for each in timers(system, number)] == [True]


def test_it_never_moves_back(system: Api) -> None:
    now = system.services.clock.now()
    problem = move(system, now - timedelta(hours=1), 409)
    assert iso(now)[:16] in problem["detail"]
    assert system.services.clock.now() >= now


def test_only_an_operator_moves_it_and_only_to_an_instant(system: Api) -> None:
    body = {"now": iso(system.services.clock.now())}
    system.post("/test/clock", None, body, 401)
    system.post("/test/clock", Role.ADMIN, body, 403)
    for given in ("tomorrow", "2028-03-07T09:00:00"):
        assert list(system.post("/test/clock", Role.OPERATOR, {"now": given}, 422)["errors"]) == ["now"]


def test_a_supplement_that_never_came_puts_screening_back(system: Api) -> None:
    number, _ = system.write()
    move(system, system.services.clock.now() + timedelta(seconds=2))
    (task,) = [row for row in pages(system) if row["letter"] == number]
    values = {"outcome": "supplement", "question": "在哪一段路？"}
    system.post(f"/tasks/{task['id']}/complete", Role.SCREENER, {"values": values})
    move(system, system.services.clock.now() + timedelta(days=14))
    assert [row["task"] for row in pages(system) if row["letter"] == number] == ["Task_ScreenLetter"]
    record = system.get(f"/letters/{number}", Role.SCREENER)
    (lapsed,) = [event for event in record["events"] if event["name"] == "SupplementLapsed"]
    (limit,) = [each for each in record["limits"] if each["kind"] == "supplement"]
    assert instant(limit["due_at"]) <= instant(lapsed["at"]) < instant(limit["due_at"]) + SLOW


def pages(system: Api) -> list[dict[str, Any]]:
    return list(system.get("/tasks?per_page=100", Role.SCREENER)["items"])


def timers(system: Api, number: str) -> list[Any]:
    return list(system.services.engine.jobs.timers_of(number))


def planned_steps(services: Services, number: str) -> list[datetime]:
    query = (
        select(StepTaken.planned_at)
        .join(Limit, Limit.id == StepTaken.limit_id)
        .join(Letter, Letter.id == Limit.letter_id)
    )
    with services.database.reading() as session:
        return list(session.scalars(query.where(Letter.number == number).order_by(StepTaken.id)))
