"""The doctor's checks of the place where the program runs: disk, folders, mail server."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psutil

from letterbox.domain.errors import LetterboxError
from letterbox.services.operations.doctor.run import CheckFinding

LEAST_FREE = 2 * 1024**3
GIGABYTE = 1024**3
OWN_PROGRAMS = ("web", "workers", "mail")


class Reachable(Protocol):
    def greet(self) -> None: ...


class PlaceChecks:
    def __init__(self, data_dir: Path, attachments_dir: Path, mail: Reachable) -> None:
        self._data_dir = data_dir
        self._attachments_dir = attachments_dir
        self._mail = mail

    def disk(self) -> CheckFinding:
        usage = shutil.disk_usage(_existing(self._data_dir))
        detail = f"还剩 {usage.free / GIGABYTE:.1f} GB（共 {usage.total / GIGABYTE:.0f} GB）"
        if usage.free < LEAST_FREE:
            return CheckFinding(detail, f"清理或扩大 {self._data_dir} 所在的磁盘，至少留出 2 GB")
        return CheckFinding(detail)

    def attachments(self) -> CheckFinding:
        """The folder is made with the first attachment: until then its parent must take it."""
        folder = _existing(self._attachments_dir)
        try:
            with tempfile.TemporaryFile(dir=folder):
                return CheckFinding(f"可以写入：{self._attachments_dir}")
        except OSError:
            return CheckFinding(f"不能写入：{folder}", "改正文件夹的所有者和权限，让运行网站的用户可以写入")

    def mail(self) -> CheckFinding:
        try:
            self._mail.greet()
        except LetterboxError as error:
            return CheckFinding(error.message, "启动邮件服务器，或核对环境变量 SMTP_URL；通知会留着，恢复后自动发出")
        return CheckFinding("可以连接")

    def user(self) -> CheckFinding:
        """Web server, workers and mail catcher that ``letterbox up`` runs from this folder are nobody of importance."""
        running = {name: who for name, who in _users(self._data_dir).items() if name in OWN_PROGRAMS}
        powerful = sorted(name for name, who in running.items() if who == 0)
        if powerful:
            return CheckFinding(
                f"以 root 运行：{'、'.join(powerful)}",
                "把程序和 Python 装到所有用户都能进入的目录（例如 /opt）后重新启动，或改用普通用户运行 letterbox up",
            )
        whom = "、".join(sorted({str(who) for who in running.values()}))
        return CheckFinding(
            f"没有以 root 运行的程序（用户 {whom}）" if running else "这个目录里没有 letterbox up 启动的程序"
        )


def _users(data_dir: Path) -> dict[str, int]:
    """Name of each program that was started from the folder and still runs → its user."""
    try:
        children = json.loads((data_dir / "children.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    users: dict[str, int] = {}
    for child in children:
        with suppress(psutil.Error):
            users[child["name"]] = psutil.Process(child["pid"]).uids().effective
    return users


def _existing(path: Path) -> Path:
    """The path, or its nearest ancestor that exists."""
    return next(each for each in (path, *path.parents) if each.exists())
