"""The services behind a command, by the settings of this folder or the environment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from letterbox import settings, wiring
from letterbox.domain.errors import Unavailable
from letterbox.settings import Settings
from letterbox.wiring import Services
from letterbox.wiring.machine import MachineServices
from letterbox.wiring.operators import OperatorServices


@dataclass(frozen=True, slots=True)
class Opened:
    core: Services
    machine: MachineServices
    operator: OperatorServices


@contextmanager
def services() -> Iterator[Opened]:
    """Raises ConfigError (2) without settings; an unreachable database or engine names its address (exit code 3)."""
    found = settings.load()
    core = wiring.build(found)
    try:
        yield Opened(core, MachineServices(core), OperatorServices(core))
    except Unavailable as error:
        raise Unavailable(unreachable_text(core, found)) from error
    finally:
        core.close()


def unreachable_text(core: Services, found: Settings) -> str:
    """Which part, where, and what to do."""
    remedy = "请先运行 letterbox up，或检查环境变量"
    if not core.database.is_answering():
        return f"数据库连不上（{_without_password(found.database_url)}），{remedy} DATABASE_URL (database unreachable)"
    return (
        f"流程引擎连不上（{found.engine_url}），{remedy} ENGINE_URL、ENGINE_USER、ENGINE_PASSWORD (engine unreachable)"
    )


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
