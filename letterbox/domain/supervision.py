"""Supervision in words: why it is opened, by which office, what is then asked (S1, S3, S4)."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.domain.vocabulary import SupervisionCause, SupervisionOffice

DEFAULT_OFFICE = SupervisionOffice.GOVERNMENT
"""Which office a supervision is of that nobody opened by hand [ours]; both are told."""
OFFICE_UNITS: Mapping[SupervisionOffice, str] = {
    SupervisionOffice.PARTY: "party-supervision",
    SupervisionOffice.GOVERNMENT: "gov-supervision",
}
"""The offices among the units, whose names the administrators keep."""
OFFICE_WORDS: Mapping[SupervisionOffice, str] = {
    SupervisionOffice.PARTY: "县委督查室",
    SupervisionOffice.GOVERNMENT: "县政府督查室",
}
CAUSE_WORDS: Mapping[SupervisionCause, str] = {
    SupervisionCause.BY_HAND: "督查室决定",
    SupervisionCause.OVERDUE: "严重超期",
    SupervisionCause.FAILED_REVIEW: "两次审核不合格",
    SupervisionCause.IMPORTANCE: "重要来信",
    SupervisionCause.INSTRUCTION: "领导批示",
}
IMPORTANT_REQUEST = "这是一封重要来信，请在办理的同时反馈办理情况和结果。"
OVERDUE_REQUEST = "“{limit}”时限已于 {due_at} 超期，经催办仍未办结。请说明原因，抓紧办结并反馈。"
