"""Texts of notices render with what they declare, and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from letterbox.domain.errors import ConfigError
from letterbox.seeds.values import NoticeSeed, load_notices
from letterbox.services.notices.texts import (
    NEUTRAL_TITLE,
    NoticeTexts,
    allowed_variables,
    neutral,
    used_variables,
)

NOTICES = load_notices()
VALUES: dict[str, Any] = {
    "due": "2026-10-10T17:30:00+08:00",
    "old_due": "2026-09-30T17:30:00+08:00",
    "urgent": True,
    "at": "2026-09-30T17:30:00+08:00",
}
WRITERS = {
    *("letter_received", "query_code_renewed", "letter_declined", "supplement_requested", "supplement_lapsed"),
    *("letter_dispatched", "reply_delivered", "letter_withdrawn", "extension_granted"),
}
STAFF = {
    *("task_waiting", "near_due", "due_today", "overdue", "reminder", "supervision", "red_flag_alert"),
    *("reply_failed_review", "withdrawn_at_unit"),
}


def context(notice: NoticeSeed) -> dict[str, Any]:
    return {name: VALUES.get(name, f"<{name}>") for name in allowed_variables(notice)}


def text(key: str) -> NoticeSeed:
    return next(notice for notice in NOTICES if notice.key == key)


def test_every_occasion_has_a_text() -> None:
    by_audience = {audience: {n.key for n in NOTICES if n.audience == audience} for audience in ("writer", "staff")}
    assert by_audience["writer"] >= WRITERS
    assert by_audience["staff"] >= STAFF


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.key)
def test_a_text_renders_with_its_declared_variables_and_uses_each(notice: NoticeSeed) -> None:
    words = NoticeTexts([notice]).render(notice.key, context(notice))
    assert words.subject
    assert words.body
    assert "\n" not in words.subject + words.sms
    assert bool(words.sms) == (notice.audience == "writer")
    used = used_variables(notice.subject + notice.body + notice.sms)
    assert set(notice.variables) <= used, "a declared variable is not used"


def test_a_missing_value_is_an_error_not_a_hole() -> None:
    values = context(text("letter_received"))
    del values["query_code"]
    with pytest.raises(ConfigError, match=r"letter_received 无法生成.*query_code"):
        NoticeTexts(NOTICES).render("letter_received", values)


def test_the_writer_reads_number_and_code_in_mail_and_sms() -> None:
    words = NoticeTexts(NOTICES).render("letter_received", context(text("letter_received")))
    for place in (words.body, words.sms):
        assert "<number>" in place
        assert "<query_code>" in place


def test_a_decline_says_ground_reason_and_where_to_turn() -> None:
    body = NoticeTexts(NOTICES).render("letter_declined", context(text("letter_declined"))).body
    assert "原因：<ground_words>" in body
    assert "说明：<reason>" in body
    assert "您可以这样做：<advice>" in body


def test_a_due_instant_is_written_as_a_day_in_the_office_zone() -> None:
    values = {**context(text("letter_dispatched")), "due": "2026-10-10T09:30:00+00:00"}
    assert "2026年10月10日 17:30" in NoticeTexts(NOTICES).render("letter_dispatched", values).body


def test_what_a_writer_typed_is_not_read_as_a_template() -> None:
    values = {**context(text("letter_received")), "title": "{{ number }} <b>"}
    assert "《{{ number }} <b>》" in NoticeTexts(NOTICES).render("letter_received", values).body


def test_an_undeclared_variable_or_wrong_syntax_is_refused_at_once() -> None:
    notice = text("task_waiting")
    with pytest.raises(ConfigError, match="没有声明的变量：salary"):
        NoticeTexts([replace(notice, body="{{ salary }}")])
    with pytest.raises(ConfigError, match="task_waiting 第 1 行写法有误"):
        NoticeTexts([replace(notice, body="{% if %}")])


def test_the_sandbox_keeps_templates_away_from_python() -> None:
    notice = replace(text("task_waiting"), body="{{ title.__class__.__mro__ }}")
    with pytest.raises(ConfigError, match="无法生成"):
        NoticeTexts([notice]).render("task_waiting", context(notice))


def test_an_unknown_notice_names_the_file_to_add() -> None:
    with pytest.raises(ConfigError, match=r"config/notices 中补上 nothing\.yaml"):
        NoticeTexts(NOTICES).render("nothing", {})


SAID = {"category_name", "due", "due_at", "limit_name", "old_due", "task_name"}
"""Instants and words of the product; everything else that is text may have been typed."""


@pytest.mark.parametrize("notice", [each for each in NOTICES if each.audience == "staff"], ids=lambda each: each.key)
def test_mail_about_an_accusation_says_its_number_and_no_word_of_it(notice: NoticeSeed) -> None:
    """Each of them, whether it is sent by mail today or not."""
    told = {**context(notice), "at": datetime.fromisoformat(VALUES["at"])}
    for name in {"title", *notice.variables} - SAID - set(VALUES):
        told[name] = f"举报水利局{name}"
    texts = NoticeTexts([notice])
    mail = texts.render(notice.key, neutral(told))
    assert "举报水利局" not in mail.subject + mail.body
    if "title" in used_variables(notice.subject):
        assert NEUTRAL_TITLE in mail.subject
        assert "<number>" in mail.subject
        assert "举报水利局title" in texts.render(notice.key, told).subject
