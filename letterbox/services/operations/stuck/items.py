"""One shape for everything that stands still until somebody acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from letterbox.services.operations.stuck.causes import meaning, unnamed


class StuckKind(StrEnum):
    """What stands still; the order is the one in which a letter's things are best retried."""

    JOB = "job"
    """A step of the engine itself that failed."""
    EXTERNAL_TASK = "external_task"
    """Work of a worker process that failed and is not tried again by itself."""
    INCIDENT = "incident"
    """Anything else the engine calls an incident; it has to be looked at there."""
    COMMAND = "command"
    """An outbox row that the engine refused for good; its lane of the letter waits behind it."""
    DELIVERY = "delivery"
    """A notice that was refused, or whose sending was interrupted."""


class RetryOutcome(StrEnum):
    """The truth about a retry."""

    RESOLVED = "resolved"
    """It worked."""
    FAILING = "failing"
    """It was tried and failed again."""
    WAITING = "waiting"
    """It was handed over, and nobody has answered yet."""
    GONE = "gone"
    """It was no longer stuck before we tried, or was cancelled meanwhile."""
    REFUSED = "refused"
    """Retrying is of no use; the detail says what is."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """``id``: of the job, external task, incident, outbox row or delivery. ``letter``: None if it belongs to none.

    ``element`` is where the token waits (a message or task for a command, a channel for a delivery), ``failed_at`` the
    later step that failed, if it is another one. ``tries_left`` > 0: the engine tries again by itself.
    ``obstacle`` says why retrying is of no use; empty: ``retrying`` says what it would do. ``discarding`` says what giving
    it up would mean; empty: it cannot be given up.
    """

    kind: StuckKind
    id: str
    letter: str | None
    process: str
    element: str
    name: str
    failed_at: str
    cause: str
    since: datetime
    tries_left: int
    retrying: str
    obstacle: str = ""
    discarding: str = ""

    @property
    def meaning(self) -> str:
        """What the cause means in plain words and what to do; empty if that is not known."""
        return meaning(self.cause) or (unnamed(self.cause) if self.kind is StuckKind.COMMAND else "")

    @property
    def can_retry(self) -> bool:
        return not self.obstacle


@dataclass(frozen=True, slots=True)
class StuckList:
    """``is_cut``: there is more than was read."""

    items: tuple[Stuck, ...]
    is_cut: bool

    def of(self, letters: frozenset[str]) -> tuple[Stuck, ...]:
        return tuple(each for each in self.items if each.letter in letters)


KIND_WORDS = {
    StuckKind.JOB: "流程步骤失败",
    StuckKind.EXTERNAL_TASK: "系统任务失败",
    StuckKind.INCIDENT: "引擎事件",
    StuckKind.COMMAND: "指令被拒",
    StuckKind.DELIVERY: "通知未送达",
}
OUTCOME_WORDS = {
    RetryOutcome.RESOLVED: "已解决",
    RetryOutcome.FAILING: "仍然失败",
    RetryOutcome.WAITING: "等待中",
    RetryOutcome.GONE: "已不在",
    RetryOutcome.REFUSED: "不能重试",
}
