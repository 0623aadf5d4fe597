"""Screening (A2–A5): accept, decline with a ground, or ask the writer to supplement."""

from __future__ import annotations

import re

from sqlalchemy import select

from letterbox.bundle.vocabulary import Variables, due_variable
from letterbox.domain.clean_text import plain_number
from letterbox.domain.errors import FieldErrors
from letterbox.domain.events.screening import LetterDeclined, LetterScreened, SupplementRequested
from letterbox.domain.forms.form import Values
from letterbox.domain.vocabulary import Category, EventName, Ground, LimitKind, Role
from letterbox.domain.words import ADVICE, GROUNDS
from letterbox.services.case.case import Case
from letterbox.services.limits.supplement_pause import reschedule_screening
from letterbox.services.notices.notices import Notices
from letterbox.services.procedure.joining import Joining
from letterbox.services.procedure.recategorising import Recategorising
from letterbox.store.letters import LetterEvent, letter_by_number

DIGITS = 11
"""Of a letter's number, after its prefix: year, month and a running number."""


class Screening:
    """What follows from Task_ScreenLetter."""

    def __init__(self, notices: Notices, joining: Joining, recategorising: Recategorising) -> None:
        self._notices = notices
        self._recategorising = recategorising
        self._joining = joining

    def screen(self, case: Case, values: Values) -> Variables:
        """Apply the screener's outcome; returns process variables. Raises FieldErrors."""
        outcomes = {
            "accept": self._accept,
            "decline": self._decline,
            "supplement": self._supplement,
            "join": self._joining.screened_as_joined,
        }
        outcome = outcomes.get(str(values.get("outcome")))
        if outcome is None:
            raise FieldErrors({"outcome": "请选择甄别结果"})
        return outcome(case, values)

    def _accept(self, case: Case, values: Values) -> Variables:
        letter = case.letter
        errors = {}
        if values.get("category") not in set(Category):
            errors["category"] = "受理时请选择来信类别，它决定回复时限"
        if not values.get("scope"):
            errors["scope"] = "受理时请选择受理范围"
        if errors:
            raise FieldErrors(errors)
        to_agree = self._recategorising.screened(case, values)
        letter.scope = str(values["scope"])
        letter.urgent = bool(values.get("urgent"))
        letter.important = bool(values.get("important"))
        case.record(
            LetterScreened(
                outcome="accept",
                category=Category(letter.category) if letter.category else None,
                scope=letter.scope,
                urgent=letter.urgent,
                important=letter.important,
                accused_unit=letter.accused_unit,
                accused_stated=letter.accused_stated,
            )
        )
        self._recategorising.ask(case, to_agree)
        if letter.urgent:
            case.watch.recheck()
        return {"category": letter.category, "urgent": letter.urgent, **_screening_due(case)}

    def _decline(self, case: Case, values: Values) -> Variables:
        ground = values.get("ground")
        errors = _ground_errors(case, values)
        if errors:
            raise FieldErrors(errors)
        reason, reference = str(values["reason"]), values.get("reference") or None
        case.limits.end_all(LimitKind.SCREENING)
        case.record(LetterDeclined(outcome="decline", ground=Ground(str(ground)), reason=reason, reference=reference))
        words = {"ground_words": GROUNDS[str(ground)], "advice": ADVICE[str(ground)]}
        self._notices.notify_writer(case, "letter_declined", reason=reason, **words)
        self._joining.release_followers(case, "主信没有受理")
        case.close(outcome="declined")
        return {}

    def _supplement(self, case: Case, values: Values) -> Variables:
        question = str(values.get("question") or "").strip()
        if not question:
            raise FieldErrors({"question": "请写明需要来信人补充什么"})
        case.record(SupplementRequested(question=question))
        limit = case.limits.start(LimitKind.SUPPLEMENT)
        self._notices.notify_writer(case, "supplement_requested", question=question, due=limit.due_text)
        return reschedule_screening(case)


def _ground_errors(case: Case, values: Values) -> dict[str, str]:
    """One ground, explained; ground 2 names what it refers to; ground 5 only after a supplement was asked (A4)."""
    ground, errors = values.get("ground"), {}
    if ground not in set(Ground):
        errors["ground"] = "请选择不予受理的情形"
    if not str(values.get("reason") or "").strip():
        errors["reason"] = "请向来信人说明理由"
    if ground == Ground.ACCEPTED_ELSEWHERE and (problem := _reference_problem(case, values)):
        errors["reference"] = problem
    if ground == Ground.UNVERIFIABLE and not _was_asked(case):
        errors["ground"] = "第五种情形须先请来信人补充材料，补充后仍无法核实的才能选用"
    return errors


def _reference_problem(case: Case, values: Values) -> str | None:
    """Ground 2: an outside reference, or a number of ours, which must then be another letter's (A4)."""
    reference = str(values.get("reference") or "").strip()
    if not reference:
        return "请填写已受理的来信编号或其他受理凭据"
    own = case.letter.number
    prefix = own[:-DIGITS]
    number = plain_number(reference)
    if not re.fullmatch(rf"{re.escape(prefix)}\d+", number):
        return None
    if number == own:
        return "这是本信的编号，请填写在先受理的那一件"
    known = letter_by_number(case.session, number)
    is_known = known is not None and not case.actor.is_kept_away(known.excluded_units)
    return None if is_known else f"没有编号为 {reference} 的来信，请核对"


def _was_asked(case: Case) -> bool:
    query = select(LetterEvent.id).where(
        LetterEvent.letter_id == case.letter.id, LetterEvent.name == EventName.SUPPLEMENT_REQUESTED
    )
    return case.session.scalars(query.limit(1)).first() is not None


def _screening_due(case: Case) -> Variables:
    """Task_AssignLetter is answered within the screening limit (A2)."""
    return {due_variable(limit.kind): limit.due_text for limit in case.limits.running(LimitKind.SCREENING)}


def alert_red_flag(case: Case, notices: Notices, words: list[str]) -> None:
    """Threats to life and unrest alert the e-gov office and the coordinator at once (P2)."""
    notices.notify_roles(
        case, "red_flag_alert", [Role.SCREENER, Role.COORDINATOR], by_mail=True, words="、".join(words)
    )
