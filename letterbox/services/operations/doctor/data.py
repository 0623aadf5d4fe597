"""The doctor's checks that ask the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select, text

from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.services.operations.doctor.run import CheckFinding
from letterbox.services.operations.stalls.stalls import CONFIRMED, LOOKED
from letterbox.services.rules.rulebook import Rulebook
from letterbox.store import migrate
from letterbox.store.commands import CommandStatus, OutboxCommand
from letterbox.store.database import Database, DatabaseUnavailable
from letterbox.store.faults import Stall
from letterbox.store.notices import Delivery, DeliveryStatus
from letterbox.store.state import State

OVERDUE_COMMAND = timedelta(minutes=5)
"""A command leaves within a second, or is retried every minute while the engine is away."""
OVERDUE_NOTICE = timedelta(minutes=15)
MISSED_LOOKS = 4
LATEST_ANNOUNCEMENT = (12, 1)
"""Month and day from which next year's calendar must be there: the State Council announces it in autumn."""


class DataChecks:
    def __init__(self, database: Database, rulebook: Rulebook, clock: Clock) -> None:
        self._database = database
        self._rulebook = rulebook
        self._clock = clock

    def database(self) -> CheckFinding:
        try:
            with self._database.reading() as session:
                version = session.scalar(text("SHOW server_version"))
        except DatabaseUnavailable:
            return CheckFinding("连不上", "启动 PostgreSQL（letterbox up），或核对环境变量 DATABASE_URL")
        return CheckFinding(f"PostgreSQL {version}")

    def now(self) -> datetime:
        """The database machine's time."""
        with self._database.reading() as session:
            found: datetime = session.scalars(select(func.clock_timestamp())).one()
            return found

    def migrations(self) -> CheckFinding:
        with self._database.reading() as session:
            is_ours = session.scalar(text("SELECT to_regclass('alembic_version')")) is not None
            found = session.scalar(text("SELECT version_num FROM alembic_version")) if is_ours else None
        if found != migrate.head():
            return CheckFinding(
                f"在第 {found or '0'} 版，程序需要第 {migrate.head()} 版", "运行 letterbox prepare，更新数据库结构"
            )
        return CheckFinding(f"第 {found} 版")

    def outbox(self) -> CheckFinding:
        now = self.now()
        stopped = self._count(OutboxCommand, OutboxCommand.status == CommandStatus.STOPPED)
        is_pending = OutboxCommand.status == CommandStatus.PENDING
        waiting = self._count(OutboxCommand, is_pending)
        late = self._count(OutboxCommand, is_pending, OutboxCommand.created_at < now - OVERDUE_COMMAND)
        detail = f"{waiting} 条待发，{late} 条超过 5 分钟，{stopped} 条被拒停下"
        if stopped:
            return CheckFinding(detail, "运行 letterbox instances stuck 看被拒的原因，处理后用 instances retry 再发")
        if late:
            return CheckFinding(detail, "检查流程引擎是否正常、工作进程是否在运行：指令由它们发出")
        return CheckFinding(detail)

    def stalls(self, look_s: int) -> CheckFinding:
        """What the periodic look found, and whether it is made at all."""
        is_there = (Stall.gone_at.is_(None), Stall.looks >= CONFIRMED)
        count = self._count(Stall, *is_there)
        with self._database.reading() as session:
            state = session.get(State, LOOKED)
        if count:
            return CheckFinding(f"{count} 处停滞", "在运维的“停滞检查”页看是哪几封、怎么办")
        if state is None:
            return CheckFinding("还没有检查过")
        age = self._clock.now() - datetime.fromisoformat(state.value["at"])
        detail = f"没有停滞，{int(age.total_seconds() // 60)} 分钟前检查过"
        is_late = age > MISSED_LOOKS * timedelta(seconds=look_s)
        return CheckFinding(detail, "定期检查停了：检查工作进程（python -m workers）是否在运行" if is_late else "")

    def notices(self) -> CheckFinding:
        is_open = Delivery.status.in_([DeliveryStatus.PENDING, DeliveryStatus.SENDING])
        late = self._count(Delivery, is_open, Delivery.created_at < self._clock.now() - OVERDUE_NOTICE)
        waiting = self._count(Delivery, is_open)
        failed = self._count(Delivery, Delivery.status.in_([DeliveryStatus.FAILED, DeliveryStatus.IN_DOUBT]))
        detail = f"{waiting} 条待发，{late} 条超过 15 分钟，{failed} 条没有送达"
        if late:
            return CheckFinding(detail, "检查邮件服务器和短信网关，再看 letterbox instances stuck 里的发送任务")
        if failed:
            return CheckFinding(detail, "运行 letterbox instances stuck 看原因：可以重发，或电话告知后放弃")
        return CheckFinding(detail)

    def calendar(self) -> CheckFinding:
        today = self._clock.now().astimezone(OFFICE_ZONE).date()
        calendar = self._rulebook.calendar()
        publish = "运行 letterbox calendar import 和 calendar publish，或在日历页公布"
        if not calendar.is_announced(today.year):
            return CheckFinding(f"{today.year} 年没有公布，期限都按平常周暂算", publish)
        following = today.year + 1
        if calendar.is_announced(following):
            return CheckFinding(f"{today.year} 年和 {following} 年都已公布")
        detail = f"{today.year} 年已公布，{following} 年还没有，跨年的期限是暂定的"
        return CheckFinding(detail, publish if (today.month, today.day) >= LATEST_ANNOUNCEMENT else "")

    def _count(self, table: type[OutboxCommand | Delivery | Stall], *conditions: ColumnElement[bool]) -> int:
        query: Select[int] = select(func.count()).select_from(table).where(*conditions)
        with self._database.reading() as session:
            return session.scalar(query) or 0
