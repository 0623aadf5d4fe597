"""Chinese words and tones of what operators see."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.services.operations.stuck.items import KIND_WORDS, OUTCOME_WORDS, RetryOutcome
from letterbox.services.visibility import hidden
from webapp.shared.admin_actions import ACTIONS

HIDDEN_LETTER = hidden.HIDDEN_LETTER
__all__ = ["ACTIONS", "KIND_WORDS", "OUTCOME_WORDS", "REPAIRS", "TONES", "WAITING"]

TONES: Mapping[str, tuple[str, str]] = {
    RetryOutcome.RESOLVED: ("ok", "check"),
    RetryOutcome.FAILING: ("bad", "stop"),
    RetryOutcome.WAITING: ("warn", "clock"),
    RetryOutcome.GONE: ("quiet", "minus"),
    RetryOutcome.REFUSED: ("warn", "alert"),
}
"""Outcome of a retry → tone and shape of its tag."""
WAITING: tuple[tuple[str, str], ...] = (
    ("open_letters", "未办结的来信"),
    ("overdue_limits", "已超期的时限"),
    ("commands_waiting", "待发指令"),
    ("notices_waiting", "待发通知"),
    ("stalls", "停滞的来信"),
)
"""Queue lengths in the order shown."""
REPAIRS: Mapping[str, tuple[str, str, str]] = {
    "move": ("移动流程", "移动", "状态和流程位置不符时：流程回到来信的记录所说的环节"),
    "restart": ("重启流程", "重启", "流程不见了时：从来信的记录所说的环节重新启动一个"),
    "migrate": ("迁移到另一版流程图", "迁移", "流程图修正以后：这封来信改按另一版继续办理，停在哪里仍在哪里"),
    "cancel": ("取消来信", "取消来信", "不该办理的来信（测试、重复导入）：记为撤回，流程和时限随之结束，不能恢复"),
    "settle": (
        "了结已结束的来信",
        "了结",
        "来信已经撤回、办结或并入，却还有时限、督办或流程在进行时：全部结束，不算超期",
    ),
    "hold": ("标记技术故障", "标记", "技术故障使来信停住、而定期检查没有发现时：从现在起不催办、不算超期"),
    "go_on": ("结束技术故障", "结束故障", "故障已经排除：碰到的工作日加到时限上，恢复催办"),
}
"""What can be done to one letter's processes: title, button, when."""

ASKED = {
    "ops.stuck": "没有办成的步骤、任务和异常事件",
    "ops.stuck_one": "这件停滞事项的情况",
    "ops.letters": "这封来信有哪些流程在运行",
    "ops.letter": "这封来信有哪些流程在运行、停在哪一步",
    "ops.mend": "这样处理之后流程会怎样",
    "ops.mend_end": "要结束的这个流程的情况",
    "ops.stalls": "停滞来信的流程情况",
}
"""What a page asks the engine, for when it does not answer."""
ASKED_OTHERWISE = "流程的情况"
