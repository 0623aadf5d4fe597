"""The engines that the diagrams run on: the default, and a second that the same tests run on (decision 1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngineLane:
    """``name`` is that of its lock file; ``group`` and ``prefix`` are its Maven coordinates'."""

    name: str
    group: str
    prefix: str
    version: str
    webapp: str
    """Path of the engine's own console."""

    def console_url(self, engine_url: str) -> str:
        return f"{engine_url.removesuffix('/engine-rest')}/{self.webapp}/app/cockpit/"


OPERATON = EngineLane(
    name="operaton", group="org.operaton.bpm.springboot", prefix="operaton-bpm", version="1.0.3", webapp="operaton"
)
CAMUNDA = EngineLane(
    name="camunda-7.24", group="org.camunda.bpm.springboot", prefix="camunda-bpm", version="7.24.0", webapp="camunda"
)
DEFAULT = OPERATON
BY_NAME = {lane.name: lane for lane in (OPERATON, CAMUNDA)}
