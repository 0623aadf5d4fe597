"""What the commonest failures mean, for an operator who does not read stack traces."""

from __future__ import annotations

import re

from letterbox.engine.final_reasons import is_fault, reason

MEANINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (
            r"MismatchingMessageCorrelation|MismatchingCorrelation|Cannot correlate",
            "没有流程在等这条消息：还没走到，或已过了那一步",
        ),
        (r"no migration instruction", "那一版的流程图里没有这个环节，或者换成了另一种"),
        (r"OptimisticLocking|ENGINE-03005|deadlock", "同一时刻有别的操作，重试即可"),
        (r"DatabaseUnavailable|JDBC Connection|数据库暂时无法连接", "数据库当时连不上，恢复后重试即可"),
        (r"ChannelUnavailable|连不上邮件服务器|连不上短信网关", "邮件或短信服务当时连不上，恢复后重试即可"),
        (r"delivered \d+ times without an answer", "多次交给工作进程都没有回音：它可能在办这件事时崩溃，先看它的日志"),
    )
)


def meaning(cause: str) -> str:
    """In Chinese what a failure's text means and what to do; empty for one that is not known."""
    return next((words for pattern, words in MEANINGS if pattern.search(cause)), "") or reason(cause)


def unnamed(cause: str) -> str:
    """What to do about a command for whose failure nobody has named a reason yet."""
    if not cause:
        return ""
    if is_fault(cause):
        return "流程引擎或它的数据库出了故障，恢复后会自动再发：先看引擎和数据库是否正常（letterbox doctor）"
    return (
        "原因不明：这里还没有记载引擎的这个说法；先看引擎的日志，排除后点重试（之前会越隔越久地自动再试，一个半小时后停下等人处理），"
        "仍不好就把这句原文交给维护人员"
    )
