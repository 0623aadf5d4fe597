"""An owner's step for a fixed unit: its people read the letter for it; where the unit is accused the office has it (A2, A5)."""

from __future__ import annotations

import json

import pytest

from letterbox.domain.errors import NotFound
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.deployment.design import repository_files
from letterbox.services.tasks.my_tasks import TaskFilter
from letterbox.wiring.desk import Desk
from tests.support.drawn.changed_bundle import VISIT, VISIT_FORM, insert_task
from tests.support.drawn.owner import Owner
from tests.support.office.county import County, staff
from tests.support.office.desk_site import DeskSite
from tests.support.office.staffed import HANDLER, SCREENER, UNIT, accepted

pytest_plugins = ["tests.support.office.desk_fixtures", "tests.support.office.studio_fixtures"]
pytestmark = pytest.mark.engine

THIRD = "water"
STEP = "Task_AskThirdUnit"
ANSWERS = {"place_kind": "site", "visited_on": "2026-09-08", "seen": "已核对。"}


@pytest.fixture
def county(site: DeskSite) -> County:
    return site.county


@pytest.fixture
def asked(owner: Owner, county: County) -> County:
    """The live bundle has a step for THIRD between signing for a letter and submitting it to the deputy."""
    drawn = insert_task(
        repository_files()["unit-handling.bpmn"], "Flow_ReceiveLetter_SubmitToDeputy", STEP, "征求第三单位意见"
    )
    assert b"unit_handler@${leadUnit}" in drawn
    before, after = drawn.split(f'id="{STEP}"'.encode())
    changed = (
        before
        + f'id="{STEP}"'.encode()
        + after.replace(b"unit_handler@${leadUnit}", f"unit_handler@{THIRD}".encode(), 1)
    )
    form = json.dumps(VISIT, ensure_ascii=False).encode()
    owner.studio.upload(owner.actor, [("unit-handling.bpmn", changed), (f"{VISIT_FORM}.form", form)])
    owner.approved(owner.propose())
    return county


def at_the_step(county: County, *, accused: bool) -> str:
    if accused:
        number = county.write("举报水利局采购舞弊", "水利局王科长收钱。", category="report")
        values = {"outcome": "accept", "category": "report", "scope": "5", "accused_unit": THIRD}
        county.do(number, "Task_ScreenLetter", SCREENER, **values)
        county.do(number, "Task_AssignLetter", SCREENER, lead_unit=UNIT)
    else:
        number = accepted(county)
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert county.open_tasks(number) == [STEP]
    return number


def of_third(county: County, login: str = f"handler.{THIRD}") -> Actor:
    return county.services.sign_in.of_login(login).actor


def listed(county: County, actor: Actor) -> list[str]:
    services = county.services
    desk = Desk.on(services).tasks
    pages = (services.tasks.page(actor, per_page=200), desk.page(actor, TaskFilter(), per_page=200))
    return [row.number for page in pages for row in page.items]


def reads(county: County, number: str, actor: Actor) -> bool:
    try:
        return county.services.records.open(number, actor).number == number
    except NotFound:
        return False


def test_the_accused_has_no_task_of_it_and_the_office_is_told_that_it_has(asked: County) -> None:
    number = at_the_step(asked, accused=True)
    task = asked.services.engine.tasks.of(number)[0].id
    for _ in range(2):
        asked.services.owners_steps.look()
    for actor in (of_third(asked), of_third(asked, f"principal.{THIRD}"), staff(Role.UNIT_HANDLER, THIRD)):
        assert number not in listed(asked, actor)
        for do in (
            lambda actor=actor: asked.services.tasks.open(task, actor),
            lambda actor=actor: asked.services.tasks.complete(task, ANSWERS, actor),
        ):
            with pytest.raises(NotFound):
                do()
        assert not reads(asked, number, actor)
        if actor.kind == "person":
            assert number not in [each.number for each in asked.services.inbox.list(actor).items]
    screener = asked.services.sign_in.of_login("screener").actor
    told = [each for each in asked.services.inbox.list(screener).items if each.number == number]
    assert len([each for each in told if "转由您办办理" in each.subject]) == 1
    assert number in listed(asked, screener)
    asked.services.tasks.complete(task, ANSWERS, screener)
    asked.run_until_idle(number)
    assert asked.open_tasks(number) == ["Task_SubmitToDeputy"]


def test_the_third_unit_reads_the_letter_from_its_list_on_and_afterwards(asked: County) -> None:
    number = at_the_step(asked, accused=False)
    handler = of_third(asked)
    assert not reads(asked, number, handler)
    assert number in listed(asked, handler)
    assert reads(asked, number, handler)
    asked.do(number, STEP, handler, **ANSWERS)
    asked.services.owners_steps.look()
    assert reads(asked, number, handler)
    assert not reads(asked, number, of_third(asked, "handler.housing"))


def test_the_look_gives_the_letter_to_everybody_of_the_unit(asked: County) -> None:
    number = at_the_step(asked, accused=False)
    asked.services.owners_steps.look()
    assert reads(asked, number, of_third(asked, f"principal.{THIRD}"))
    screener = asked.services.sign_in.of_login("screener").actor
    told = [each.subject for each in asked.services.inbox.list(screener).items if each.number == number]
    assert not any("转由您办办理" in each for each in told)


def test_the_sight_ends_with_a_step_that_was_cancelled_undone(asked: County) -> None:
    number = at_the_step(asked, accused=False)
    asked.services.owners_steps.look()
    assert reads(asked, number, of_third(asked))
    asked.act(number, "recall", SCREENER, reason="另行交办")
    assert STEP not in asked.open_tasks(number)
    asked.services.owners_steps.look()
    assert not reads(asked, number, of_third(asked))
