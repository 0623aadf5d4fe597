"""Events as staff read them, and texts given back: no page is needed for these."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from letterbox.domain.events.codec import readable
from letterbox.domain.events.event import Event
from letterbox.domain.events.words import STAFF_WORDS
from letterbox.domain.forms.form import Form
from letterbox.domain.vocabulary import EventName
from letterbox.services.deployment.design import BUNDLE_DIR
from tests.house.project import ROOT
from webapp.desk.for_you import READ_AT, written_in
from webapp.desk.presenters import marked
from webapp.shared.timeline.event_words import line_of
from webapp.shared.typed import typed_texts

NAMES = {"transport": "交通运输局"}


@dataclass
class Row:
    name: str
    data: dict[str, Any] = field(default_factory=dict)
    by_kind: str = "person"
    by_name: str = "彭立新"
    by_role: str | None = "unit_handler"
    by_unit: str | None = "transport"
    at: datetime = datetime(2026, 9, 7, 1, 0, tzinfo=UTC)

    @property
    def event(self) -> Event | None:
        return readable(self.name, self.data)


@pytest.mark.parametrize("name", EventName)
def test_every_event_has_words_even_without_its_facts(name: EventName) -> None:
    line = line_of(Row(name), NAMES)
    assert line.words == STAFF_WORDS[name]
    assert line.by == "彭立新（交通运输局 承办专人）"
    assert "None" not in line.note


def test_an_event_of_the_future_still_has_a_line() -> None:
    line = line_of(Row("SomethingNew", {"note": "说明"}, by_role="new_role", by_unit="gone"), NAMES)
    assert (line.words, line.by, line.note) == ("SomethingNew", "彭立新", "说明")


@pytest.mark.parametrize(
    ("name", "data", "note"),
    [
        ("LetterReceived", {"channel": "wenzheng_hunan", "channel_reference": "7"}, "问政湖南；来源编号 7"),
        ("LetterDeclined", {"outcome": "decline", "ground": "6", "reason": "广告。", "reference": "9"},
         "推销、邀请或者给领导的私人信件；广告；原编号 9"),
        ("LetterAssigned", {"lead_unit": "transport", "note": "请办"}, "主办单位：交通运输局；请办"),
        ("ReviewFailed", {"round": 2, "rubric": {"every_point": "fail"}, "comment": "漏答"}, "第 2 轮；漏答；不合格：逐点答复"),
        ("ReviewFailed", {"round": 1, "rubric": {"action_and_date": "fail", "every_point": "fail"}},
         "第 1 轮；不合格：逐点答复、措施和期限"),
        ("DeadlineStepTaken",
         {"limit": "reply", "step": "overdue_1", "recipients": ["unit_principal"], "due_at": "2026-09-07T17:30:00+08:00"},
         "答复：超期后第 1 个工作日；期限 9月7日 17:30；已通知主要负责人"),
        ("StepWithdrawn", {"limit": "reply", "step": "due_today", "due_at": "2026-09-09T17:30:00+08:00"},
         "答复：今天到期；期限改为 9月9日 17:30，届时重新提醒"),
        ("LimitMoved",
         {"limit": "reply", "from": "2026-09-07T17:30:00+08:00", "to": "2026-09-09T17:30:00+08:00", "because": "calendar"},
         "答复：9月7日 17:30 → 9月9日 17:30；工作日历公布或更正"),
        ("LetterEvaluated", {"satisfied": False, "solved": True, "comment": "慢"}, "问题已解决；不满意；慢"),
        ("LetterClosed", {"outcome": "not_evaluated"}, "来信人没有评价"),
        ("DeadlineStepTaken", {"limit": "reply", "step": "odd", "recipients": [], "due_at": "2026-09-07T17:30:00+08:00"},
         "答复：odd；期限 9月7日 17:30"),
        ("LetterReminded", {"limits": ["new_kind"], "told": "many", "message": "请抓紧"}, "请抓紧"),
    ],
)  # fmt: skip
def test_facts_become_a_second_line(name: str, data: dict[str, Any], note: str) -> None:
    assert line_of(Row(name, data), NAMES).note == note


def test_what_somebody_wrote_is_found_in_each_event_that_is_read_at_a_task_and_in_no_other() -> None:
    rows = json.loads((ROOT / "tests/unit/stored_events.json").read_text(encoding="utf-8"))
    assert {name for name, stored in rows if written_in(readable(name, stored))} == set(READ_AT)


def test_machines_are_called_the_system() -> None:
    assert line_of(Row("LetterDispatched", by_kind="worker", by_name="系统"), NAMES).by == "系统"


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("路灯坏了", ["路灯"], [("路灯", True), ("坏了", False)]),
        ("a.b*c", [".", "*"], [("a", False), (".", True), ("b", False), ("*", True), ("c", False)]),
        ("医保报销", ["医保", "医保报销"], [("医保报销", True)]),
        ("没有", [], [("没有", False)]),
        ("", ["x"], []),
    ],
)
def test_marking_takes_words_literally_and_the_longest_first(
    text: str, words: list[str], expected: list[tuple[str, bool]]
) -> None:
    assert marked(text, words) == expected
    assert "".join(piece for piece, _ in marked(text, words)) == text


def test_texts_given_back_leave_out_tokens_blanks_and_codes() -> None:
    posted = MultiDict(
        [("csrf_token", "字"), ("outcome", "decline"), ("reply", "正文"), ("empty", "  "), ("password", "口令")]
    )
    app = Flask(__name__)
    Babel(app)
    with app.app_context():
        assert [(each.name, each.text) for each in typed_texts(posted)] == [("reply", "正文")]


def test_with_the_form_texts_have_their_labels() -> None:
    form = Form.parse(json.loads((BUNDLE_DIR / "forms" / "draft-reply.form").read_text(encoding="utf-8")))
    posted = MultiDict(
        [("reply", "正文"), ("contacts[1].means", "phone"), ("contacts[1].said", "说了"), ("gone", "字")]
    )
    labels = {each.label: each.text for each in typed_texts(posted, form)}
    assert labels == {
        "答复内容": "正文",
        "联系记录 2 · 联系方式": "phone",
        "联系记录 2 · 说了什么": "说了",
        "gone": "字",
    }
