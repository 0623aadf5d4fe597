"""What failures mean in plain words; the texts are the engine's and our own."""

from __future__ import annotations

import pytest

from letterbox.services.cause_words import meaning


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
