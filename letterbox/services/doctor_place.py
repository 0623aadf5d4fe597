"""The doctor's checks of the place where the program runs: disk, folders, mail server."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Protocol

from letterbox.domain.errors import LetterboxError
from letterbox.services.doctor import Finding

LEAST_FREE = 2 * 1024**3
GIGABYTE = 1024**3


class Reachable(Protocol):
    def greet(self) -> None: ...


class PlaceChecks:
    def __init__(self, data_dir: Path, attachments_dir: Path, mail: Reachable) -> None:
        self._data_dir = data_dir
        self._attachments_dir = attachments_dir
        self._mail = mail

    def disk(self) -> Finding:
        usage = shutil.disk_usage(_existing(self._data_dir))
        told = f"还剩 {usage.free / GIGABYTE:.1f} GB（共 {usage.total / GIGABYTE:.0f} GB）"
        if usage.free < LEAST_FREE:
            return Finding(told, f"清理或扩大 {self._data_dir} 所在的磁盘，至少留出 2 GB")
        return Finding(told)

    def attachments(self) -> Finding:
        """The folder is made with the first attachment: until then its parent must take it."""
        folder = _existing(self._attachments_dir)
        try:
            with tempfile.TemporaryFile(dir=folder):
                return Finding(f"可以写入：{self._attachments_dir}")
        except OSError:
            return Finding(f"不能写入：{folder}", "改正文件夹的所有者和权限，让运行网站的用户可以写入")

    def mail(self) -> Finding:
        try:
            self._mail.greet()
        except LetterboxError as error:
            return Finding(error.message, "启动邮件服务器，或核对环境变量 SMTP_URL；通知会留着，恢复后自动发出")
        return Finding("可以连接")


def _existing(path: Path) -> Path:
    """The path, or its nearest ancestor that exists."""
    return next(each for each in (path, *path.parents) if each.exists())
