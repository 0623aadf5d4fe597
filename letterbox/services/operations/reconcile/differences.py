"""How database and engine can differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DifferenceKind(StrEnum):
    NO_PROCESS = "no_process"
    """An open letter without its process."""
    START_LOST = "start_lost"
    """The same, and the engine never heard of the letter: its start was lost, nothing else has happened."""
    PROCESS_LEFT_OVER = "process_left_over"
    """A process whose letter is finished or unknown."""
    PROCESS_DOUBLED = "process_doubled"
    """Two processes work the letter: each may ask people for the same."""
    STATUS = "status"
    """The letter's status does not fit where its process is."""
    WATCH_MISSING = "watch_missing"
    WATCH_DOUBLED = "watch_doubled"
    WATCH_LEFT_OVER = "watch_left_over"
    """A watch over nothing: the letter is finished and no limit is open."""
    WATCH_LATE = "watch_late"
    """The watch's timer is after the next step."""
    WATCH_WITHOUT_TIMER = "watch_without_timer"
    TASK_DUE = "task_due"
    """An open task's due date is not its limit's."""
    ENDED_GOES_ON = "ended_goes_on"
    """The letter has ended (or is joined), and limits that it cannot have or what its wrong dispatch started still run."""
    RECORD_STATUS = "record_status"
    """The letter's status is not that of its events: somebody changed the row."""
    RECORD_UNIT = "record_unit"
    """The letter's unit is not that of its events."""
    RECORD_RECEIVED = "record_received"
    """It was received at another time than its first event says."""
    LIMIT_START = "limit_start"
    """An open limit starts at an instant at which nothing happened that starts it."""
    LIMIT_DUE = "limit_due"
    """An open limit's end is not what follows from its start, its length and the calendar, or from the date that was set."""
    LIMIT_ENDED = "limit_ended"
    """A limit that the letter needs is over without any event."""
    LIMIT_MISSING = "limit_missing"
    """A limit that every letter of this status has is not there."""
    UNIT_STEP = "unit_step"
    """The unit's inner step is another than the record's next: somebody completed a task past the product."""
    PROCESS_UNIT = "process_unit"
    """The process gives its tasks to another unit than the letter's."""
    TOKENS_DOUBLED = "tokens_doubled"
    """Two tokens in a letter's own way, where one at a time is all it may have."""
    LOCK_FOREIGN = "lock_foreign"
    """Somebody holds a system's task for longer than any of our workers does."""
    LIMIT_UNFIT = "limit_unfit"
    """A limit is open that a letter of this status cannot have."""
    COMPLETION_LOST = "completion_lost"
    """Somebody's completion counts as applied, and the engine's task is still open."""
    SIDE_PROCESS_MISSING = "beside_missing"
    """A co-handling, supervision, instruction or promise runs on record and has no process."""
    SIDE_PROCESS_LEFT_OVER = "beside_left_over"
    """It is over on record and its process lives."""
    SIDE_PROCESS_DOUBLED = "beside_doubled"
    SIDE_PROCESS_PLACE = "beside_place"
    """Its process waits for somebody whom the record does not ask (a supervision's unit or its office)."""
    SIDE_PROCESS_UNKNOWN = "beside_unknown"
    """A process of such a thing that the record does not have."""
    SIDE_PROCESS_LIMIT = "beside_limit"
    """Its limit is open though it is over, or ended though it is not."""


REPAIRABLE = frozenset({
    DifferenceKind.START_LOST, DifferenceKind.WATCH_MISSING, DifferenceKind.WATCH_DOUBLED,
    DifferenceKind.WATCH_LEFT_OVER, DifferenceKind.WATCH_LATE, DifferenceKind.TASK_DUE, DifferenceKind.COMPLETION_LOST,
    DifferenceKind.SIDE_PROCESS_MISSING, DifferenceKind.SIDE_PROCESS_LEFT_OVER, DifferenceKind.SIDE_PROCESS_DOUBLED,
    DifferenceKind.SIDE_PROCESS_PLACE, DifferenceKind.ENDED_GOES_ON, DifferenceKind.RECORD_STATUS,
    DifferenceKind.RECORD_UNIT, DifferenceKind.RECORD_RECEIVED, DifferenceKind.LIMIT_START, DifferenceKind.LIMIT_DUE,
    DifferenceKind.LIMIT_ENDED, DifferenceKind.LOCK_FOREIGN,
})  # fmt: skip
"""What can be mended without deciding anything: the missing is made, the superfluous ended, the late told. Beside a letter
a row says of itself where its one process has to stand."""

CAUSES = frozenset(
    {
        DifferenceKind.RECORD_STATUS,
        DifferenceKind.RECORD_UNIT,
        DifferenceKind.RECORD_RECEIVED,
        DifferenceKind.LIMIT_START,
        DifferenceKind.LIMIT_DUE,
        DifferenceKind.LIMIT_ENDED,
    }
)
"""Rows changed past the product: what else differs follows from them, and is compared when they are put back."""

DIFFERENCE_WORDS = {
    DifferenceKind.NO_PROCESS: "没有流程",
    DifferenceKind.START_LOST: "启动指令丢失",
    DifferenceKind.PROCESS_LEFT_OVER: "流程多余",
    DifferenceKind.PROCESS_DOUBLED: "流程重复",
    DifferenceKind.STATUS: "状态不符",
    DifferenceKind.WATCH_MISSING: "没有时限守望",
    DifferenceKind.WATCH_DOUBLED: "时限守望重复",
    DifferenceKind.WATCH_LEFT_OVER: "时限守望多余",
    DifferenceKind.WATCH_LATE: "时限守望过晚",
    DifferenceKind.WATCH_WITHOUT_TIMER: "时限守望没有定时",
    DifferenceKind.TASK_DUE: "任务期限不符",
    DifferenceKind.ENDED_GOES_ON: "已结束仍在办",
    DifferenceKind.RECORD_STATUS: "状态与事件不符",
    DifferenceKind.RECORD_UNIT: "承办单位与事件不符",
    DifferenceKind.RECORD_RECEIVED: "收信时间与事件不符",
    DifferenceKind.LIMIT_START: "时限起点与事件不符",
    DifferenceKind.LIMIT_DUE: "时限到期与起点不符",
    DifferenceKind.LIMIT_ENDED: "时限无故结束",
    DifferenceKind.LIMIT_MISSING: "时限缺失",
    DifferenceKind.UNIT_STEP: "单位内部步骤不符",
    DifferenceKind.PROCESS_UNIT: "流程的承办单位不符",
    DifferenceKind.TOKENS_DOUBLED: "流程令牌重复",
    DifferenceKind.LOCK_FOREIGN: "系统任务被外人锁住",
    DifferenceKind.LIMIT_UNFIT: "时限与状态不符",
    DifferenceKind.COMPLETION_LOST: "提交丢失",
    DifferenceKind.SIDE_PROCESS_MISSING: "并行流程缺失",
    DifferenceKind.SIDE_PROCESS_LEFT_OVER: "并行流程多余",
    DifferenceKind.SIDE_PROCESS_DOUBLED: "并行流程重复",
    DifferenceKind.SIDE_PROCESS_PLACE: "并行流程位置不符",
    DifferenceKind.SIDE_PROCESS_UNKNOWN: "并行流程没有记录",
    DifferenceKind.SIDE_PROCESS_LIMIT: "并行时限不符",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """``target``: the task or instances that it is about. ``repaired``: repaired, or the command that repairs it is on
    its way."""

    letter: str
    kind: DifferenceKind
    detail: str
    target: tuple[str, ...] = ()
    repaired: bool = False

    @property
    def is_repairable(self) -> bool:
        return self.kind in REPAIRABLE


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """``checked`` letters; ``under_way``: those of them just under way, of which only the rest was compared."""

    checked: int
    under_way: int
    differences: tuple[Difference, ...]

    @property
    def is_clean(self) -> bool:
        return all(each.repaired for each in self.differences)
