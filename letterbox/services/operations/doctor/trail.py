"""The doctor's checks of the audit trail and of those who keep watch over each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from letterbox.domain.vocabulary import Role
from letterbox.domain.words import label
from letterbox.services.audit.reading import LEAST_DAYS, AuditReading
from letterbox.services.audit.trail import SPOOL
from letterbox.services.operations.doctor.run import CheckFinding
from letterbox.store import rights
from letterbox.store.audit import AuditCheckpoint, AuditEvent
from letterbox.store.database import Database
from letterbox.store.people import Person, RoleAssignment

NEWEST = 2000
"""How much of the chain is computed anew at each look; ``letterbox audit verify`` does all of it."""
LATE = timedelta(days=2)
"""Old rows end within a day of their time while the workers run."""
NEEDED: Mapping[Role, int] = {Role.ADMIN: 1, Role.SECURITY_ADMIN: 1, Role.AUDITOR: 1, Role.PROCESS_OWNER: 2}
"""Active people without whom something can never be done: who gives roles, who reads the trail, who agrees to a deployment."""
APART = (
    "分别设置 LETTERBOX_OWNER_DATABASE_URL 和 LETTERBOX_AUDIT_DATABASE_URL 的角色，再运行 letterbox prepare"
    "（见 docs/how-to/production.md）"
)
WHO_GIVES = "请安全管理员在“人员”里授予角色，另一位管理员确认；没有安全管理员时，在服务器上用 letterbox people add 新建"


class TrailChecks:
    """``audit_role``: the trail's writer; None if the application writes it itself. ``days``: how long rows are kept."""

    def __init__(
        self, database: Database, reading: AuditReading, folder: Path, audit_role: str | None, days: int
    ) -> None:
        self._database = database
        self._reading = reading
        self._spool = folder / SPOOL
        self._audit_role = audit_role
        self._days = max(days, LEAST_DAYS)

    def trail(self) -> CheckFinding:
        proof, waiting = self._reading.verify(NEWEST), self._waiting()
        detail = f"最新 {proof.rows} 条完整" if proof.ok else f"第 {proof.broken[0].position} 条：{proof.broken[0].why}"
        if not proof.ok:
            return CheckFinding(
                detail, "运行 letterbox audit verify 逐条核对，保留数据库和备份原样，通知审计员；有人绕过系统改过记录"
            )
        if waiting:
            return CheckFinding(
                f"{detail}，{waiting} 条还在文件 {SPOOL} 里",
                "核对环境变量 LETTERBOX_AUDIT_DATABASE_URL 的角色和密码；恢复后下一条记录会把它们补上",
            )
        return CheckFinding(detail)

    def _waiting(self) -> int:
        if not self._spool.exists():
            return 0
        with self._spool.open(encoding="utf-8") as file:
            return sum(1 for _line in file)

    def rights(self) -> CheckFinding:
        """Asked of the database as the application, not of the settings."""
        with self._database.reading() as session:
            role, excess = rights.excess(session)
        if excess:
            return CheckFinding(f"应用的数据库角色 {role} 权限过大：{'、'.join(excess)}", APART)
        if self._audit_role in (None, role):
            return CheckFinding(f"审计记录由应用的数据库角色 {role} 自己写", APART)
        return CheckFinding(f"角色 {role} 只能读审计记录，{self._audit_role} 只能追加")

    def retention(self) -> CheckFinding:
        with self._database.reading() as session:
            now = session.scalars(select(func.clock_timestamp())).one()
            oldest = session.scalar(select(func.min(AuditEvent.recorded_at)))
            ended = session.scalar(select(func.max(AuditCheckpoint.ended_at)))
        detail = f"{(now - ended).days} 天前清理过" if ended else "还没有到期的记录清理过"
        kept = (now - oldest).days if oldest else 0
        detail += f"，最早的一条在 {kept} 天前，保存 {self._days} 天"
        if kept > self._days + LATE.days:
            return CheckFinding(
                detail, "每天的清理停了：检查工作进程（python -m workers）是否在运行，或运行 letterbox audit expire"
            )
        return CheckFinding(detail)

    def administrators(self) -> CheckFinding:
        query = (
            select(RoleAssignment.role, func.count(Person.id.distinct()))
            .join(Person, Person.id == RoleAssignment.person_id)
            .where(RoleAssignment.ended_at.is_(None), Person.is_active, RoleAssignment.role.in_(NEEDED))
            .group_by(RoleAssignment.role)
        )
        with self._database.reading() as session:
            there = dict(session.execute(query).all())
        detail = "，".join(f"{label(role)} {there.get(role, 0)} 人" for role in NEEDED)
        missing = [role for role, least in NEEDED.items() if there.get(role, 0) < least]
        if not missing:
            return CheckFinding(detail)
        whom = "、".join(f"{label(role)}（至少 {NEEDED[role]} 人）" for role in missing)
        why = "；只有一位流程管理员时，改动过的流程没有人能同意部署" if Role.PROCESS_OWNER in missing else ""
        return CheckFinding(f"{detail}；缺{whom}{why}", WHO_GIVES)
