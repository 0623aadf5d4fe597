"""The pass phrase of a backup: from a file or the environment, never an argument, which every user of the machine sees."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from letterbox.domain.errors import ConfigError

VARIABLE = "LETTERBOX_BACKUP_PASSPHRASE"
SHORTEST = 12
F = TypeVar("F", bound=Callable[..., Any])


def passphrase_option(function: F) -> F:
    """Adds ``--passphrase-file``; the command receives the path as ``passphrase_file``."""
    return click.option(
        "--passphrase-file",
        type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
        help=f"文件，第一行是加密的口令；不给出时用环境变量 {VARIABLE}",
    )(function)


def passphrase(file: Path | None) -> str | None:
    """None: neither was given. Raises ConfigError for one that is too short."""
    given = (
        os.environ.get(VARIABLE) if file is None else file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    )
    if given is None:
        return None
    if len(given) < SHORTEST:
        source = VARIABLE if file is None else str(file)
        raise ConfigError(f"{source} 里的口令太短，至少 {SHORTEST} 个字符 (the pass phrase is too short)")
    return given
