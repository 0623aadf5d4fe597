"""What failures mean in plain words; the texts are the engine's and our own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from letterbox.services.operations.stuck.causes import meaning
from letterbox.services.operations.stuck.items import Stuck, StuckKind


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (
            "ENGINE-02004 No outgoing sequence flow for the element with id 'Gateway_X' could be selected",
            "没有一条分支成立",
        ),
        ("Unknown property used in expression: ${waitsForMorning == false}", "变量没有值"),
        ("400 RestException: MismatchingMessageCorrelationException: Cannot correlate message 'X'", "没有流程在等"),
        ("DatabaseUnavailable: 数据库暂时无法连接，请稍后再试", "数据库当时连不上"),
        ("ChannelUnavailable: 连不上邮件服务器 127.0.0.1:25", "邮件或短信服务"),
        ("delivered 5 times without an answer: its worker died or lost its lock each time", "都没有回音"),
    ],
)
def test_a_known_cause_says_what_to_do(cause: str, said: str) -> None:
    assert said in meaning(cause)


def test_an_unknown_cause_is_not_guessed() -> None:
    assert meaning("something nobody has met") == ""


def test_a_command_that_fails_for_a_reason_nobody_named_says_so_and_what_to_do() -> None:
    def stuck(kind: StuckKind, cause: str) -> str:
        return Stuck(kind, "1", "X", "", "", "", "", cause, datetime(2026, 9, 1, tzinfo=UTC), 0, "").meaning

    assert "原因不明" in stuck(StuckKind.COMMAND, "something that nobody has seen")
    assert "维护人员" in stuck(StuckKind.COMMAND, "something that nobody has seen")
    assert "letterbox doctor" in stuck(StuckKind.COMMAND, "exception in the persistence layer")
    assert "恢复它" in stuck(StuckKind.COMMAND, "SuspendedEntityInteractionException")
    assert stuck(StuckKind.JOB, "something that nobody has seen") == ""
