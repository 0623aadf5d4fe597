"""When the last backup was made, as a file of the data folder tells it, and the doctor's check of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from letterbox.domain.clock import iso
from letterbox.domain.dates import instant
from letterbox.services.operations.doctor.run import CheckFinding

RECORD = "backup.json"
DO = "运行 letterbox backup FILE（见 docs/how-to/backup.md），最好每天定时做"


def remember(data_dir: Path, at: datetime) -> None:
    """Whoever runs the web server may read it: it holds an instant, nothing else."""
    partial = data_dir / f".{RECORD}.{os.getpid()}"
    partial.write_text(json.dumps({"at": iso(at)}), encoding="utf-8")
    partial.chmod(0o644)
    partial.replace(data_dir / RECORD)


class BackupChecks:
    """``days``: how old the last backup may be; 0: not looked at, since the doctor does not see what other programs back up."""

    def __init__(self, data_dir: Path, days: int, machine_now: Callable[[], datetime]) -> None:
        self._data_dir = data_dir
        self._days = days
        self._machine_now = machine_now

    def backup(self) -> CheckFinding:
        at = self._last()
        detail = "没有用 letterbox backup 备份过" if at is None else f"最近一次在 {instant(at)}"
        if not self._days:
            return CheckFinding(f"{detail}；没有设 LETTERBOX_BACKUP_DAYS，不检查")
        if at is None or self._machine_now() - at > timedelta(days=self._days):
            return CheckFinding(f"{detail}，要求 {self._days} 天以内有一次", DO)
        return CheckFinding(detail)

    def _last(self) -> datetime | None:
        """None also for a record that cannot be read: the next backup writes it anew."""
        try:
            return datetime.fromisoformat(json.loads((self._data_dir / RECORD).read_text(encoding="utf-8"))["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
