"""The variable codec and the reading of refusals."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from letterbox.bundle.vocabulary import Topic
from letterbox.domain.errors import LetterboxError, Unavailable
from letterbox.engine import errors
from letterbox.engine.answers import EngineError, connection_failure, refusal
from letterbox.engine.errors import (
    AlreadyApplied,
    AlreadyRunning,
    AnswerLost,
    DeploymentRefused,
    DueNotFound,
    EngineLockedUs,
    EngineNotFound,
    EngineRefused,
    EngineTroubled,
    EngineUnavailable,
    EngineUnclear,
    LostRace,
    MismatchingCorrelation,
    TaskNotFound,
    UnsuitableValue,
)
from letterbox.engine.session import safe_id
from letterbox.engine.values import decode_all, encode, encode_all, engine_instant, instant
from webapp.shared.http.errors import problem_of


@given(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**63 - 1),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=4000),
    )
)
def test_scalars_survive_the_journey(value: object) -> None:
    sent = json.loads(json.dumps(encode_all({"v": value})))  # type: ignore[dict-item]
    came = decode_all(sent)["v"]
    assert came == value
    assert type(came) is type(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, "Boolean"),
        (1, "Integer"),
        (2**31, "Long"),
        (-(2**31), "Integer"),
        (1.0, "Double"),
        (None, "Null"),
        ("x", "String"),
        (Topic.SEND_NOTICE, "String"),
    ],
)
def test_each_scalar_has_its_type(value: object, kind: str) -> None:
    assert encode("v", value)["type"] == kind  # type: ignore[arg-type]


def test_an_instant_goes_as_iso_with_offset() -> None:
    nine = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
    assert encode("replyDueAt", nine) == {"value": "2026-01-05T09:00:00+08:00", "type": "String"}


@pytest.mark.parametrize(
    ("value", "remedy"),
    [
        ("字" * 4001, "数据库"),
        ("a\x00b", "NUL"),
        (datetime(2026, 1, 5, 9), "时区"),  # noqa: DTZ001  # the point of the test
        (float("nan"), "有限"),
        (2**63, "64 位"),
        ({"a": 1}, "dict"),
        ([1], "list"),
        (b"x", "bytes"),
        (object(), "object"),
    ],
)
def test_anything_else_is_refused_with_the_variables_name_and_a_remedy(value: object, remedy: str) -> None:
    with pytest.raises(UnsuitableValue) as refused:
        encode("someName", value)  # type: ignore[arg-type]
    assert "someName" in refused.value.message
    assert remedy in refused.value.message
    assert refused.value.retryable is False


def test_what_is_not_a_scalar_is_left_out_when_reading() -> None:
    variables = {"a": {"type": "Json", "value": "{}"}, "b": {"type": "String", "value": "x"}}
    assert decode_all(variables) == {"b": "x"}
    assert decode_all(None) == {}


def test_engine_instants_go_both_ways() -> None:
    at = datetime(2026, 1, 5, 9, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=8)))
    assert engine_instant(at) == "2026-01-05T09:30:15.250+0800"
    assert instant(engine_instant(at)) == at
    assert instant(None) is None


def answer(status: int, body: object | None = None) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = b"<html>gateway</html>" if body is None else json.dumps(body).encode()
    return response


def rest_exception(kind: str, message: str, **more: object) -> dict[str, object]:
    return {"type": kind, "message": message, "code": None, **more}


@pytest.mark.parametrize(
    ("status", "kind", "message", "expected", "retryable"),
    [
        (404, "InvalidRequestException", "Process instance with id x does not exist", EngineNotFound, False),
        (404, "InvalidRequestException", "No matching task with id x", TaskNotFound, False),
        (500, "RestException", "Cannot complete task x: Cannot find task with id x: task is null", TaskNotFound, False),
        (400, "MismatchingMessageCorrelationException", "Cannot correlate message", MismatchingCorrelation, False),
        (500, "RestException", "Unknown property used in expression: ${x}", EngineRefused, False),
        (500, "OptimisticLockingException", "ENGINE-03005 Execution of 'UPDATE …' failed", LostRace, True),
        (500, "InvalidRequestException", "the server has to handle too many requests at", LostRace, True),
        (
            500,
            "ProcessEnginePersistenceException",
            "ENGINE-03004 Exception while executing Database Operation",
            EngineTroubled,
            True,
        ),
        (
            500,
            "RestException",
            "Cannot instantiate process definition X: An exception occurred in the persistence layer",
            EngineTroubled,
            True,
        ),
        (
            500,
            "RestException",
            "Cannot complete task x: ### Error updating database. Cause: org.postgresql.util.PSQLException",
            EngineTroubled,
            True,
        ),
        (500, "ProcessEngineException", "something that nobody has met yet", EngineUnclear, True),
        (500, "NullPointerException", "", EngineUnclear, True),
        (
            500,
            "RestException",
            "Cannot instantiate process definition X: letterbox:method ${a.b()}",
            EngineRefused,
            False,
        ),
        (
            500,
            "RestException",
            "Cannot complete task x: Cannot execute operation, because it is suspended.",
            EngineRefused,
            False,
        ),
        (500, "TaskAlreadyClaimedException", "Task 'x' is already claimed by someone else.", EngineRefused, False),
        (400, "InvalidRequestException", "Cannot set variable x", EngineRefused, False),
        (
            500,
            "RestException",
            "Cannot instantiate process definition X: letterbox:applied 1-2-3",
            AlreadyApplied,
            False,
        ),
        (500, "RestException", "Cannot instantiate process definition X: letterbox:running X", AlreadyRunning, False),
    ],
)
def test_the_engines_refusals_are_told_apart(
    status: int, kind: str, message: str, expected: type[LetterboxError], retryable: bool
) -> None:
    error = refusal(answer(status, rest_exception(kind, message)), is_command=True)
    assert type(error) is expected
    assert error.retryable is retryable


def engine_errors() -> list[type[LetterboxError]]:
    """What an answer of the engine, or none, can become."""
    found = [each for each in vars(errors).values() if isinstance(each, type) and each.__module__ == errors.__name__]
    ours = {DueNotFound, UnsuitableValue, errors.ResourceProblem}
    return [each for each in found if each not in ours]


@pytest.mark.parametrize("error", engine_errors(), ids=lambda each: each.__name__)
def test_an_error_belongs_to_one_family_and_its_words_follow(error: type[LetterboxError]) -> None:
    """Pages and commands know only two answers: try again, or no. Each error has to be one of them, never both."""
    families = [each for each in get_args(EngineError) if issubclass(error, each)]
    assert len(families) == 1
    assert issubclass(error, Unavailable) is (families != [EngineRefused])
    assert error.retryable is issubclass(error, Unavailable)


@pytest.mark.parametrize("message", ["An exception occurred in the persistence layer", "nobody has met this yet"])
def test_trouble_asks_people_to_try_again_and_a_reading_had_no_effect(message: str) -> None:
    body = rest_exception("RestException", message)
    command, reading = (refusal(answer(500, body), is_command=each) for each in (True, False))
    assert problem_of(command).status == problem_of(reading).status == 503
    assert "再试" in problem_of(command).message
    assert "已经办成" in problem_of(command).message
    assert type(reading) is EngineUnavailable


def test_a_refusal_tells_its_reason_on_a_page_and_never_the_engines_words() -> None:
    suspended = rest_exception("RestException", "Cannot complete task x: it is suspended, 13900000000")
    problem = problem_of(refusal(answer(500, suspended), is_command=True))
    assert problem.status == 409
    assert "暂停" in problem.message
    unnamed = problem_of(refusal(answer(400, rest_exception("OddException", "odd 13900000000")), is_command=True))
    assert unnamed.status == 409
    assert "1390" not in problem.message + unnamed.message


def test_a_lost_race_asks_to_try_again() -> None:
    error = refusal(answer(500, rest_exception("OptimisticLockingException", "ENGINE-03005")), is_command=True)
    assert (problem_of(error).status, "没有执行：请再试" in problem_of(error).message) == (503, True)


def test_lost_races_are_known_by_their_code_too() -> None:
    error = refusal(answer(500, rest_exception("RestException", "Cannot complete", code=1)), is_command=True)
    assert error.retryable is True


@pytest.mark.parametrize("status", [404, 500, 502, 503, 504])
def test_an_answer_without_the_engines_body_never_counts_as_no_such_task(status: int) -> None:
    spring = {"timestamp": "…", "status": status, "error": "…", "message": "No context", "path": "/engine-rest/task"}
    bodies: tuple[object, ...] = (None, spring, [])
    for body in bodies:
        assert type(refusal(answer(status, body), is_command=True)) is AnswerLost
        assert type(refusal(answer(status, body), is_command=False)) is EngineUnavailable


def test_an_engine_that_lost_its_database_is_unavailable() -> None:
    body = rest_exception("CannotCreateTransactionException", "Could not open JDBC Connection for transaction")
    assert type(refusal(answer(500, body), is_command=True)) is AnswerLost
    assert type(refusal(answer(500, body), is_command=False)) is EngineUnavailable


def test_a_lost_answer_is_never_caught_as_merely_unavailable() -> None:
    assert not issubclass(AnswerLost, EngineUnavailable)
    assert AnswerLost("x").retryable


def test_a_wrong_password_names_the_settings() -> None:
    error = refusal(answer(401), is_command=False)
    assert isinstance(error, EngineLockedUs)
    assert "ENGINE_PASSWORD" in str(error)
    assert error.retryable, "a wrong password must not use up a command's chances"


def test_deployment_errors_name_the_element() -> None:
    details = {
        "a.bpmn": {"errors": [{"message": "m", "line": 3, "column": 4, "mainElementId": "Task_X"}], "warnings": []}
    }
    error = refusal(answer(400, rest_exception("ParseException", "ENGINE-09005", details=details)), is_command=True)
    assert isinstance(error, DeploymentRefused)
    (problem,) = error.problems
    assert (problem.resource, problem.line, problem.element_id, problem.is_error) == ("a.bpmn", 3, "Task_X", True)


def test_only_what_was_never_sent_may_simply_be_sent_again() -> None:
    pool = HTTPConnectionPool("localhost")
    refused = requests.ConnectionError(MaxRetryError(pool, "/", NewConnectionError(pool, "refused")))  # type: ignore[arg-type]
    reset = requests.ConnectionError(ProtocolError("Connection aborted."))
    assert type(connection_failure(refused, is_command=True)) is EngineUnavailable
    assert type(connection_failure(requests.ConnectTimeout(), is_command=True)) is EngineUnavailable
    assert type(connection_failure(reset, is_command=True)) is AnswerLost
    assert type(connection_failure(requests.ReadTimeout(), is_command=True)) is AnswerLost
    assert type(connection_failure(requests.ReadTimeout(), is_command=False)) is EngineUnavailable


@pytest.mark.parametrize("bad", ["", "a/b", "a?x=1", "..", "a b", "a%2f", "x" * 300, "任务"])
def test_an_id_that_would_change_the_address_is_not_found(bad: str) -> None:
    with pytest.raises(EngineNotFound):
        safe_id(bad)


@pytest.mark.parametrize("good", ["6f1c-11f0", "LetterHandlingProcess:3:6f1c", "Task_1", "a.b"])
def test_the_engines_own_ids_pass(good: str) -> None:
    assert safe_id(good) == good
