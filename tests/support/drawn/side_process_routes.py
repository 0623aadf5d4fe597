"""The ways through the diagrams of what runs beside a letter; with ``walk_routes`` they take every sequence flow."""

from __future__ import annotations

from tests.support.drawn.letter_walk import Walk
from tests.support.drawn.walk_routes import LATER, REVIEW, SIGN_FOR, same_instant

CO_HANDLING, SUPERVISION = "CoHandlingProcess", "SupervisionProcess"
INSTRUCTION, PROMISE = "InstructionProcess", "PromiseProcess"


def co_handled_route(walk: Walk) -> None:
    """Two co-handlers: one gives its opinion, the other one alone is told that none is needed."""
    given = walk.start(CO_HANDLING, letterId="1", coUnit="housing", coOpinionDueAt=SIGN_FOR)
    task = walk.task("Task_GiveOpinion")
    assert walk.groups("Task_GiveOpinion") == ["unit_handler@housing"]
    assert same_instant(task["due"], SIGN_FOR)
    ended = walk.start(CO_HANDLING, letterId="1", coUnit="transport", coOpinionDueAt=SIGN_FOR)
    walk.say_to("CoHandlingEnded", coUnit="transport")
    assert walk.ended_at(ended) == ["EndEvent_CoHandlingEnded"]
    walk.complete("Task_GiveOpinion")
    assert walk.ended_at(given) == ["EndEvent_OpinionGiven"]


def supervised_route(walk: Walk) -> None:
    """Pressed again with a new date, closed, reported; another one ends because the letter is withdrawn."""
    first = walk.start(
        SUPERVISION, letterId="1", supervisionId="1", supervisedUnit="transport", supervisionDueAt=REVIEW
    )
    assert walk.groups("Task_AnswerSupervision") == ["unit_handler@transport"]
    assert same_instant(walk.task("Task_AnswerSupervision")["due"], REVIEW)
    walk.complete("Task_AnswerSupervision")
    assert walk.groups("Task_AssessFeedback") == ["supervisor"]
    walk.complete("Task_AssessFeedback", supervisionOutcome="press_again", supervisionDueAt=LATER)
    assert same_instant(walk.task("Task_AnswerSupervision")["due"], LATER)
    walk.complete("Task_AnswerSupervision")
    walk.complete("Task_AssessFeedback", supervisionOutcome="close")
    assert walk.work("report-supervision")["variables"]["supervisionId"]["value"] == "1"
    assert walk.ended_at(first) == ["EndEvent_SupervisionClosed"]
    other = walk.start(
        SUPERVISION, letterId="1", supervisionId="2", supervisedUnit="transport", supervisionDueAt=REVIEW
    )
    walk.say_to("SupervisionEnded", supervisionId="2")
    assert walk.ended_at(other) == ["EndEvent_SupervisionEnded"]


def instructed_route(walk: Walk) -> None:
    answered = walk.start(
        INSTRUCTION, letterId="1", instructionId="1", instructedUnit="housing", instructionDueAt=LATER
    )
    assert walk.groups("Task_AnswerInstruction") == ["unit_handler@housing"]
    assert same_instant(walk.task("Task_AnswerInstruction")["due"], LATER)
    walk.complete("Task_AnswerInstruction")
    assert walk.ended_at(answered) == ["EndEvent_InstructionAnswered"]
    other = walk.start(INSTRUCTION, letterId="1", instructionId="2", instructedUnit="housing", instructionDueAt=LATER)
    walk.say_to("InstructionEnded", instructionId="2")
    assert walk.ended_at(other) == ["EndEvent_InstructionEnded"]


def promised_route(walk: Walk) -> None:
    promise = walk.start(PROMISE, letterId="1", promiseId="1", promiseUnit="transport", promiseDueAt=LATER)
    assert walk.groups("Task_ReportPromise") == ["unit_handler@transport"]
    assert same_instant(walk.task("Task_ReportPromise")["due"], LATER)
    walk.complete("Task_ReportPromise")
    assert walk.ended_at(promise) == ["EndEvent_PromiseReported"]


SIDE_PROCESS_ROUTES = [co_handled_route, supervised_route, instructed_route, promised_route]
