"""Is everything well, and if not, what to do: one check a part, each by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from letterbox.domain.errors import LetterboxError, Unavailable

log = logging.getLogger(__name__)
REACHABLE = ("engine", "database")
"""Checks that say whether the parts answer at all; every other one may fail only because these do."""
WELL = ""

TITLES: Mapping[str, str] = {
    "engine": "流程引擎",
    "database": "数据库",
    "migrations": "数据库结构",
    "bundle": "现行流程图",
    "workers": "工作进程",
    "outbox": "待发指令",
    "incidents": "流程故障",
    "stalls": "停滞检查",
    "notices": "通知",
    "clocks": "时钟",
    "disk": "磁盘空间",
    "attachments": "附件文件夹",
    "mail": "邮件服务器",
    "user": "运行身份",
    "calendar": "工作日历",
    "tokens": "接口令牌",
    "administrators": "管理人员",
    "trail": "审计记录",
    "trail_rights": "审计权限",
    "retention": "审计保存",
    "search": "来信查找",
    "keys": "加密密钥",
    "backup": "备份",
}
"""Name of a check, which scripts may rely on, and what people call it; in the order in which they are made."""


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """What a check found; ``remedy`` is empty if all is well."""

    detail: str
    remedy: str = WELL


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    ok: bool
    detail: str
    remedy: str

    @property
    def title(self) -> str:
        return TITLES[self.name]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)

    @property
    def is_reachable(self) -> bool:
        return all(check.ok for check in self.checks if check.name in REACHABLE)


class Doctor:
    """``checks``: name (of ``TITLES``) → what looks."""

    def __init__(self, checks: Mapping[str, Callable[[], CheckFinding]]) -> None:
        self._checks = checks

    def examine(self) -> Diagnosis:
        """Every check, whatever the others found. Never raises: what a check cannot find out is not well."""
        return Diagnosis(tuple(self._made(name, self._checks[name]) for name in TITLES if name in self._checks))

    def _made(self, name: str, look: Callable[[], CheckFinding]) -> Check:
        try:
            found = look()
        except Unavailable as error:
            return Check(
                name=name, ok=False, detail=error.message, remedy="先恢复连不上的部分（流程引擎或数据库），再检查一次"
            )
        except LetterboxError as error:
            return Check(name=name, ok=False, detail=error.message, remedy="按上面的说明处理后再检查一次")
        except Exception as error:  # a doctor does not fall ill: an unexpected fault is a finding
            log.exception("check %s", name)
            return Check(
                name=name,
                ok=False,
                detail=f"检查没有完成（{type(error).__name__}）",
                remedy="查看日志里的原因；先运行 letterbox prepare",
            )
        return Check(name=name, ok=found.remedy == WELL, detail=found.detail, remedy=found.remedy)
