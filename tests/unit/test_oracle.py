"""The oracle is silent on a correct log and finds every defect that is planted in it."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from letterbox.oracle.verdict import judge
from tests.support.oracle.letters import clean_log

Json = dict[str, Any]
LETTERS = {number: index for index, number in enumerate(("A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"))}


def test_nothing_is_said_of_a_log_that_keeps_the_regime() -> None:
    assert judge(clean_log()) == []


def letter(log: Json, number: str) -> Json:
    found: Json = log["letters"][LETTERS[number]]
    return found


def limit(log: Json, number: str, kind: str, nth: int = 0) -> Json:
    return [each for each in letter(log, number)["limits"] if each["kind"] == kind][nth]  # type: ignore[no-any-return]


def event(log: Json, number: str, name: str, nth: int = 0) -> Json:
    return [each for each in letter(log, number)["record"]["events"] if each["name"] == name][nth]  # type: ignore[no-any-return]


def step(log: Json, number: str, kind: str, name: str) -> Json:
    steps = [each for each in letter(log, number)["record"]["events"] if each["name"] == "DeadlineStepTaken"]
    return next(each for each in steps if each["data"]["limit"] == kind and each["data"]["step"] == name)


def moved(text: str, **by: float) -> str:
    return (dt.datetime.fromisoformat(text) + dt.timedelta(**by)).isoformat()


def shift_due(number: str, kind: str, nth: int = 0, **by: float) -> Callable[[Json], None]:
    def plant(log: Json) -> None:
        row = limit(log, number, kind, nth)
        row["due_at"] = moved(row["due_at"], **by)

    return plant


def set_fact(number: str, name: str, nth: int = 0, **data: Any) -> Callable[[Json], None]:
    return lambda log: event(log, number, name, nth)["data"].update(data)


def drop_event(number: str, name: str, nth: int = 0) -> Callable[[Json], None]:
    return lambda log: letter(log, number)["record"]["events"].remove(event(log, number, name, nth))


def repeat_event(number: str, name: str) -> Callable[[Json], None]:
    def plant(log: Json) -> None:
        events = letter(log, number)["record"]["events"]
        events.append(copy.deepcopy(event(log, number, name)))

    return plant


def ruled_by(number: str, name: str, role: str, nth: int = 0) -> Callable[[Json], None]:
    return lambda log: event(log, number, name, nth).update(by_role=role)


def drop_step(number: str, kind: str, name: str) -> Callable[[Json], None]:
    return lambda log: letter(log, number)["record"]["events"].remove(step(log, number, kind, name))


def step_twice(log: Json) -> None:
    events = letter(log, "A4")["record"]["events"]
    again = copy.deepcopy(step(log, "A4", "extension_decision", "due_today"))
    events.insert(events.index(step(log, "A4", "extension_decision", "due_today")) + 1, again)


def step_late(log: Json) -> None:
    row = step(log, "A1", "redo", "near_due")
    row["at"] = moved(row["at"], hours=3)
    letter(log, "A1")["notices"][4]["at"] = row["at"]


def urgent_as_usual(log: Json) -> None:
    """The rungs of an urgent letter at the instants of an ordinary one."""
    for name, day in (("near_due", "10-16"), ("due_today", "10-19")):
        step(log, "A5", "reply", name)["at"] = f"2026-{day}T09:00:00+08:00"


def step_to_the_wrong(log: Json) -> None:
    step(log, "A1", "review", "due_today")["data"]["recipients"] = ["screener"]


def reminded_twice(log: Json) -> None:
    events = letter(log, "A1")["record"]["events"]
    submitted = event(log, "A1", "ReplyDrafted")
    pressed = {**submitted, "name": "LetterReminded", "data": {"limits": ["reply"], "limit_ids": [7]}}
    index = events.index(submitted)
    events[index:index] = [{**pressed, "at": moved(submitted["at"], minutes=-50)}, pressed]


def office_spared(log: Json) -> None:
    """The e-gov office's own lateness is not told to the coordinator."""
    log["letters"][1]["record"]["events"][-2]["at"] = "2026-09-11T18:00:00+08:00"
    log["letters"][1]["record"]["events"][-1]["at"] = "2026-09-11T18:00:00+08:00"
    limit(log, "A2", "screening").update(ended_at="2026-09-11T18:00:00+08:00", in_time=False)


def extension_past_day_30(log: Json) -> None:
    event(log, "A4", "ExtensionRequested")["data"]["due_on"] = "2026-11-25"
    event(log, "A4", "ExtensionGranted")["data"]["due_on"] = "2026-11-25"
    limit(log, "A4", "reply")["due_at"] = "2026-11-25T17:30:00+08:00"


def late_application(log: Json) -> None:
    event(log, "A4", "ExtensionRequested")["at"] = "2026-10-10T17:40:00+08:00"
    limit(log, "A4", "extension_decision")["started_at"] = "2026-10-10T17:40:00+08:00"


def consultation_extended(log: Json) -> None:
    events = letter(log, "A6")["record"]["events"]
    asked = copy.deepcopy(event(log, "A4", "ExtensionRequested"))
    events.insert(events.index(event(log, "A6", "ReplyDrafted")), {**asked, "at": "2026-10-23T09:30:00+08:00"})


def third_return(log: Json) -> None:
    events = letter(log, "A3")["record"]["events"]
    index = events.index(event(log, "A3", "ReplyDrafted"))
    again = copy.deepcopy(event(log, "A3", "LetterReturned"))
    events.insert(index, {**again, "at": events[index]["at"], "by_unit": "housing"})


def no_contacts(number: str) -> Callable[[Json], None]:
    return lambda log: letter(log, number)["record"].update(contacts=[])


def one_day_of_attempts(log: Json) -> None:
    for contact in letter(log, "A5")["record"]["contacts"]:
        contact["at"] = "2026-10-14T10:00:00+08:00"


def leak(log: Json) -> None:
    letter(log, "A5")["seen"][0]["shown"] = "来信人：田小禾"


def leak_in_notice(log: Json) -> None:
    next(each for each in letter(log, "A5")["notices"] if each["text"] == "task_waiting")["told"][0]["words"] = (
        "请联系 13812345678"
    )


def reopened(log: Json) -> None:
    """After the screening somebody made a complaint of it, and nobody was asked."""
    events = letter(log, "A5")["record"]["events"]
    screened = event(log, "A5", "LetterScreened")
    data = {"category": "complaint", "before": "report", "reason": "一般投诉"}
    events.insert(events.index(screened) + 1, {**screened, "name": "LetterRecategorised", "data": data})


def shown_to_accused(log: Json) -> None:
    letter(log, "A5")["seen"][1]["shown"] = "来信人：———"


def drop_notice(number: str, text: str) -> Callable[[Json], None]:
    def plant(log: Json) -> None:
        notices = letter(log, number)["notices"]
        notices.remove(next(each for each in notices if each["text"] == text))

    return plant


def drop_limit(number: str, kind: str) -> Callable[[Json], None]:
    return lambda log: letter(log, number)["limits"].remove(limit(log, number, kind))


def double_limit(log: Json) -> None:
    letter(log, "A6")["limits"].append(copy.deepcopy(limit(log, "A6", "redo", 1)))


def nobody_works_on_it(log: Json) -> None:
    letter(log, "A6")["tasks"] = []


def lapse_late(log: Json) -> None:
    event(log, "A3", "EvaluationLapsed")["at"] = "2026-10-09T19:30:01+08:00"


def drop_letter(log: Json) -> None:
    del log["letters"][3]
    for row in log["figures"]["rows"]:
        if row["unit"] == "transport":
            row.update(received=4, accepted=4, extended=0)


PLANTED: dict[str, tuple[str, Callable[[Json], None]]] = {
    "screening due a day off": ("limit_due", shift_due("A1", "screening", days=1)),
    "sign-for due an hour off": ("limit_due", shift_due("A1", "sign_for", hours=1)),
    "reply counts a day off as worked": ("limit_due", shift_due("A4", "reply", days=-1)),
    "reply ignores the make-up Sunday": ("limit_due", shift_due("A3", "reply", days=1)),
    "consultation given five days": ("limit_due", shift_due("A6", "reply", days=3)),
    "pause not added": ("limit_due", shift_due("A2", "screening", days=-2)),
    "redo due a day off": ("limit_due", shift_due("A1", "redo", days=-1)),
    "review due a day off": ("limit_due", shift_due("A1", "review", nth=1, days=1)),
    "co-handler due after the lead": ("limit_due", shift_due("A7", "co_opinion", days=4)),
    "evaluation ends on a day off": ("limit_due", shift_due("A7", "evaluation", days=-2)),
    "supervision due not as set": ("limit_due", shift_due("A5", "supervision", days=1)),
    "limit starts at sign-for": (
        "limit_start", lambda log: limit(log, "A1", "reply").update(started_at="2026-09-08T08:30:00+08:00"),
    ),
    "limit never ended": ("limit_end", lambda log: limit(log, "A1", "redo").update(ended_at=None, in_time=None)),
    "return window left open": ("limit_end", lambda log: limit(log, "A1", "return").update(voided_at=None)),
    "late counted as in time": ("limit_in_time", lambda log: limit(log, "A5", "reply").update(in_time=True)),
    "provisional without need": ("limit_provisional", lambda log: limit(log, "A1", "reply").update(provisional=True)),
    "limit of another unit": ("limit_unit", lambda log: limit(log, "A1", "reply").update(unit="housing")),
    "limit missing": ("limit_missing", drop_limit("A3", "return_ruling")),
    "limit doubled": ("limit_unexpected", double_limit),
    "step missing": ("step_missing", drop_step("A3", "reply", "due_today")),
    "step twice": ("step_twice", step_twice),
    "step three hours late": ("step_instant", step_late),
    "urgent ladder not shifted": ("step_instant", urgent_as_usual),
    "step to the wrong people": ("step_recipients", step_to_the_wrong),
    "office's lateness not escalated": ("step_missing", office_spared),
    "step on no limit": ("step_unfounded", set_fact("A1", "DeadlineStepTaken", limit="instruction")),
    "overdue step not taken back": ("step_not_withdrawn", drop_event("A4", "StepWithdrawn", 2)),
    "supervision not started by the ladder": ("step_without_supervision", drop_event("A5", "SupervisionOpened")),
    "extension past day 30": ("extension_past_cap", extension_past_day_30),
    "late application granted": ("extension_late", late_application),
    "extension without contact": ("extension_without_contact", no_contacts("A4")),
    "second return ruled by the screener": ("return_ruled_by", ruled_by("A3", "ReturnUpheld", "screener")),
    "first return ruled by a unit": ("return_ruled_by", ruled_by("A3", "ReturnDismissed", "unit_handler")),
    "third return accepted": ("third_return", third_return),
    "late return not marked": ("return_late_mark", set_fact("A3", "LetterReturned", 1, late=False)),
    "ground 2 without reference": ("ground_2_without_reference", set_fact("A2", "LetterDeclined", ground="2")),
    "ground 5 without supplement": ("ground_5_without_supplement", drop_event("A2", "SupplementRequested")),
    "declined without a reason": ("decline_unexplained", set_fact("A2", "LetterDeclined", reason="")),
    "accepted without scope": ("scope_missing", set_fact("A1", "LetterScreened", scope=None)),
    "accusation sent to the accused": ("accusation_to_accused", set_fact("A5", "LetterDispatched", lead_unit="housing")),
    "accusation reopened by one alone": ("accusation_reopened_alone", reopened),
    "nobody said who is accused": ("accused_not_stated", set_fact("A5", "LetterScreened", accused_unit=None)),
    "reminded twice within the hour": ("reminded_twice", reminded_twice),
    "its own unit may not read it": ("lead_cannot_read", lambda log: letter(log, "A5")["seen"][0].update(shown=None)),
    "unit sees who looked behind the mask": (
        "unmasking_shown",
        lambda log: letter(log, "A5")["seen"][0].update(shown='{"name": "WriterUnmasked"}'),
    ),
    "accused may read it": ("accusation_shown_to_accused", shown_to_accused),
    "masked name leaked to the unit": ("writer_unmasked", leak),
    "masked phone leaked by a notice": ("writer_unmasked", leak_in_notice),
    "unmet demand without contact": ("unmet_demand_without_contact", no_contacts("A5")),
    "two attempts on one day": ("unmet_demand_without_contact", one_day_of_attempts),
    "second failure without opinion": ("second_failure_without_opinion", set_fact("A6", "ReviewFailed", 1, handling_opinion=None)),
    "second failure without supervision": ("second_failure_without_supervision", drop_event("A6", "SupervisionOpened")),
    "failed review without comment": ("review_without_comment", set_fact("A1", "ReviewFailed", comment="")),
    "reviewed by the unit itself": ("review_by", ruled_by("A1", "ReviewPassed", "unit_principal")),
    "lapse at the wrong instant": ("lapse_instant", lapse_late),
    "unsatisfied and nobody decides": ("rehandling_not_decided", drop_event("A7", "RehandlingDecided")),
    "re-handled twice": ("rehandled_twice", repeat_event("A7", "RehandlingDecided")),
    "delivered without review": ("event_order", drop_event("A1", "ReviewPassed")),
    "supervision answered unasked": ("event_order", drop_event("A5", "SupervisionOpened")),
    "registered before dispatch": ("event_order", drop_event("A1", "LetterDispatched")),
    "status not as the events say": ("status", lambda log: letter(log, "A1")["record"].update(status="answered")),
    "received twice": ("event_doubled", repeat_event("A2", "LetterReceived")),
    "letter lost": ("letter_lost", drop_letter),
    "letter doubled": ("letter_doubled", lambda log: log["letters"].append(copy.deepcopy(log["letters"][1]))),
    "figure one too high": ("figure", lambda log: log["figures"]["rows"][0].update(overdue=2)),
    "open letter that nobody works on": ("no_next_step", nobody_works_on_it),
    "writer not told of the reply": ("notice_missing", drop_notice("A3", "reply_delivered")),
    "unit not told of its task": ("notice_missing", drop_notice("A5", "task_waiting")),
    "co-handler not told": ("notice_missing", drop_notice("A7", "co_handling_asked")),
    "supervised unit not told": ("notice_missing", drop_notice("A5", "supervision_opened")),
    "step told to nobody": ("notice_missing", drop_notice("A3", "reminder")),
    "reply not on the writer's page": ("tracking_reply_missing", lambda log: letter(log, "A1")["tracking"].update(reply=None)),
    "reply shown before it is delivered": ("tracking_reply_early", drop_event("A1", "ReplyDelivered")),
    "writer's page names an official": (
        "tracking_names_staff",
        lambda log: letter(log, "A1")["tracking"]["timeline"][0].update(note="经办人：某人"),
    ),
    "joined letter not answered": ("joined_not_answered", drop_event("A8", "ReplyDelivered")),
    "joined to a letter that does not exist": ("joined_to_nothing", set_fact("A8", "LetterJoined", joined_to="A9")),
    "extension for a consultation": ("extension_for_consultation", consultation_extended),
    "notice never left": ("notice_stuck", lambda log: letter(log, "A1")["notices"][0]["told"][0].update(status="pending")),
}  # fmt: skip


@pytest.mark.parametrize("defect", PLANTED)
def test_a_planted_defect_is_found(defect: str) -> None:
    kind, plant = PLANTED[defect]
    log = clean_log()
    plant(log)
    assert kind in {each.kind for each in judge(log)}, defect
