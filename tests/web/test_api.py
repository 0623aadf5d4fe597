"""The machine interface at its door: tokens, intake, the writer's side, lists, figures."""

from __future__ import annotations

from typing import Any

import pytest

from letterbox.domain.vocabulary import Role
from letterbox.services.access.rate_limit import QUERY_CODE
from tests.support.office.api import LETTER, Api, holds

pytest_plugins = ["tests.support.office.api_fixtures"]
pytestmark = pytest.mark.engine


def test_a_channel_system_brings_a_letter_and_gets_a_code(api: Api) -> None:
    answer = api.post("/letters", Role.CHANNEL, LETTER, 201)
    assert holds("Receipt", answer)
    record = api.get(f"/letters/{answer['number']}", Role.SCREENER)
    assert holds("LetterRecord", record)
    assert {key: record[key] for key in ("channel", "title", "body", "is_public")} == {
        key: LETTER[key] for key in ("channel", "title", "body", "is_public")
    }
    assert record["writer"]["phone"] == "13800000000"
    assert (record["status"], record["scope"], record["lead_unit"]) == ("received", None, None)
    (received,) = record["events"]
    assert received["name"] == "LetterReceived"
    assert received["at"] == "2026-09-07T09:00:00+08:00"


def test_the_same_reference_is_the_same_letter(api: Api) -> None:
    body = {**LETTER, "channel_reference": "W-2026-17"}
    first = api.post("/letters", Role.CHANNEL, body, 201)
    again = api.post("/letters", Role.CHANNEL, body, 200)
    assert again == {"number": first["number"], "query_code": None, "already_there": True}


@pytest.mark.parametrize(
    "change",
    [{"title": "又来一次"}, {"body": "别的事。"}, {"writer": {"name": "别人", "phone": "13900000001"}}],
)
def test_the_same_reference_with_other_content_is_a_conflict(api: Api, change: dict[str, Any]) -> None:
    """A mailbox that counts anew every month sends another letter under a number that is known: it must not be lost."""
    body = {**LETTER, "channel_reference": f"W-{sorted(change)}"}
    first = api.post("/letters", Role.CHANNEL, body, 201)
    problem = api.post("/letters", Role.CHANNEL, {**body, **change}, 409)
    assert body["channel_reference"] in problem["detail"]
    assert first["number"] not in str(problem), "whose letter it is is not the sender's to know"


@pytest.mark.parametrize("placeholder", ["无", "-", "/", "N/A", "0"])
def test_a_placeholder_is_no_reference(api: Api, placeholder: str) -> None:
    for number in range(2):
        body = {**LETTER, "title": f"占位{number}", "channel_reference": placeholder}
        answer = api.post("/letters", Role.CHANNEL, body, 201)
        assert api.get(f"/letters/{answer['number']}", Role.SCREENER)["channel_reference"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": None}, "title"),
        ({"body": "\u3000\n"}, "body"),
        ({"body": "字" * 20_001}, "body"),
        ({"channel": "fax"}, "channel"),
        ({"category": "praise"}, "category"),
        ({"is_public": "yes"}, "is_public"),
        ({"written_at": "2026-09-01"}, "written_at"),
        ({"written_at": "2027-01-01T00:00:00+08:00"}, "written_at"),
        ({"written_at": "0001-01-01T00:00:00+08:00"}, "written_at"),
        ({"written_at": "0001-01-01T00:00:00Z"}, "written_at"),
        ({"written_at": "1899-12-31T00:00:00+08:00"}, "written_at"),
        ({"channel_reference": "2.02611E+19"}, "channel_reference"),
        ({"writer": {"email": "a..b@example.com"}}, "writer.email"),
        ({"writer": {"phone": "12"}}, "writer.phone"),
        ({"writer": {"fax": "12"}}, "writer.fax"),
        ({"channel": "portal", "writer": {"phone": "13800000000"}}, "writer.name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_field_that_will_not_do_is_named(api: Api, change: dict[str, Any], field: str) -> None:
    problem = api.post("/letters", Role.CHANNEL, {**LETTER, **change}, 422)
    assert list(problem["errors"]) == [field]


def test_every_missing_field_is_named_at_once(api: Api) -> None:
    problem = api.post("/letters", Role.CHANNEL, {}, 422)
    assert set(problem["errors"]) == {"channel", "title", "body", "writer", "is_public"}


def test_markup_emoji_and_20000_characters_come_back_as_written(api: Api) -> None:
    title, body = "<script>alert(1)</script> 🚦", ("<b>'; DROP TABLE letters; --</b> 🌧️" * 700)[:20_000]
    number, _ = api.write(title=title, body=body)
    record = api.get(f"/letters/{number}", Role.SCREENER)
    assert (record["title"], record["body"]) == (title, body)


def test_a_screener_types_in_only_what_callers_say(api: Api) -> None:
    typed_in = api.call("POST", "/letters", Role.SCREENER, {**LETTER, "channel": "counter"})
    others = api.call("POST", "/letters", Role.SCREENER, LETTER)
    assert (typed_in.status_code, others.status_code) == (201, 403)


def test_tracking_by_code_says_nothing_about_people(api: Api) -> None:
    number, code = api.write()
    letter = api.get(f"/letters/{number}?query_code={code}")
    assert holds("TrackedLetter", letter)
    assert letter["status"] == "received"
    assert [entry["at"] for entry in letter["timeline"]] == ["2026-09-07T09:00:00+08:00"]
    assert not {"events", "limits", "writer", "suggestion", "ticket"} & letter.keys()


def test_wrong_code_unknown_number_and_no_code_look_alike(api: Api) -> None:
    number, _ = api.write()
    answers = [
        api.get(path, status=404)
        for path in (
            f"/letters/{number}?query_code=0000000000",
            f"/letters/{number}",
            "/letters/SX20260100001?query_code=0000000000",
            "/letters/nonsense",
        )
    ]
    assert len({(each["detail"], each["title"], each["type"]) for each in answers}) == 1


@pytest.mark.parametrize("path", ["supplement", "withdrawal", "evaluation"])
def test_a_writers_calls_need_the_code(api: Api, path: str) -> None:
    number, _ = api.write()
    body = {"supplement": {"body": "补充"}, "withdrawal": {"reason": "不用了"}}
    given = body.get(path, {"satisfied": True, "solved": True})
    for code in ({}, {"query_code": "1"}):
        known = api.post(f"/letters/{number}/{path}", None, {**given, **code}, 404)
        unknown = api.post(f"/letters/NONE{path}/{path}", None, {**given, **code}, 404)
        assert known["detail"] == unknown["detail"]


def test_wrong_codes_wait_and_keep_nobody_elsewhere_out(api: Api) -> None:
    number, code = api.write()
    for _ in range(QUERY_CODE.count):
        api.get(f"/letters/{number}?query_code=1", status=404)
    response = api.call("GET", f"/letters/{number}?query_code={code}")
    assert response.status_code == 429
    assert QUERY_CODE.first_wait is not None
    assert 0 < int(response.headers["Retry-After"]) <= QUERY_CODE.first_wait.total_seconds() + 1  # rounded up
    api.address = "192.0.2.7"
    assert api.get(f"/letters/{number}?query_code={code}")["number"] == number


def test_a_writer_withdraws_once(api: Api) -> None:
    number, code = api.write()
    body = {"query_code": code, "reason": "已经修好了"}
    assert api.post(f"/letters/{number}/withdrawal", None, body) == {"number": number}
    api.post(f"/letters/{number}/withdrawal", None, body, 409)
    api.post(f"/letters/{number}/supplement", None, {"query_code": code, "body": "补充"}, 409)
    api.post(f"/letters/{number}/evaluation", None, {"query_code": code, "satisfied": True, "solved": True}, 409)
    assert api.get(f"/letters/{number}?query_code={code}")["status"] == "withdrawn"


def test_lists_have_pages_and_filters(api: Api) -> None:
    numbers = {api.write(title="唯一的标题 甲乙丙")[0] for _ in range(3)}
    page = api.get("/letters?q=甲乙丙&per_page=2", Role.SUPERVISOR)
    assert holds("LetterPage", page)
    assert (page["page"], page["pages"], page["total"], len(page["items"])) == (1, 2, 3, 2)
    second = api.get("/letters?q=甲乙丙&per_page=2&page=2&status=received&due_before=2026-12-01", Role.SUPERVISOR)
    assert {each["number"] for each in page["items"] + second["items"]} == numbers
    assert api.get("/letters?q=甲乙丙&status=closed", Role.SUPERVISOR)["items"] == []
    assert api.get("/letters?q='%20OR%201=1--", Role.SUPERVISOR)["total"] == 0


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "status=lost", "due_before=soon", "per_page=101", "overdue=1", "category=none"]
)
def test_a_wrong_parameter_is_named(api: Api, query: str) -> None:
    problem = api.get(f"/letters?{query}", Role.SUPERVISOR, 422)
    assert list(problem["errors"]) == [query.split("=", maxsplit=1)[0]]


def test_a_unit_sees_no_letter_that_is_not_its_own(api: Api) -> None:
    number, _ = api.write()
    api.get(f"/letters/{number}", Role.UNIT_HANDLER, 404)
    api.get(f"/letters/{number}/limits", Role.UNIT_HANDLER, 404)
    assert api.get(f"/letters?q={number}", Role.UNIT_HANDLER)["total"] == 0


def test_limits_explain_their_due_date(api: Api) -> None:
    number, _ = api.write()
    page = api.get(f"/letters/{number}/limits", Role.SCREENER)
    assert holds("LimitPage", page)
    (limit,) = page["items"]
    assert limit["kind"] == "screening"
    assert limit["due_at"].endswith("T17:30:00+08:00")
    assert sum(day["counts"] for day in limit["days"]) > 0


def test_figures_by_unit(api: Api) -> None:
    api.write()
    rows = api.get("/figures?from=2026-09-01&to=2026-09-30&by=unit", Role.SUPERVISOR)
    assert holds("Figures", rows)
    without_unit = next(row for row in rows if row["unit"] is None)
    assert without_unit["received"] >= 1
    assert api.get("/figures?from=2020-01-01&to=2020-01-31", Role.LEADER) == []
    assert list(api.get("/figures?from=2026-09-02&to=2026-09-01", Role.LEADER, 422)["errors"]) == ["to"]
    api.get("/figures?by=month", Role.LEADER, 422)
    api.get("/figures", Role.UNIT_HANDLER, 403)


def test_marking_urgent_and_withdrawing_for_the_writer(api: Api) -> None:
    number, _ = api.write()
    urgent = {"values": {"urgent": True, "reason": "老人独居"}}
    api.post(f"/letters/{number}/actions/urgent", Role.REVIEWER, urgent, 403)
    assert list(api.post(f"/letters/{number}/actions/urgent", Role.SCREENER, {"values": {}}, 422)["errors"]) == [
        "urgent",
        "reason",
    ]
    answer = api.post(f"/letters/{number}/actions/urgent", Role.SUPERVISOR, urgent)
    assert answer == {"number": number, "status": "received"}
    api.post(f"/letters/{number}/actions/urgent", Role.SCREENER, urgent, 409)
    api.post(f"/letters/{number}/actions/withdraw", Role.SCREENER, {"values": {"reason": " "}}, 422)
    assert api.post(f"/letters/{number}/actions/withdraw", Role.SCREENER, {"values": {"reason": "来电要求"}}) == {
        "number": number,
        "status": "withdrawn",
    }
    record = api.get(f"/letters/{number}", Role.SCREENER)
    assert [event["name"] for event in record["events"]][1:] == [
        "LetterMarkedUrgent",
        "LetterWithdrawn",
        "LetterClosed",
    ]
    assert record["urgent"] is True


def test_a_refusal_by_right_names_the_roles_as_people_do(api: Api) -> None:
    number, _code = api.write()
    told = api.get("/figures", Role.UNIT_HANDLER, 403)["detail"]
    assert told == "这个调用需要以下角色之一：督查员、协调员、领导；令牌的角色是：承办专人"
    urgent = {"values": {"urgent": True, "reason": "x"}}
    refused = api.post(f"/letters/{number}/actions/urgent", Role.REVIEWER, urgent, 403)
    assert refused["detail"].endswith("由甄别员、督查员使用")


@pytest.mark.parametrize("said", ["true", "false", "on", 1])
def test_a_yes_that_is_no_boolean_is_refused_at_its_field(api: Api, said: object) -> None:
    number, _code = api.write()
    wrong = {"values": {"urgent": said, "reason": "老人独居"}}
    problem = api.post(f"/letters/{number}/actions/urgent", Role.SCREENER, wrong, 422)
    assert problem["errors"] == {"urgent": "应为 true 或 false，不加引号"}
    assert problem["detail"] == "urgent：应为 true 或 false，不加引号"


def test_the_detail_of_a_refusal_names_its_fields(api: Api) -> None:
    problem = api.post(
        "/letters", Role.CHANNEL, {**LETTER, "title": " ", "writer": {"name": "李四", "phone": "1"}}, 422
    )
    assert list(problem["errors"]) == ["title", "writer.phone"]
    assert [part.split("：")[0] for part in problem["detail"].split("；")] == ["title", "writer.phone"]
    nobody = api.post("/channels/wenzheng_hunan/replies/handed-back", Role.CHANNEL, {"numbers": []}, 422)
    assert nobody["detail"] == "numbers：至少要有一项"


@pytest.mark.parametrize("action", ["returns", "dance"])
def test_actions_that_do_not_exist_are_not_found(api: Api, action: str) -> None:
    number, _ = api.write()
    problem = api.post(f"/letters/{number}/actions/{action}", Role.SCREENER, {"values": {}}, 404)
    assert action in problem["detail"]


def test_actions_refuse_unknown_letters_and_fields(api: Api) -> None:
    number, _ = api.write()
    body = {"values": {"reason": "来电要求", "colour": "red"}}
    assert list(api.post(f"/letters/{number}/actions/withdraw", Role.SCREENER, body, 422)["errors"]) == ["colour"]
    api.post("/letters/NONE/actions/withdraw", Role.SCREENER, {"values": {"reason": "来电要求"}}, 404)
