"""The record against its own events and the engine's inner steps against the record: each falsification planted, named, mended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from letterbox.bundle.vocabulary import ProcessKey, Topic, Variable
from letterbox.domain.letter import LetterDraft, WriterDetails
from letterbox.domain.permissions import WRITER
from letterbox.domain.vocabulary import Channel, Role
from letterbox.engine.records import TopicRequest
from letterbox.services.case.places import UNIT_HANDLING
from letterbox.services.operations.processes.repositioning import RepositionOutcome
from letterbox.services.operations.reconcile.differences import CAUSES, DIFFERENCE_WORDS, REPAIRABLE, DifferenceKind
from letterbox.store.limits import Limit
from letterbox.wiring.operators import OperatorServices
from tests.process.operations.test_reconcile import change, found, kinds, repaired, the_process
from tests.support.engine.trouble import OPERATOR
from tests.support.office.county import County, staff
from tests.support.office.staffed import HANDLER, UNIT, accepted, answered

pytestmark = pytest.mark.engine
K = DifferenceKind
DAY = timedelta(days=1)
STRANGER = "somebody-with-curl"


def change_limit(county: County, number: str, kind: str, **values: object) -> None:
    query = update(Limit).where(Limit.letter_id == county.letter(number).id, Limit.kind == kind)
    with county.services.database.transaction() as session:
        session.execute(query.values(**values))


def limit_rows(county: County, number: str) -> list[Mapping[str, Any]]:
    query = select(Limit.__table__).where(Limit.letter_id == county.letter(number).id).order_by(Limit.id)
    with county.services.database.reading() as session:
        return [dict(row._mapping) for row in session.execute(query)]


def detail(county: County, number: str) -> str:
    (difference,) = found(county, number)
    return difference.detail


def moved(county: County, number: str) -> None:
    (repositioned,) = OperatorServices(county.services).repositioning.move(OPERATOR, [number], "按记录")
    county.run_until_idle(number)
    assert repositioned.outcome is RepositionOutcome.MOVED


def test_a_falsified_row_of_a_letter_is_put_back_by_its_events(county: County) -> None:
    number = accepted(county)
    before = county.letter(number)
    for values, kind, said in (
        ({"lead_unit": "water"}, K.RECORD_UNIT, "water"),
        ({"lead_unit": None}, K.RECORD_UNIT, "没有"),
        ({"received_at": before.received_at - 3 * DAY}, K.RECORD_RECEIVED, "收信时间"),
    ):
        change(county, number, **values)
        assert kinds(county, number) == {kind}
        assert said in detail(county, number)
        assert repaired(county, number) == {kind: True}
        after = county.letter(number)
        assert (after.lead_unit, after.received_at) == (before.lead_unit, before.received_at)


def test_a_falsified_limit_is_put_back_and_nothing_else_moves(county: County) -> None:
    number = accepted(county)
    rows, task_due = limit_rows(county, number), county.due_of(number, "Task_ReceiveLetter")
    (sign_for,) = (each for each in rows if each["kind"] == "sign_for")
    reply = county.limits(number)["reply"]
    for kind, values, difference in (
        ("sign_for", {"due_at": sign_for["due_at"] + 5 * DAY}, K.LIMIT_DUE),
        ("reply", {"due_at": reply.due_at - DAY}, K.LIMIT_DUE),
        ("reply", {"started_at": reply.started_at + DAY}, K.LIMIT_START),
        ("reply", {"ended_at": county.clock.at + timedelta(minutes=7)}, K.LIMIT_ENDED),
        ("reply", {"voided_at": county.clock.at + timedelta(minutes=7)}, K.LIMIT_ENDED),
    ):
        change_limit(county, number, kind, **values)
        assert kinds(county, number) == {difference}, values
        assert "--repair" in detail(county, number)
        assert repaired(county, number) == {difference: True}
        assert limit_rows(county, number) == rows
        assert county.due_of(number, "Task_ReceiveLetter") == task_due
    assert found(county, number) == []


def test_an_extended_reply_and_a_set_date_are_held_to_what_was_decided(county: County) -> None:
    number = accepted(county)
    supervisor = staff(Role.SUPERVISOR)
    due_on = (county.clock.at + 20 * DAY).date().isoformat()
    county.act(number, "supervise", supervisor, office="party", request="请查明原因", due_on=due_on)
    assert found(county, number) == []
    set_due = county.limits(number)["supervision"].due_at
    change_limit(county, number, "supervision", due_at=set_due + 30 * DAY)
    assert kinds(county, number) == {K.LIMIT_DUE}
    assert repaired(county, number) == {K.LIMIT_DUE: True}
    assert county.limits(number)["supervision"].due_at == set_due


def test_limits_that_were_deleted_are_named_and_left_to_people(county: County) -> None:
    number = accepted(county)
    with county.services.database.transaction() as session:
        session.execute(delete(Limit).where(Limit.letter_id == county.letter(number).id))
    differences = found(county, number)
    assert K.LIMIT_MISSING in {each.kind for each in differences}
    assert any("备份" in each.detail for each in differences)
    assert K.LIMIT_MISSING not in REPAIRABLE


def test_a_units_step_done_past_the_product_is_named_and_moved_back(county: County) -> None:
    number = accepted(county)
    (task,) = county.services.engine.tasks.of(number)
    county.services.engine.tasks.complete(task.id, {})
    county.run_until_idle(number)
    assert county.open_tasks(number) == ["Task_SubmitToDeputy"]
    assert kinds(county, number) == {K.UNIT_STEP}
    assert "Task_ReceiveLetter" in detail(county, number)
    assert repaired(county, number) == {K.UNIT_STEP: False}, "what a person did there is not known: an operator looks"
    moved(county, number)
    assert county.open_tasks(number) == ["Task_ReceiveLetter"]
    assert found(county, number) == []
    county.do(number, "Task_ReceiveLetter", HANDLER)
    assert found(county, number) == []


def test_a_process_that_asks_another_unit_is_named(county: County) -> None:
    number = accepted(county)
    (unit,) = county.services.engine.processes.of(number, ProcessKey.UNIT_HANDLING)
    county.services.engine.processes.set_variables(unit.id, {Variable.LEAD_UNIT: "water"})
    assert kinds(county, number) == {K.PROCESS_UNIT}
    assert UNIT in detail(county, number)
    moved(county, number)
    assert found(county, number) == []


def test_two_tokens_on_one_step_are_named_and_one_is_left(county: County) -> None:
    engine = county.services.engine
    number = accepted(county)
    (unit,) = engine.processes.of(number, ProcessKey.UNIT_HANDLING)
    engine.processes.modify(unit.id, [{"type": "startBeforeActivity", "activityId": "Task_ReceiveLetter"}], "twice")
    assert kinds(county, number) == {K.TOKENS_DOUBLED}
    assert "Task_ReceiveLetter" in detail(county, number)
    moved(county, number)
    assert found(county, number) == []
    start = [{"type": "startBeforeActivity", "activityId": "Task_AssignLetter"}]
    engine.processes.modify(the_process(county, number), start, "elsewhere too")
    county.run_until_idle(number)
    assert kinds(county, number) == {K.TOKENS_DOUBLED}
    assert UNIT_HANDLING in detail(county, number)


def test_two_tokens_where_nobody_has_a_task_are_named(county: County) -> None:
    number = answered(county)
    start = [{"type": "startBeforeActivity", "activityId": "Gateway_AwaitEvaluation"}]
    county.services.engine.processes.modify(the_process(county, number), start, "twice")
    county.run_until_idle(number)
    assert kinds(county, number) == {K.TOKENS_DOUBLED}
    moved(county, number)
    assert found(county, number) == []


def test_a_strangers_lock_is_named_and_taken_away(county: County) -> None:
    services = county.services
    writer = WriterDetails("王五", "13900000000")
    draft = LetterDraft(Channel.PORTAL, "断路", "村口的路断了。", is_public=True, writer=writer)
    number = services.intake.submit(draft, WRITER).number
    county._run_jobs(number)
    external = services.engine.external_tasks
    for lock_ms, is_foreign in ((60_000, False), (86_400_000, True)):
        taken = external.fetch_and_lock(STRANGER, [TopicRequest(Topic.CLASSIFY_LETTER, lock_ms)], 1000, 0)
        for each in taken:
            if each.business_key != number or not is_foreign:
                continue
            assert kinds(county, number) == {K.LOCK_FOREIGN}
            assert STRANGER in detail(county, number)
            assert repaired(county, number) == {K.LOCK_FOREIGN: True}
        if not is_foreign:
            assert found(county, number) == []
        for each in taken:
            external.unlock(each.id)
    county.run_until_idle(number)
    assert county.open_tasks(number) == ["Task_ScreenLetter"]
    assert found(county, number) == []


def test_every_difference_has_words_and_causes_can_be_mended() -> None:
    assert DIFFERENCE_WORDS.keys() == set(DifferenceKind)
    assert CAUSES <= REPAIRABLE
