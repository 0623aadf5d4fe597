"""``stack.json``: where the running stack listens, for every other command of this folder (see letterbox/settings.py)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from letterbox.setting_names import VARIABLES
from letterbox.settings import STACK_FILE
from letterbox.stack.parts import write_private


def read(data_dir: Path) -> dict[str, Any]:
    """Empty if nothing was ever started here, or the file is broken (the next start writes it anew)."""
    try:
        stored = json.loads((data_dir / STACK_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def write(data_dir: Path, values: Mapping[str, object]) -> None:
    write_private(data_dir / STACK_FILE, dict(values))


def from_environment() -> dict[str, str]:
    """The settings that the environment gives: they win over what we would choose."""
    return {field: os.environ[name] for field, name in VARIABLES.items() if os.environ.get(name)}


def as_environment(values: Mapping[str, object]) -> dict[str, str]:
    """The same settings as environment variables, for the programs we start."""
    return {name: str(values[field]) for field, name in VARIABLES.items() if values.get(field) is not None}
