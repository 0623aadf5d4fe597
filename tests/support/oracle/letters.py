"""The letters of the clean log, each a different way through the regime."""

from __future__ import annotations

from typing import Any

from tests.support.oracle.log import Written, exported

UNIT, OTHER = "transport", "housing"
NEAR = ("near_due", "unit_handler")
TODAY = ("due_today", "unit_handler", "unit_deputy")
LATE = ("overdue", "unit_handler", "unit_deputy")
LATER = ("overdue_1", "unit_principal", "screener")
LATEST = ("overdue_3", "supervisor")


def redone() -> Written:
    """A failed review, a redo, an evaluation."""
    letter = Written("A1", "complaint", "closed", UNIT).taken_in("09-07 10:00").sent_to_unit("09-07 15:00")
    letter.limit("screening", "09-07 10:00", "09-09 17:30", "09-07 15:00")
    letter.did("09-08 08:30", "LetterRegistered", "unit_handler").limit(
        "sign_for", "09-07 15:00", "09-08 17:30", "09-08 08:30", unit=UNIT
    )
    letter.submits("09-10 16:00").limit("reply", "09-07 15:00", "09-14 17:30", "09-10 16:00", unit=UNIT)
    letter.limit("return", "09-07 15:00", "09-08 17:30", voided="09-10 16:00", unit=UNIT)
    letter.did("09-11 08:50", "ReviewFailed", "reviewer", comment="请写明依据").limit(
        "review", "09-10 16:00", "09-11 17:30", "09-11 08:50"
    )
    letter.notified("09-11 08:50", "reply_failed_review", f"unit_handler@{UNIT}")
    letter.step("09-14 09:00:03", "redo", *NEAR, unit=UNIT).limit(
        "redo", "09-11 08:50", "09-15 17:30", "09-14 17:00", unit=UNIT
    )
    letter.submits("09-14 17:00", round=2).step("09-15 09:00:02", "review", "due_today", "reviewer")
    letter.did("09-15 10:00", "ReviewPassed", "reviewer").limit("review", "09-14 17:00", "09-15 17:30", "09-15 10:00")
    letter.delivered("09-15 10:00:20", round=2).did("09-20 20:00", "LetterEvaluated", satisfied=True, solved=True)
    letter.limit("evaluation", "09-15 10:00:20", "09-30 17:30", "09-20 20:00")
    shown = [{"words": "承办单位已接收来信", "note": ""}, {"words": "已答复", "note": ""}]
    letter.tracking = {"reply": {"body": "已经修好。"}, "timeline": shown}
    return letter.did("09-20 20:00", "LetterClosed", outcome="evaluated")


def declined() -> Written:
    """Asked to supplement, answered, still not to be verified. The answer brings the due forward past a rung."""
    letter = Written("A2", "other", "declined").taken_in("09-07 11:00")
    letter.did("09-08 08:00", "SupplementRequested", "screener", question="哪一段路").notified(
        "09-08 08:00", "supplement_requested"
    )
    letter.did("09-10 12:00", "WriterSupplied").limit("supplement", "09-08 08:00", "09-15 17:30", "09-10 12:00")
    letter.step("09-10 12:00:04", "screening", "near_due", "screener")
    letter.did("09-11 08:40", "LetterDeclined", "screener", ground="5", reason="无法核实", reference=None).notified(
        "09-11 08:40", "letter_declined"
    )
    letter.limit("screening", "09-07 11:00", "09-11 17:30", "09-11 08:40")
    return letter.did("09-11 08:40", "LetterClosed", outcome="declined")


def returned() -> Written:
    """Dismissed by the office, then upheld by the coordinator; the second unit answers a day late at first."""
    letter = Written("A3", "help", "closed", UNIT).taken_in("09-14 09:30").sent_to_unit("09-14 10:00")
    letter.limit("screening", "09-14 09:30", "09-16 17:30", "09-14 10:00")
    letter.did("09-14 14:00", "LetterReturned", "unit_handler", reason="不是本单位职责", late=False)
    letter.limit("return", "09-14 10:00", "09-15 17:30", "09-14 14:00", unit=UNIT)
    letter.did("09-14 16:00", "ReturnDismissed", "screener", reason="是").limit(
        "return_ruling", "09-14 14:00", "09-15 17:30", "09-14 16:00"
    )
    letter.notified("09-14 16:00", "return_dismissed", f"unit_handler@{UNIT}").step(
        "09-15 09:00:01", "sign_for", *TODAY, unit=UNIT
    )
    letter.did("09-15 10:00", "LetterRegistered", "unit_handler").limit(
        "sign_for", "09-14 10:00", "09-15 17:30", "09-15 10:00", unit=UNIT
    )
    letter.did("09-16 15:00", "LetterReturned", "unit_handler", reason="确实不是", late=True)
    letter.step("09-17 09:00:01", "return_ruling", "due_today", "screener")
    letter.did("09-17 09:30", "ReturnUpheld", "coordinator", lead_unit=OTHER).limit(
        "return_ruling", "09-16 15:00", "09-17 17:30", "09-17 09:30"
    )
    letter.limit("reply", "09-14 10:00", "09-20 17:30", voided="09-17 09:30:05", unit=UNIT)
    letter.limits[-1]["voided_at"] = letter.events[-1]["at"]
    letter.lead = letter.record["lead_unit"] = OTHER
    letter.dispatched("09-17 09:30:05").did("09-17 11:00", "LetterRegistered", "unit_handler")
    letter.limit("sign_for", "09-17 09:30:05", "09-18 17:30", "09-17 11:00", unit=OTHER)
    letter.step("09-22 09:00:05", "reply", *NEAR, unit=OTHER).step("09-23 09:00:05", "reply", *TODAY, unit=OTHER)
    letter.step("09-23 17:30:02", "reply", *LATE, unit=OTHER).submits("09-23 18:00")
    letter.limit("reply", "09-17 09:30:05", "09-23 17:30", "09-23 18:00", unit=OTHER, in_time=False)
    letter.limit("return", "09-17 09:30:05", "09-18 17:30", voided="09-23 18:00", unit=OTHER)
    letter.step("09-24 09:00:01", "review", "due_today", "reviewer").did("09-24 10:00", "ReviewPassed", "screener")
    letter.limit("review", "09-23 18:00", "09-24 17:30", "09-24 10:00").delivered("09-24 10:00:09")
    letter.step("10-09 17:30:01", "evaluation", "lapse").did("10-09 17:30:01", "EvaluationLapsed")
    letter.limit("evaluation", "09-24 10:00:09", "10-09 17:30", voided="10-09 17:30:01")
    return letter.did("10-09 17:30:01", "LetterClosed", outcome="not_evaluated")


def extended() -> Written:
    """Applied for in the last hour, granted after the overdue step, which is taken back; then withdrawn by the writer."""
    letter = Written("A4", "suggestion", "withdrawn", UNIT).taken_in("09-28 08:00").sent_to_unit("09-28 08:30")
    letter.record["contacts"] = [{"at": "2026-09-29T10:00:00+08:00", "reached": True}]
    letter.limit("screening", "09-28 08:00", "09-30 17:30", "09-28 08:30")
    letter.did("09-28 09:00", "LetterRegistered", "unit_handler").limit(
        "sign_for", "09-28 08:30", "09-29 17:30", "09-28 09:00", unit=UNIT
    )
    letter.step("10-09 09:00:02", "reply", *NEAR, unit=UNIT).step("10-10 09:00:02", "reply", *TODAY, unit=UNIT)
    letter.did("10-10 17:00", "ExtensionRequested", "unit_handler", reason="要做检测", due_on="2026-11-06")
    letter.step("10-10 17:30:03", "reply", *LATE, unit=UNIT).step("10-12 09:00:01", "reply", *LATER, unit=UNIT)
    letter.step("10-12 09:00:02", "extension_decision", "due_today", "screener")
    letter.did("10-12 11:00", "ExtensionGranted", "screener", due_on="2026-11-06").notified(
        "10-12 11:00", "extension_granted"
    )
    letter.limit("extension_decision", "10-10 17:00", "10-12 17:30", "10-12 11:00")
    for step in ("near_due", "due_today", "overdue", "overdue_1"):
        letter.did("10-12 11:00", "StepWithdrawn", limit="reply", step=step)
    letter.limit("reply", "09-28 08:30", "11-06 17:30", voided="10-15 12:00", unit=UNIT)
    letter.limit("return", "09-28 08:30", "09-29 17:30", voided="10-15 12:00", unit=UNIT)
    return (
        letter.notified("10-15 12:00", "letter_withdrawn")
        .did("10-15 12:00", "LetterWithdrawn", reason="已解决")
        .did("10-15 12:00", "LetterClosed", outcome="withdrawn")
    )


def accused() -> Written:
    """An urgent accusation: kept from the accused, masked for the unit, three days late, supervised."""
    letter = Written("A5", "report", "in_review", UNIT, accused_unit=OTHER).taken_in("10-12 10:00")
    letter.sent_to_unit("10-12 14:00", urgent=True, accused_unit=OTHER).limit(
        "screening", "10-12 10:00", "10-14 17:30", "10-12 14:00"
    )
    letter.did("10-12 15:00", "LetterRegistered", "unit_handler").limit(
        "sign_for", "10-12 14:00", "10-13 17:30", "10-12 15:00", unit=UNIT
    )
    letter.step("10-15 09:00:02", "reply", *NEAR, unit=UNIT).step("10-16 09:00:01", "reply", *TODAY, unit=UNIT)
    letter.step("10-19 09:00:02", "reply", *LATE, unit=UNIT).step("10-19 17:30:01", "reply", *LATER, unit=UNIT)
    letter.step("10-20 09:00:01", "reply", *LATEST, unit=UNIT)
    letter.did("10-20 09:00:01", "SupervisionOpened", office="government", unit=UNIT, due_on="2026-10-23")
    letter.notified("10-20 09:00:01", "supervision_opened", f"unit_handler@{UNIT}")
    letter.step("10-21 09:00:01", "supervision", *NEAR, unit=UNIT)
    letter.did("10-21 10:00", "SupervisionAnswered", "unit_handler", feedback="正在核查")
    letter.limit("supervision", "10-20 09:00:01", "10-23 17:30", "10-21 10:00", unit=UNIT)
    letter.submits("10-30 11:30", unmet_demand=True).limit(
        "reply", "10-12 14:00", "10-19 17:30", "10-30 11:30", unit=UNIT, in_time=False
    )
    letter.record["contacts"] = [{"at": f"2026-10-1{day}T10:00:00+08:00", "reached": False} for day in (4, 5)]
    letter.limit("return", "10-12 14:00", "10-13 17:30", voided="10-30 11:30", unit=UNIT).limit(
        "review", "10-30 11:30", "11-02 17:30"
    )
    letter.tasks = ["Task_ReviewReply"]
    masked = "来信人：———　来信内容如下"
    letter.seen = [
        {"role": "unit_handler", "unit": UNIT, "what": "record", "shown": masked},
        {"role": "unit_handler", "unit": OTHER, "what": "record", "shown": None},
        {"role": "supervisor", "unit": None, "what": "record", "shown": "田小禾 13812345678"},
    ]
    return letter


def failed_twice() -> Written:
    """The second failure has a handling opinion and starts supervision; a consultation, so two working days."""
    letter = Written("A6", "consultation", "in_redo", UNIT).taken_in("10-22 09:30").sent_to_unit("10-22 10:00")
    letter.limit("screening", "10-22 09:30", "10-26 17:30", "10-22 10:00").did(
        "10-22 11:00", "LetterRegistered", "unit_handler"
    )
    letter.limit("sign_for", "10-22 10:00", "10-23 17:30", "10-22 11:00", unit=UNIT).step(
        "10-23 09:00:01", "reply", *NEAR, unit=UNIT
    )
    letter.submits("10-23 10:00").limit("reply", "10-22 10:00", "10-26 17:30", "10-23 10:00", unit=UNIT)
    letter.limit("return", "10-22 10:00", "10-23 17:30", voided="10-23 10:00", unit=UNIT)
    letter.did("10-23 11:00", "ReviewFailed", "reviewer", comment="没有答复第二问").limit(
        "review", "10-23 10:00", "10-26 17:30", "10-23 11:00"
    )
    letter.notified("10-23 11:00", "reply_failed_review", f"unit_handler@{UNIT}").step(
        "10-26 09:00:01", "redo", *NEAR, unit=UNIT
    )
    letter.submits("10-26 10:00", round=2).limit("redo", "10-23 11:00", "10-27 17:30", "10-26 10:00", unit=UNIT)
    letter.did("10-26 11:00", "ReviewFailed", "reviewer", comment="还是没有", handling_opinion="通报批评")
    letter.did("10-26 11:00", "SupervisionOpened", office="government", unit=UNIT, due_on="2026-11-05")
    letter.notified("10-26 11:00", "supervision_opened", f"unit_handler@{UNIT}")
    letter.limit("review", "10-26 10:00", "10-27 17:30", "10-26 11:00").notified(
        "10-26 11:00", "reply_failed_review", f"unit_handler@{UNIT}"
    )
    letter.limit("supervision", "10-26 11:00", "11-05 17:30", unit=UNIT).limit(
        "redo", "10-26 11:00", "10-28 17:30", unit=UNIT
    )
    letter.step("10-27 09:00:01", "redo", *NEAR, unit=UNIT).step("10-28 09:00:01", "redo", *TODAY, unit=UNIT)
    letter.step("10-28 17:30:01", "redo", *LATE, unit=UNIT).step("10-29 09:00:01", "redo", *LATER, unit=UNIT)
    letter.tasks = ["Task_DraftReply", "Task_AnswerSupervision"]
    return letter


def assisted() -> Written:
    """A co-handler gives its opinion the day before the lead is due; the writer is not satisfied and it is closed."""
    letter = Written("A7", "opinion", "closed", UNIT).taken_in("09-07 09:30").sent_to_unit("09-07 10:00")
    letter.limit("screening", "09-07 09:30", "09-09 17:30", "09-07 10:00").did(
        "09-07 10:30", "CoHandlerAdded", "screener", unit=OTHER
    )
    letter.notified("09-07 10:30", "co_handling_asked", f"unit_handler@{OTHER}")
    letter.did("09-07 11:00", "LetterRegistered", "unit_handler").limit(
        "sign_for", "09-07 10:00", "09-08 17:30", "09-07 11:00", unit=UNIT
    )
    letter.step("09-10 09:00:01", "co_opinion", *NEAR, unit=OTHER).did(
        "09-10 16:00", "OpinionGiven", "unit_handler", unit=OTHER
    )
    letter.limit("co_opinion", "09-07 10:30", "09-11 17:30", "09-10 16:00", unit=OTHER)
    letter.submits("09-11 08:30").limit("reply", "09-07 10:00", "09-14 17:30", "09-11 08:30", unit=UNIT)
    letter.limit("return", "09-07 10:00", "09-08 17:30", voided="09-11 08:30", unit=UNIT).did(
        "09-11 08:50", "ReviewPassed", "reviewer"
    )
    letter.limit("review", "09-11 08:30", "09-14 17:30", "09-11 08:50").delivered("09-11 08:50:30")
    letter.did("09-14 08:00", "LetterEvaluated", satisfied=False, solved=False)
    letter.limit("evaluation", "09-11 08:50:30", "09-28 17:30", "09-14 08:00")
    letter.did("09-14 10:00", "RehandlingDecided", "screener", outcome="close", reason="已依法答复").did(
        "09-14 10:00", "LetterClosed"
    )
    return letter.limit("rehandling_decision", "09-14 08:00", "09-16 17:30", "09-14 10:00")


def joined() -> Written:
    """Joined under A1 while it was screened; answered by A1's reply, never evaluated."""
    letter = Written("A8", "complaint", "closed").taken_in("09-07 10:30")
    letter.did("09-07 16:00", "LetterJoined", "screener", joined_to="A1").notified("09-07 16:00", "letter_joined")
    letter.limit("screening", "09-07 10:30", "09-09 17:30", voided="09-07 16:00")
    letter.delivered("09-15 10:00:25").step("09-30 17:30:02", "evaluation", "lapse")
    letter.did("09-30 17:30:02", "EvaluationLapsed").did("09-30 17:30:02", "LetterClosed", outcome="not_evaluated")
    return letter.limit("evaluation", "09-15 10:00:25", "09-30 17:30", voided="09-30 17:30:02")


def clean_log() -> dict[str, Any]:
    letters = [redone(), declined(), returned(), extended(), accused(), failed_twice(), assisted(), joined()]
    counted = {"received": 5, "accepted": 5, "declined": 0, "returned": 0, "extended": 1, "replied_in_time": 3}
    figures: list[dict[str, Any]] = [
        {"unit": UNIT, **counted, "overdue": 1, "satisfied": 1, "solved": 1},
        {"unit": OTHER, **_one(accepted=1, returned=1, overdue=1)},
        {"unit": None, **_one(declined=1), "received": 2},
    ]
    return exported(letters, figures)


def _one(**counted: int) -> dict[str, int]:
    names = ("accepted", "declined", "returned", "extended", "replied_in_time", "overdue", "satisfied", "solved")
    return {"received": 1, **dict.fromkeys(names, 0), **counted}
