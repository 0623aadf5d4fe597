"""What is known of a task without asking: listed once, done with fewer questions, and never by somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from letterbox.domain.errors import FieldErrors, NotFound, TaskGone
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.engine.session import EngineSession
from letterbox.wiring import Services
from tests.support.office.county import County, staff
from tests.support.office.staffed import HANDLER, SCREENER, accepted

pytestmark = pytest.mark.engine

ACCEPT = {"outcome": "accept", "category": "complaint", "scope": "5"}


@contextmanager
def engine_calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The addresses of every call to the engine meanwhile; they all go through."""
    asked: list[str] = []
    send = EngineSession._send

    def noted(self: EngineSession, method: str, url: str, *rest: object) -> object:
        asked.append(f"{method} {url.partition('/engine-rest')[2]}")
        return send(self, method, url, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(EngineSession, "_send", noted)
        yield asked


def listed(county: County, number: str, actor: Actor) -> str:
    page = county.services.tasks.page(actor, per_page=500)
    (found,) = [row.id for row in page.items if row.number == number]
    return found


def test_a_listed_task_is_done_without_asking_whose_it_is(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    number = county.write()
    task_id = listed(county, number, SCREENER)
    with engine_calls(monkeypatch) as asked:
        county.services.tasks.complete(task_id, ACCEPT, SCREENER)
    assert f"GET /task/{task_id}" in asked, "whether it is still open is always asked"
    assert not [each for each in asked if each.endswith("identity-links")]
    county.run_until_idle(number)
    assert county.names(number).count("LetterScreened") == 1


def test_another_process_knows_what_this_one_listed(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    number = county.write()
    task_id = listed(county, number, SCREENER)
    other = Services(county.services.settings, county.clock)
    with engine_calls(monkeypatch) as asked:
        other.tasks.complete(task_id, ACCEPT, SCREENER)
    other.close()
    assert not [each for each in asked if each.endswith("identity-links")]
    county.run_until_idle(number)
    assert county.open_tasks(number) == ["Task_AssignLetter"]


def test_what_was_listed_for_one_unit_is_nothing_for_another(county: County) -> None:
    task_id = listed(county, accepted(county), HANDLER)
    for stranger in (staff(Role.UNIT_HANDLER, "water"), staff(Role.UNIT_PRINCIPAL, "water"), staff(Role.SUPERVISOR)):
        with pytest.raises(NotFound):
            county.services.tasks.complete(task_id, {}, stranger)


def test_who_acts_under_several_grants_acts_under_the_fitting_one(county: County) -> None:
    number = accepted(county)
    both = Actor(
        ActorKind.TOKEN, None, "双岗", frozenset({Grant(Role.SUPERVISOR), Grant(Role.UNIT_HANDLER, "transport")})
    )
    county.services.tasks.complete(listed(county, number, both), {}, both)
    (event,) = [event for event in county.events(number) if event.name == "LetterRegistered"]
    assert (event.by_role, event.by_unit) == ("unit_handler", "transport")


def test_a_listed_task_that_was_cancelled_meanwhile_is_gone(county: County) -> None:
    number = county.write()
    task_id = listed(county, number, SCREENER)
    for instance in county.services.engine.processes.of(number, "LetterHandlingProcess"):
        county.services.engine.processes.delete(instance.id)
    with pytest.raises(TaskGone):
        county.services.tasks.complete(task_id, ACCEPT, SCREENER)
    assert "LetterScreened" not in county.names(number)


def test_a_form_that_fails_changes_nothing(county: County) -> None:
    number = county.write()
    task_id = listed(county, number, SCREENER)
    with pytest.raises(FieldErrors):
        county.services.tasks.complete(task_id, {"outcome": "decline"}, SCREENER)
    assert county.names(number)[-1] == "LetterClassified"
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
