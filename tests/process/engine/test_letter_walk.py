"""Every way through the raw diagrams, on the real engine, by REST alone; together they take every sequence flow."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
import requests

from letterbox.bundle.diagrams import read_bundle
from tests.support.drawn import bundle
from tests.support.drawn.flow_report import FLOWS
from tests.support.drawn.letter_walk import Rest, Walk
from tests.support.drawn.side_process_routes import SIDE_PROCESS_ROUTES
from tests.support.drawn.walk_routes import (
    LATER,
    REDO,
    REPLY,
    REVIEW,
    ROUTES,
    SCREENING,
    SIGN_FOR,
    UNIT_PATH,
    WATCH,
    delivered,
    dispatch,
    dispatched,
    fire_timer,
    open_keys,
    received,
    same_instant,
    submitted,
)
from tests.support.stack.stack import EngineStack

pytestmark = pytest.mark.engine
EVERY_ROUTE = [*ROUTES, *SIDE_PROCESS_ROUTES]


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


def test_together_the_routes_take_every_sequence_flow(
    new_walk: Callable[[], Walk], rest: Rest, pytestconfig: pytest.Config, subtests: pytest.Subtests
) -> None:
    """Each asserts what must be met on its way. The share of each process is printed at the end of the run."""
    rest.forget_flows()
    for route in EVERY_ROUTE:
        with subtests.test(route.__name__):
            route(new_walk())
    taken = rest.flows_taken()
    pytestconfig.stash[FLOWS] = {process: (flows, flows - taken) for process, flows in flows_that_count().items()}
    missing = {flow for _, left_out in pytestconfig.stash[FLOWS].values() for flow in left_out}
    assert missing == set()


def test_every_element_lies_on_a_flow_that_is_taken() -> None:
    """Or is a lone event-based branch, whose event's own flow is taken: so whatever is drawn was reached."""
    for diagram in read_bundle(bundle.shipped()):
        touched = {end for flow in diagram.flows for end in (flow.source, flow.target)}
        boxes = {node.id for node in diagram.nodes if node.attributes.get("triggeredByEvent") == "true"}
        assert {node.id for node in diagram.nodes} - touched - boxes == set()


def flows_that_count() -> dict[str, set[str]]:
    """By process, all but those behind an event-based gateway: the engine jumps to the event, whose own flow counts."""
    counted: dict[str, set[str]] = {}
    for diagram in read_bundle(bundle.shipped()):
        for flow in diagram.flows:
            if diagram.node(flow.source).kind != "eventBasedGateway":
                counted.setdefault(flow.process, set()).add(f"{flow.process}/{flow.id}")
    return counted


STEPS: list[tuple[str, dict[str, str], str, str]] = [
    ("Task_ReceiveLetter", UNIT_PATH["Task_ReceiveLetter"], "unit_handler@transport", SIGN_FOR),
    ("Task_SubmitToDeputy", UNIT_PATH["Task_SubmitToDeputy"], "unit_handler@transport", REPLY),
    ("Task_InstructHandler", UNIT_PATH["Task_InstructHandler"], "unit_deputy@transport", REPLY),
    ("Task_DraftReply", UNIT_PATH["Task_DraftReply"], "unit_handler@transport", REPLY),
    ("Task_SignOffReply", UNIT_PATH["Task_SignOffReply"], "unit_principal@transport", REPLY),
    ("Task_ReviewReply", {"reviewOutcome": "pass"}, "reviewer", REVIEW),
]


def test_each_task_reaches_its_people_with_its_due_date(walk: Walk) -> None:
    received(walk)
    assert walk.groups("Task_ScreenLetter") == ["screener"]
    walk.complete("Task_ScreenLetter", screeningOutcome="accept", category="complaint")
    assert walk.groups("Task_AssignLetter") == ["screener"]
    assert same_instant(walk.task("Task_AssignLetter")["due"], SCREENING)
    walk.complete("Task_AssignLetter", leadUnit="transport")
    dispatch(walk)
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
    wanted = {"letterId", "leadUnit", "category", "unitStep", "unitDueAt", "signForDueAt", "replyDueAt"}
    assert set(variables) == wanted
    assert (variables["unitStep"]["value"], variables["leadUnit"]["value"]) == ("receive", "transport")


def test_a_submitted_reply_ends_the_request_for_an_extension(walk: Walk) -> None:
    dispatched(walk)
    for task in list(UNIT_PATH)[:-1]:
        walk.complete(task, **UNIT_PATH[task])
    walk.say("ExtensionRequested", extensionDecisionDueAt=LATER)
    (sign_off,) = [task for task in walk.tasks() if task["taskDefinitionKey"] == "Task_SignOffReply"]
    variables = {name: {"value": value} for name, value in UNIT_PATH["Task_SignOffReply"].items()}
    walk.rest.post(f"/task/{sign_off['id']}/complete", {"variables": variables})
    walk.run_jobs()
    assert open_keys(walk) == ["Task_ReviewReply"]


@pytest.mark.parametrize(("message", "outcome"), [("LetterReturned", "returned"), ("LetterRecalled", "recalled")])
def test_what_stops_the_unit_ends_a_request_for_an_extension_too(message: str, outcome: str, walk: Walk) -> None:
    dispatched(walk)
    walk.say("ExtensionRequested", extensionDecisionDueAt=LATER)
    walk.say(message, unitOutcome=outcome, isFinalReturn=False, returnRulingDueAt=LATER, screeningDueAt=LATER)
    assert open_keys(walk) == ["Task_AssignLetter" if outcome == "recalled" else "Task_RuleOnReturn"]


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
    walk.start(WATCH, letterId="1", nextStepAt=SCREENING)
    for due in (LATER, REDO, SCREENING):
        walk.say("LimitsChanged", nextStepAt=due)
        (timer,) = walk.jobs()
        assert same_instant(timer["dueDate"], due)
    fire_timer(walk)
    assert walk.jobs() == []
    walk.work("escalate-deadline")
    walk.work("find-next-step", nextStepAt=LATER)
    (timer,) = walk.jobs()
    assert same_instant(timer["dueDate"], LATER)


def test_a_busy_watch_refuses_a_nudge_so_that_it_is_sent_again(walk: Walk) -> None:
    walk.start(WATCH, letterId="1", nextStepAt=SCREENING)
    fire_timer(walk)
    with pytest.raises(requests.HTTPError, match="MismatchingMessageCorrelation"):
        walk.say("LimitsChanged", nextStepAt=LATER)
