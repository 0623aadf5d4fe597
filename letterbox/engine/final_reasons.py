"""Why the engine refuses something for good: the reasons that we know, with what an operator can do about each.

A refusal that is not among them is taken for trouble of the engine, and tried again (``answers.refusal``): a database that
died under a command is told in the same words and with the same status as a mistake in a diagram.
"""

from __future__ import annotations

import re

FAULT = re.compile(
    r"persistence layer|PersistenceException|PSQLException|SQLException|JDBC|TransactionSystemException"
    r"|CannotCreateTransaction|could not (?:commit|roll back)|Could not (?:commit|roll back)|lock timeout|statement timeout"
    r"|OutOfMemory|StackOverflow|NoClassDefFound|ExceptionInInitializer|shutdown|shut down"
)
"""What the machine under the engine does, whatever else the message says."""

FINAL: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"letterbox:(?!applied|running)\w", "流程图里有引擎不接受的内容：改正流程图、重新部署后重试"),
        (r"SuspendedEntityInteraction|is suspended", "这个流程被暂停了：先恢复它，再重试"),
        (
            r"ENGINE-02004|No outgoing sequence flow",
            "网关没有一条分支成立：变量的值不在流程图的条件里，更正变量或流程图后重试",
        ),
        (
            r"Unknown property used in expression|Cannot resolve identifier|Unknown method used in expression",
            "流程图用到的变量没有值，补上变量或改流程图后重试",
        ),
        (
            r"while evaluating expression|Cannot (?:coerce|convert)|condition expression returns non-Boolean|ELException",
            "流程图里的一个表达式算不出结果：更正变量或流程图后重试",
        ),
        (
            r"no deployed process definition|no processes deployed|No matching process definition|No process definition",
            "流程引擎里没有这个流程：先部署流程图，再重试",
        ),
        (
            r"throws an error event|no error handler|UnhandledBpmnError|throws an escalation event",
            "流程图抛出的错误没有人接：改流程图后重试",
        ),
        (r"TaskAlreadyClaimed|already claimed", "任务已经有人认领"),
        (
            r"no decision definition|Unable to evaluate|DmnEngineException|DMN-\d+|FEEL[-/]",
            "决策表算不出结果：更正决策表或变量后重试",
        ),
        (r"ParseException|Could not parse|ENGINE-09\d+", "引擎读不懂流程图：改正后重新部署"),
        (r"NotFoundException|No form|does not exist|Cannot find", "流程引擎里没有要找的东西：它已经结束，或者从来没有"),
        (
            r"BadUserRequest|InvalidRequest|NotValidException|NullValueException|NotAllowedException|IllegalArgument"
            r"|Unsupported|Cannot instantiate process definition \S+ as|Object values cannot|serializ|Cannot modify",
            "引擎不认这条指令的内容：请把原文交给维护人员",
        ),
        (r"not allowed|Authorization", "引擎不允许这个操作：请检查引擎的用户和权限"),
        (r"migrat", "这个流程不能照这个办法迁移"),
    )
)
"""Searched in this order in the engine's exception type and message."""


def is_fault(said: str) -> bool:
    """Whether an exception's type and message tell of the machine under the engine, which says nothing about the command."""
    return FAULT.search(said) is not None


def reason(said: str) -> str:
    """In Chinese why it is refused for good and what to do; empty if the engine gave no reason that we know."""
    return next((words for pattern, words in FINAL if pattern.search(said)), "")
