"""Every way through the raw diagrams, on the real engine, by REST alone; together they take every sequence flow."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import requests

from letterbox.engine.diagrams import read_bundle
from tests.support import bundle
from tests.support.letter_walk import Rest, Walk
from tests.support.stack import EngineStack

pytestmark = pytest.mark.engine

LETTER, UNIT = "LetterHandlingProcess", "UnitHandlingProcess"
WATCH, NOTICE = "DeadlineWatchProcess", "NoticeDeliveryProcess"
SCREENING, LATER = "2026-09-30T17:30:00.000+08:00", "2026-10-12T17:30:00.000+08:00"
SIGN_FOR, REPLY = "2026-09-29T17:30:00.000+08:00", "2026-10-10T17:30:00.000+08:00"
REVIEW, REDO = "2026-10-13T17:30:00.000+08:00", "2026-10-15T17:30:00.000+08:00"


@pytest.fixture(scope="module")
def rest(engine_stack: EngineStack) -> Iterator[Rest]:
    rest = Rest(engine_stack)
    yield rest
    rest.close()


@pytest.fixture(scope="module")
def new_walk(rest: Rest) -> Iterator[Callable[[], Walk]]:
    deployed = rest.deploy("letter walk", bundle.counted(bundle.shipped()))
    definitions = {each["key"]: each["id"] for each in deployed["deployedProcessDefinitions"].values()}
    yield lambda: Walk(rest, definitions, f"W{uuid.uuid4().hex[:12]}")
    rest.delete(f"/deployment/{deployed['id']}", cascade="true")


@pytest.fixture
def walk(new_walk: Callable[[], Walk]) -> Walk:
    return new_walk()


def same_instant(engine_time: str | None, text: str) -> bool:
    return engine_time is not None and datetime.fromisoformat(engine_time) == datetime.fromisoformat(text)


def received(walk: Walk) -> str:
    letter = walk.start(LETTER, letterId="1", screeningDueAt=SCREENING)
    walk.work("classify-letter")
    return letter


def dispatched(walk: Walk) -> str:
    letter = received(walk)
    walk.complete("Task_ScreenLetter", screeningOutcome="accept", category="complaint")
    walk.complete("Task_AssignLetter", leadUnit="transport")
    walk.work("dispatch-letter", signForDueAt=SIGN_FOR, replyDueAt=REPLY)
    return letter


def submitted(walk: Walk) -> str:
    letter = dispatched(walk)
    for task in ("Task_ReceiveLetter", "Task_SubmitToDeputy", "Task_InstructHandler", "Task_DraftReply"):
        walk.complete(task)
    walk.complete("Task_SignOffReply", signOffOutcome="sign", reviewDueAt=REVIEW)
    return letter


def delivered(walk: Walk) -> str:
    letter = submitted(walk)
    walk.complete("Task_ReviewReply", reviewOutcome="pass")
    walk.work("deliver-reply")
    return letter


def evaluated_route(walk: Walk) -> None:
    letter = delivered(walk)
    walk.say("LetterEvaluated", isSatisfied=True)
    assert walk.ended_at(letter) == ["EndEvent_LetterClosed"]


def unanswered_evaluation_route(walk: Walk) -> None:
    letter = delivered(walk)
    walk.say("EvaluationLapsed")
    assert walk.ended_at(letter) == ["EndEvent_LetterClosed"]


def declined_route(walk: Walk) -> None:
    letter = received(walk)
    walk.complete("Task_ScreenLetter", screeningOutcome="decline")
    assert walk.ended_at(letter) == ["EndEvent_LetterDeclined"]


def supplement_route(walk: Walk) -> None:
    """Asked twice: once he supplies, once he does not; the screener decides after each."""
    received(walk)
    walk.complete("Task_ScreenLetter", screeningOutcome="supplement")
    assert walk.tasks() == []
    walk.say("WriterSupplied", screeningDueAt=LATER)
    assert same_instant(walk.task("Task_ScreenLetter")["due"], LATER)
    walk.complete("Task_ScreenLetter", screeningOutcome="supplement")
    walk.say("SupplementLapsed")
    walk.complete("Task_ScreenLetter", screeningOutcome="accept")
    walk.task("Task_AssignLetter")


def redo_route(walk: Walk) -> None:
    """A failed review goes straight to the draft, by the redo limit; a sent-back draft returns to the handler."""
    submitted(walk)
    walk.complete("Task_ReviewReply", reviewOutcome="fail", redoDueAt=REDO)
    assert same_instant(walk.task("Task_DraftReply")["due"], REDO)
    walk.complete("Task_DraftReply")
    assert same_instant(walk.task("Task_SignOffReply")["due"], REDO)
    walk.complete("Task_SignOffReply", signOffOutcome="send_back")
    walk.complete("Task_DraftReply")
    walk.complete("Task_SignOffReply", signOffOutcome="sign", reviewDueAt=LATER)
    assert same_instant(walk.task("Task_ReviewReply")["due"], LATER)
    assert walk.visited("Task_ReceiveLetter") == 1


def withdrawn_route(walk: Walk) -> None:
    letter = dispatched(walk)
    assert len(walk.instances()) == 2
    walk.say("LetterWithdrawn")
    assert walk.ended_at(letter) == ["EndEvent_LetterWithdrawn"]
    assert (walk.instances(), walk.tasks()) == ([], [])


def watch_route(walk: Walk) -> None:
    watch = walk.start(WATCH, letterId="1")
    walk.work("find-next-step", nextStepAt=SCREENING)
    walk.say("LimitsChanged")
    walk.work("find-next-step", nextStepAt=LATER)
    fire_timer(walk)
    walk.work("escalate-deadline")
    walk.work("find-next-step", nextStepAt=REDO)
    walk.say("LetterClosed")
    assert walk.ended_at(watch) == ["EndEvent_WatchEnded"]


def notice_route(walk: Walk) -> None:
    notice = walk.start(NOTICE, noticeId="7")
    assert walk.work("send-notice")["variables"]["noticeId"]["value"] == "7"
    assert walk.ended_at(notice) == ["EndEvent_NoticeSent"]


def fire_timer(walk: Walk) -> None:
    (timer,) = walk.jobs(timers="true")
    walk.rest.post(f"/job/{timer['id']}/execute")


ROUTES = [
    evaluated_route, unanswered_evaluation_route, declined_route, supplement_route,
    redo_route, withdrawn_route, watch_route, notice_route,
]  # fmt: skip


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.__name__)
def test_a_letter_takes(route: Callable[[Walk], None], walk: Walk) -> None:
    route(walk)


def test_together_the_routes_take_every_sequence_flow(new_walk: Callable[[], Walk], rest: Rest) -> None:
    rest.forget_flows()
    for route in ROUTES:
        route(new_walk())
    assert flows_that_count() - rest.flows_taken() == set()


def flows_that_count() -> set[str]:
    """All but those behind an event-based gateway: the engine jumps to the event, whose own outgoing flow counts."""
    return {
        f"{flow.process}/{flow.id}"
        for diagram in read_bundle(bundle.shipped())
        for flow in diagram.flows
        if diagram.node(flow.source).kind != "eventBasedGateway"
    }


STEPS: list[tuple[str, dict[str, Any], str, str]] = [
    ("Task_ReceiveLetter", {}, "unit_handler@transport", SIGN_FOR),
    ("Task_SubmitToDeputy", {}, "unit_handler@transport", REPLY),
    ("Task_InstructHandler", {}, "unit_deputy@transport", REPLY),
    ("Task_DraftReply", {}, "unit_handler@transport", REPLY),
    ("Task_SignOffReply", {"signOffOutcome": "sign", "reviewDueAt": REVIEW}, "unit_principal@transport", REPLY),
    ("Task_ReviewReply", {"reviewOutcome": "pass"}, "reviewer", REVIEW),
]


def test_each_task_reaches_its_people_with_its_due_date(walk: Walk) -> None:
    received(walk)
    assert walk.groups("Task_ScreenLetter") == ["screener"]
    walk.complete("Task_ScreenLetter", screeningOutcome="accept", category="complaint")
    assert walk.groups("Task_AssignLetter") == ["screener"]
    assert same_instant(walk.task("Task_AssignLetter")["due"], SCREENING)
    walk.complete("Task_AssignLetter", leadUnit="transport")
    walk.work("dispatch-letter", signForDueAt=SIGN_FOR, replyDueAt=REPLY)
    for key, variables, group, due in STEPS:
        assert walk.groups(key) == [group]
        assert same_instant(walk.task(key)["due"], due), key
        walk.complete(key, **variables)


def test_each_task_shows_the_form_of_its_own_deployment(walk: Walk) -> None:
    received(walk)
    form = walk.rest.get(f"/task/{walk.task('Task_ScreenLetter')['id']}/deployed-form")
    assert form["id"] == "screen-letter"


def test_the_unit_works_under_the_letters_number_and_knows_only_what_it_needs(walk: Walk) -> None:
    letter = dispatched(walk)
    (unit,) = [instance for instance in walk.instances() if instance["id"] != letter]
    assert unit["businessKey"] == walk.number
    variables = walk.rest.get(f"/process-instance/{unit['id']}/variables")
    assert set(variables) == {"letterId", "leadUnit", "category", "isRedo", "signForDueAt", "replyDueAt", "redoDueAt"}
    assert (variables["isRedo"]["value"], variables["leadUnit"]["value"]) == (False, "transport")


@pytest.mark.parametrize("reach", [received, dispatched, submitted, delivered], ids=lambda reach: reach.__name__)
def test_a_writer_may_withdraw_wherever_the_letter_is(reach: Callable[[Walk], str], walk: Walk) -> None:
    letter = reach(walk)
    walk.say("LetterWithdrawn")
    assert walk.ended_at(letter) == ["EndEvent_LetterWithdrawn"]
    assert (walk.instances(), walk.tasks(), walk.jobs()) == ([], [], [])


def test_what_fails_behind_a_persons_step_waits_as_a_job_and_goes_on_once_mended(walk: Walk) -> None:
    letter = received(walk)
    walk.submit("Task_ScreenLetter", screeningOutcome="no such outcome")
    with pytest.raises(requests.HTTPError, match="Gateway_ScreeningOutcome"):
        walk.run_jobs()
    assert walk.tasks() == []
    walk.rest.post(
        f"/process-instance/{letter}/variables", {"modifications": {"screeningOutcome": {"value": "accept"}}}
    )
    walk.run_jobs()
    walk.task("Task_AssignLetter")


def test_the_watch_has_one_timer_at_the_next_step_and_only_one(walk: Walk) -> None:
    walk.start(WATCH, letterId="1")
    for due in (SCREENING, LATER, REDO):
        walk.work("find-next-step", nextStepAt=due)
        (timer,) = walk.jobs(timers="true")
        assert same_instant(timer["dueDate"], due)
        walk.say("LimitsChanged")
    assert walk.jobs(timers="true") == []


def test_a_busy_watch_refuses_a_nudge_so_that_it_is_sent_again(walk: Walk) -> None:
    walk.start(WATCH, letterId="1")
    with pytest.raises(requests.HTTPError, match="MismatchingMessageCorrelation"):
        walk.say("LimitsChanged")
