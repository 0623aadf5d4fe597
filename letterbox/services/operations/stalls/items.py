"""What can stand still without anybody noticing, in one shape, with what to do about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from letterbox.services.visibility.hidden import HIDDEN_LETTER, NOT_YOURS


class StallKind(StrEnum):
    NO_PROCESS = "no_process"
    """An open letter has no process: nobody has a task."""
    PROCESS_DOUBLED = "process_doubled"
    NO_NEXT_STEP = "no_next_step"
    """Its process stands where nobody has a task and nothing is awaited."""
    SYSTEM_WAIT = "system_wait"
    """It has waited at a step of the system for longer than such a step takes."""
    STEP_FAILED = "step_failed"
    """A step, a worker's task or a command was given up."""
    SUSPENDED = "suspended"
    UNSEEN_TASK = "unseen_task"
    """A task whose group nobody belongs to."""
    CLAIM_UNKNOWN = "claim_unknown"
    """A task claimed by somebody who is not there: it is in nobody's list."""
    LOOP = "loop"
    """The same element more often in an hour than people could."""
    WATCH_MISSING = "watch_missing"
    WATCH_DOUBLED = "watch_doubled"
    WATCH_LATE = "watch_late"
    """It waits longer than until the next step, or has no timer."""
    TIMER_DEAD = "timer_dead"
    """A timer that failed too often: it never wakes again by itself."""
    ENDED_GOES_ON = "ended_goes_on"


STALL_WORDS: Mapping[StallKind, str] = {
    StallKind.NO_PROCESS: "没有流程",
    StallKind.PROCESS_DOUBLED: "流程重复",
    StallKind.NO_NEXT_STEP: "无人有任务，也没有在等什么",
    StallKind.SYSTEM_WAIT: "停在系统步骤",
    StallKind.STEP_FAILED: "步骤或指令失败",
    StallKind.SUSPENDED: "流程被暂停",
    StallKind.UNSEEN_TASK: "任务没有人能看到",
    StallKind.CLAIM_UNKNOWN: "任务被不明的人领取",
    StallKind.LOOP: "反复循环",
    StallKind.WATCH_MISSING: "没有时限守望",
    StallKind.WATCH_DOUBLED: "时限守望重复",
    StallKind.WATCH_LATE: "时限守望过晚",
    StallKind.TIMER_DEAD: "定时失效",
    StallKind.ENDED_GOES_ON: "已结束仍在办",
}
REMEDIES: Mapping[StallKind, str] = {
    StallKind.NO_PROCESS: "看清来信记录后，在来信流程页重启流程",
    StallKind.PROCESS_DOUBLED: "核对这封来信，从结果里结束多余的流程",
    StallKind.NO_NEXT_STEP: "在来信流程页移动流程，回到记录所说的环节；反复出现的，请流程管理员检查流程图",
    StallKind.SYSTEM_WAIT: "检查工作进程和流程引擎是否在运行；恢复后会自己继续",
    StallKind.STEP_FAILED: "在“停滞事项”里看原因，排除后重试",
    StallKind.SUSPENDED: "恢复运行",
    StallKind.UNSEEN_TASK: "请系统管理员给这个单位安排人员，或由电子政务办收回来信改派",
    StallKind.CLAIM_UNKNOWN: "解除领取，任务回到本组的清单",
    StallKind.LOOP: "在来信流程页暂停或移动流程，请流程管理员检查流程图",
    StallKind.WATCH_MISSING: "核对这封来信并修复",
    StallKind.WATCH_DOUBLED: "核对这封来信并修复",
    StallKind.WATCH_LATE: "核对这封来信并修复",
    StallKind.TIMER_DEAD: "重新启用定时",
    StallKind.ENDED_GOES_ON: "在来信流程页了结这封来信",
}
FAULT_KINDS = frozenset(
    {
        StallKind.NO_PROCESS,
        StallKind.NO_NEXT_STEP,
        StallKind.SYSTEM_WAIT,
        StallKind.STEP_FAILED,
        StallKind.SUSPENDED,
        StallKind.CLAIM_UNKNOWN,
        StallKind.LOOP,
    }
)
"""Technical faults that keep a letter from moving: while one lasts nobody is pressed and no lateness counts. That a unit has
nobody is the unit's own matter."""
DIRECT = frozenset({StallKind.SUSPENDED, StallKind.CLAIM_UNKNOWN, StallKind.TIMER_DEAD})
"""What is mended from the list by one press."""
REPAIRED_BY_RECONCILING = frozenset({StallKind.WATCH_MISSING, StallKind.WATCH_DOUBLED, StallKind.WATCH_LATE})


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of one look. ``subject`` tells findings of a kind apart: an id of the engine's, or the letter's number."""

    kind: StallKind
    number: str | None
    subject: str
    detail: str
    is_own: bool = True
    """Of the letter's own way: what stands still beside it holds nobody up."""


@dataclass(frozen=True, slots=True)
class StallView:
    """A finding that was there in two looks at least."""

    id: int
    kind: StallKind
    number: str | None
    subject: str
    detail: str
    first_seen_at: datetime
    last_seen_at: datetime

    @property
    def words(self) -> str:
        return STALL_WORDS[self.kind]

    @property
    def remedy(self) -> str:
        return NOT_YOURS if self.number == HIDDEN_LETTER else REMEDIES[self.kind]

    @property
    def is_direct(self) -> bool:
        return self.number != HIDDEN_LETTER and self.kind in DIRECT | REPAIRED_BY_RECONCILING
