"""Chinese words and tones of what operators see."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.services.administration import AdminAction
from letterbox.services.stuck_items import KIND_WORDS, OUTCOME_WORDS, RetryOutcome

__all__ = ["ACTIONS", "KIND_WORDS", "OUTCOME_WORDS", "TONES", "WAITING"]

TONES: Mapping[str, tuple[str, str]] = {
    RetryOutcome.RESOLVED: ("ok", "check"),
    RetryOutcome.FAILING: ("bad", "stop"),
    RetryOutcome.WAITING: ("warn", "clock"),
    RetryOutcome.GONE: ("quiet", "minus"),
    RetryOutcome.REFUSED: ("warn", "alert"),
}
"""Outcome of a retry → tone and shape of its tag."""
ACTIONS: Mapping[str, str] = {
    AdminAction.RETRY_ASKED: "要求重试",
    AdminAction.RETRY_ENDED: "重试结果",
    AdminAction.STUCK_DROPPED: "放弃",
    AdminAction.INSTANCES_MIGRATED: "迁移运行中的流程",
    AdminAction.DIFFERENCE_REPAIRED: "修复差异",
    AdminAction.PROCESS_MOVED: "移动流程",
    AdminAction.PROCESS_RESTARTED: "重启流程",
    AdminAction.LETTER_CANCELLED: "取消来信",
}
WAITING: tuple[tuple[str, str], ...] = (
    ("open_letters", "未办结的来信"),
    ("overdue_limits", "已超期的时限"),
    ("commands_waiting", "待发指令"),
    ("notices_waiting", "待发通知"),
)
"""Queue lengths in the order shown."""
