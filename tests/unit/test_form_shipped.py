"""The forms that come with the diagrams ask what the regime asks, and nothing else must be filled in."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.domain.forms.form import Form, lint
from letterbox.domain.vocabulary import Category, Criterion, Ground
from tests.support.writers.forms import FORMS, INPUTS, UNITS, shipped, shipped_schema

NAMES = sorted(path.stem for path in FORMS.glob("*.form"))
DATA: dict[str, Any] = {"units": UNITS, "all_units": UNITS, "other_units": UNITS, "failed_reviews": 0}
PASSED = dict.fromkeys(Criterion, "pass")
VARIABLES = {
    "decide-rehandling": {"rehandlingOutcome"},
    "screen-letter": {"screeningOutcome", "category", "urgent"},
    "assign-letter": {"leadUnit"},
    "sign-off-reply": {"signOffOutcome"},
    "review-reply": {"reviewOutcome", "publish"},
    "assess-feedback": {"supervisionOutcome"},
}


def errors(name: str, values: dict[str, Any], **data: Any) -> dict[str, str]:
    return shipped(name).validate(values, {**DATA, **data}).errors


@pytest.mark.parametrize("name", NAMES)
def test_without_findings_and_named_as_its_file(name: str) -> None:
    assert lint(shipped_schema(name), INPUTS) == []
    assert shipped(name).id == name
    assert {one.variable for one in shipped(name).fields.values() if one.variable} == VARIABLES.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_every_component_has_an_id_of_its_own(name: str) -> None:
    def ids(components: list[dict[str, Any]]) -> list[str]:
        return [found for one in components for found in [one["id"], *ids(one.get("components", []))]]

    found = ids(shipped_schema(name)["components"])
    assert len(found) == len(set(found))


def test_choices_are_the_fields_words() -> None:
    fields = shipped("screen-letter").fields
    assert {option.value for option in fields["category"].options} == set(Category)
    assert {option.value for option in fields["ground"].options} == set(Ground)
    assert [option.value for option in fields["scope"].options] == list("123456")


@pytest.mark.parametrize(
    ("name", "values", "missing"),
    [
        ("screen-letter", {}, {"outcome"}),
        ("screen-letter", {"outcome": "accept"}, {"category", "scope"}),
        ("screen-letter", {"outcome": "accept", "category": "report", "scope": "5"}, set()),
        ("screen-letter", {"outcome": "decline"}, {"ground", "reason"}),
        ("screen-letter", {"outcome": "decline", "ground": "1", "reason": "理由"}, set()),
        ("screen-letter", {"outcome": "decline", "ground": "2", "reason": "理由"}, {"reference"}),
        ("screen-letter", {"outcome": "decline", "ground": "2", "reason": "理由", "reference": "SX2026110001"}, set()),
        ("screen-letter", {"outcome": "supplement"}, {"question"}),
        ("screen-letter", {"outcome": "supplement", "question": "哪条路？"}, set()),
        ("assign-letter", {}, {"lead_unit"}),
        ("assign-letter", {"lead_unit": "transport", "co_units": ["zimen"]}, set()),
        ("receive-letter", {}, set()),
        ("submit-to-deputy", {}, set()),
        ("instruct-handler", {}, {"instruction"}),
        ("instruct-handler", {"instruction": "请三天内办好"}, set()),
        ("draft-reply", {}, {"reply"}),
        ("draft-reply", {"reply": "您好"}, set()),
        ("sign-off-reply", {}, {"outcome"}),
        ("sign-off-reply", {"outcome": "sign"}, set()),
        ("sign-off-reply", {"outcome": "send_back"}, {"comment"}),
        ("sign-off-reply", {"outcome": "send_back", "comment": "改"}, set()),
        ("give-opinion", {}, {"opinion"}),
        ("give-opinion", {"opinion": "同意"}, set()),
        ("answer-supervision", {}, {"feedback"}),
        ("answer-supervision", {"feedback": "已办结"}, set()),
        ("assess-feedback", {}, {"outcome"}),
        ("assess-feedback", {"outcome": "close"}, set()),
        ("assess-feedback", {"outcome": "press_again"}, {"comment"}),
        ("assess-feedback", {"outcome": "press_again", "comment": "再查"}, set()),
        ("answer-instruction", {}, {"answer"}),
        ("answer-instruction", {"answer": "已落实"}, set()),
        ("report-promise", {}, {"comment"}),
        ("report-promise", {"kept": True}, set()),
        ("report-promise", {"kept": False, "comment": "缺材料"}, set()),
        ("review-reply", {}, {*PASSED, "outcome"}),
        ("review-reply", {**PASSED, "outcome": "pass"}, set()),
        ("review-reply", {**PASSED, "outcome": "fail"}, {"comment"}),
        ("review-reply", {**PASSED, "outcome": "fail", "comment": "改"}, set()),
    ],
)
def test_what_must_be_filled_in(name: str, values: dict[str, Any], missing: set[str]) -> None:
    assert set(errors(name, values)) == missing


def test_contacts_recorded_earlier_need_not_be_sent_again() -> None:
    """Whether there is a record at all (H4) is asked where the earlier ones are known."""
    assert errors("draft-reply", {"reply": "您好", "unmet_demand": True}) == {}


def test_the_second_failed_review_needs_an_opinion() -> None:
    failed = {**PASSED, "outcome": "fail", "comment": "改"}
    assert errors("review-reply", failed, failed_reviews=1) == {"handling_opinion": "请填写处理意见"}
    assert errors("review-reply", {**failed, "handling_opinion": "督办"}, failed_reviews=1) == {}
    assert errors("review-reply", {**PASSED, "outcome": "pass"}, failed_reviews=1) == {}


def test_what_belongs_to_another_outcome_is_not_kept() -> None:
    form = shipped("screen-letter")
    everything = {
        "outcome": "decline",
        "ground": "1",
        "reason": "理由",
        "category": "report",
        "accused_unit": "transport",
        "scope": "1",
        "reference": "SX1",
        "question": "？",
        "urgent": True,
    }
    cleaned = form.validate(everything, DATA)
    assert cleaned.errors == {}
    assert cleaned.values == {"outcome": "decline", "ground": "1", "reason": "理由", "urgent": True, "important": False}
    assert form.variables(cleaned.values) == {"screeningOutcome": "decline", "urgent": True}


def test_what_the_engine_learns() -> None:
    assign = shipped("assign-letter")
    cleaned = assign.validate({"lead_unit": "transport", "co_units": ["zimen"], "note": "请办"}, DATA)
    assert assign.variables(cleaned.values) == {"leadUnit": "transport"}
    review = shipped("review-reply")
    assert review.variables(review.validate({**PASSED, "outcome": "pass", "publish": False}, DATA).values) == {
        "reviewOutcome": "pass",
        "publish": False,
    }


def test_an_accused_unit_is_asked_for_only_in_a_report() -> None:
    accepted = {"outcome": "accept", "scope": "5", "accused_unit": "transport"}
    form: Form = shipped("screen-letter")
    assert form.validate({**accepted, "category": "report"}, DATA).values["accused_unit"] == "transport"
    assert "accused_unit" not in form.validate({**accepted, "category": "complaint"}, DATA).values
