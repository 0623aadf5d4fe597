"""Every way through the raw diagrams, as routes that a test walks; together they take every sequence flow."""

from __future__ import annotations

from datetime import datetime

from tests.support.drawn.letter_walk import Walk

LETTER, UNIT = "LetterHandlingProcess", "UnitHandlingProcess"
WATCH, NOTICE = "DeadlineWatchProcess", "NoticeDeliveryProcess"
SCREENING, LATER = "2026-09-30T17:30:00.000+08:00", "2026-10-12T17:30:00.000+08:00"
SIGN_FOR, REPLY = "2026-09-29T17:30:00.000+08:00", "2026-10-10T17:30:00.000+08:00"
REVIEW, REDO = "2026-10-13T17:30:00.000+08:00", "2026-10-15T17:30:00.000+08:00"

UNIT_PATH: dict[str, dict[str, str]] = {
    "Task_ReceiveLetter": {"unitStep": "submit_to_deputy"},
    "Task_SubmitToDeputy": {"unitStep": "instruct"},
    "Task_InstructHandler": {"unitStep": "draft"},
    "Task_DraftReply": {"draftOutcome": "submit", "unitStep": "sign_off"},
    "Task_SignOffReply": {"signOffOutcome": "sign", "unitOutcome": "submitted", "reviewDueAt": REVIEW},
}


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
    dispatch(walk)
    return letter


def dispatch(walk: Walk) -> None:
    walk.work("dispatch-letter", signForDueAt=SIGN_FOR, replyDueAt=REPLY, unitDueAt=REPLY, unitStep="receive")


def submitted(walk: Walk) -> str:
    letter = dispatched(walk)
    submit(walk)
    return letter


def submit(walk: Walk) -> None:
    """Each step as the services complete it: with the step that comes next."""
    for task, variables in UNIT_PATH.items():
        walk.complete(task, **variables)


def delivered(walk: Walk) -> str:
    letter = submitted(walk)
    walk.complete("Task_ReviewReply", reviewOutcome="pass")
    walk.work("deliver-reply")
    return letter


def evaluated_route(walk: Walk) -> None:
    letter = delivered(walk)
    walk.say("LetterEvaluated", isSatisfied=True, rehandlingAsked=False)
    assert walk.ended_at(letter) == ["EndEvent_LetterClosed"]


def rehandled_route(walk: Walk) -> None:
    """Once taken up again from a new dispatch, then closed by decision."""
    letter = delivered(walk)
    walk.say("LetterEvaluated", isSatisfied=False, rehandlingAsked=True, rehandlingDecisionDueAt=LATER)
    assert same_instant(walk.task("Task_DecideRehandling")["due"], LATER)
    walk.complete("Task_DecideRehandling", rehandlingOutcome="rehandle")
    dispatch(walk)
    submit(walk)
    walk.complete("Task_ReviewReply", reviewOutcome="pass")
    walk.work("deliver-reply")
    walk.say("LetterEvaluated", isSatisfied=False, rehandlingAsked=True, rehandlingDecisionDueAt=LATER)
    walk.complete("Task_DecideRehandling", rehandlingOutcome="close")
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
    walk.complete("Task_ReviewReply", reviewOutcome="fail", unitDueAt=REDO, unitStep="draft")
    assert same_instant(walk.task("Task_DraftReply")["due"], REDO)
    walk.complete("Task_DraftReply", draftOutcome="submit", unitStep="sign_off")
    assert same_instant(walk.task("Task_SignOffReply")["due"], REDO)
    walk.complete("Task_SignOffReply", signOffOutcome="send_back", unitStep="draft")
    walk.complete("Task_DraftReply", draftOutcome="submit", unitStep="sign_off")
    walk.complete("Task_SignOffReply", signOffOutcome="sign", unitOutcome="submitted", reviewDueAt=LATER)
    assert same_instant(walk.task("Task_ReviewReply")["due"], LATER)
    assert walk.visited("Task_ReceiveLetter") == 1


def another_instruction_route(walk: Walk) -> None:
    dispatched(walk)
    for task in ("Task_ReceiveLetter", "Task_SubmitToDeputy", "Task_InstructHandler"):
        walk.complete(task, **UNIT_PATH[task])
    walk.complete("Task_DraftReply", draftOutcome="ask_instruction", unitStep="instruct")
    walk.complete("Task_InstructHandler", unitStep="draft")
    walk.task("Task_DraftReply")


def returned_route(walk: Walk) -> None:
    """Dismissed: the unit goes on wherever it was. Upheld: another unit at once, or another assignment."""
    dispatched(walk)
    for task, variables in UNIT_PATH.items():
        walk.say("LetterReturned", unitOutcome="returned", isFinalReturn=False, returnRulingDueAt=LATER)
        assert walk.groups("Task_RuleOnReturn") == ["screener"]
        assert same_instant(walk.task("Task_RuleOnReturn")["due"], LATER)
        walk.complete("Task_RuleOnReturn", returnRuling="dismiss")
        if task != "Task_SignOffReply":
            walk.complete(task, **variables)
    walk.say("LetterReturned", unitOutcome="returned", isFinalReturn=True, returnRulingDueAt=LATER)
    assert walk.groups("Task_RuleOnReturn") == ["coordinator"]
    walk.complete("Task_RuleOnReturn", returnRuling="uphold_reassign", leadUnit="housing")
    dispatch(walk)
    assert walk.groups("Task_ReceiveLetter") == ["unit_handler@housing"]
    walk.say("LetterReturned", unitOutcome="returned", isFinalReturn=True, returnRulingDueAt=LATER)
    walk.complete("Task_RuleOnReturn", returnRuling="uphold_open")
    walk.task("Task_AssignLetter")


def recalled_route(walk: Walk) -> None:
    dispatched(walk)
    walk.say("LetterRecalled", unitOutcome="recalled", screeningDueAt=LATER)
    assert same_instant(walk.task("Task_AssignLetter")["due"], LATER)
    assert len(walk.instances()) == 1


def extended_route(walk: Walk) -> None:
    """The decision is taken beside the handling; a new due date holds for every step that follows."""
    dispatched(walk)
    walk.say("ExtensionRequested", extensionDecisionDueAt=SIGN_FOR)
    assert open_keys(walk) == ["Task_DecideExtension", "Task_ReceiveLetter"]
    (decision,) = [task for task in walk.tasks() if task["taskDefinitionKey"] == "Task_DecideExtension"]
    assert same_instant(decision["due"], SIGN_FOR)
    new_due = {"unitDueAt": {"value": LATER}, "replyDueAt": {"value": LATER}}
    walk.rest.post(f"/task/{decision['id']}/complete", {"variables": new_due})
    walk.run_jobs()
    walk.complete("Task_ReceiveLetter", unitStep="submit_to_deputy")
    assert same_instant(walk.task("Task_SubmitToDeputy")["due"], LATER)


def joined_route(walk: Walk) -> None:
    """From screening by its outcome and beside it, from assignment, from the unit; released each time but the last."""
    received(walk)
    walk.complete("Task_ScreenLetter", screeningOutcome="join")
    walk.say("LetterReleased", screeningDueAt=LATER)
    assert same_instant(walk.task("Task_ScreenLetter")["due"], LATER)
    walk.say("LetterJoined")
    walk.say("LetterReleased", screeningDueAt=LATER)
    walk.complete("Task_ScreenLetter", screeningOutcome="accept", category="complaint")
    walk.say("LetterJoined")
    walk.say("LetterReleased", screeningDueAt=LATER)
    walk.complete("Task_ScreenLetter", screeningOutcome="accept", category="complaint")
    walk.complete("Task_AssignLetter", leadUnit="transport")
    dispatch(walk)
    walk.say("LetterJoined", unitOutcome="joined")
    assert (walk.tasks(), len(walk.instances())) == ([], 1)
    walk.say("LeadingLetterAnswered")
    walk.work("deliver-reply")
    walk.say("EvaluationLapsed")


def withdrawn_route(walk: Walk) -> None:
    letter = dispatched(walk)
    assert len(walk.instances()) == 2
    walk.say("LetterWithdrawn")
    assert walk.ended_at(letter) == ["EndEvent_LetterWithdrawn"]
    assert (walk.instances(), walk.tasks()) == ([], [])


def watch_route(walk: Walk) -> None:
    watch = walk.start(WATCH, letterId="1", nextStepAt=SCREENING)
    walk.say("LimitsChanged", nextStepAt=LATER)
    fire_timer(walk)
    walk.work("escalate-deadline")
    walk.work("find-next-step", nextStepAt=REDO)
    walk.say("LetterClosed")
    assert walk.ended_at(watch) == ["EndEvent_WatchEnded"]


def notice_route(walk: Walk) -> None:
    notice = walk.start(NOTICE, noticeId="7", waitsForMorning=False)
    assert walk.work("send-notice")["variables"]["noticeId"]["value"] == "7"
    assert walk.ended_at(notice) == ["EndEvent_NoticeSent"]


def quiet_notice_route(walk: Walk) -> None:
    """A reminder that can wait is sent when the quiet hours are over."""
    notice = walk.start(NOTICE, noticeId="8", waitsForMorning=True, sendAt=LATER)
    (timer,) = walk.jobs(timers="true")
    assert same_instant(timer["dueDate"], LATER)
    fire_timer(walk)
    walk.work("send-notice")
    assert walk.ended_at(notice) == ["EndEvent_NoticeSent"]


def open_keys(walk: Walk) -> list[str]:
    return sorted(task["taskDefinitionKey"] for task in walk.tasks())


def fire_timer(walk: Walk) -> None:
    (timer,) = walk.jobs(timers="true")
    walk.rest.post(f"/job/{timer['id']}/execute")


ROUTES = [
    evaluated_route,
    rehandled_route,
    unanswered_evaluation_route,
    declined_route,
    supplement_route,
    redo_route,
    another_instruction_route,
    returned_route,
    recalled_route,
    extended_route,
    joined_route,
    withdrawn_route,
    watch_route,
    notice_route,
    quiet_notice_route,
]
