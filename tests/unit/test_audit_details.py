"""The audit trail's acts all have their words, and a row's details hold nobody's data."""

from __future__ import annotations

from typing import Any

from letterbox.domain.audit import ACT_WORDS, RESULT_WORDS, AuditAct, AuditResult
from letterbox.services.audit.log import AdminAction
from letterbox.services.audit.trail import clean_detail
from tests.house.project import named
from webapp.shared.admin_actions import ACTIONS


def test_details_are_masked_and_others_than_the_listed_are_left_out() -> None:
    given: dict[str, Any] = {"why": "电话 13712345678", "title": "来信标题", "hits": 3, "late": True, "unit": "x" * 500}
    kept = clean_detail(given)
    assert kept == {"why": "电话 137****5678", "hits": 3, "late": True, "unit": "x" * 200}


def test_every_act_has_its_words_and_its_row_in_the_reference() -> None:
    assert set(ACT_WORDS) == set(AuditAct)
    assert set(RESULT_WORDS) == set(AuditResult)
    assert named("docs/reference/audit.md", "Acts") == set(AuditAct)


def test_every_act_of_administration_and_operations_has_its_words() -> None:
    """An auditor reads what was done, not the code's name of it."""
    assert set(ACTIONS) == set(AdminAction)
