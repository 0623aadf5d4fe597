"""Bringing a process to another element: tokens moved, or an instance started in the middle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from letterbox.engine.processes import ProcessCalls
from letterbox.engine.records import Activity
from letterbox.engine.session import EngineSession, safe_id
from letterbox.engine.values import Sendable, encode_all


class MoveCalls:
    def __init__(self, session: EngineSession) -> None:
        self._session = session
        self._processes = ProcessCalls(session)

    def move(self, instance_id: str, element: str, variables: Mapping[str, Sendable], annotation: str) -> None:
        """All tokens go, those of called instances with them; one is put before ``element``. One transaction of the engine,
        after the variables are set. Raises EngineNotFound, EngineRefused."""
        gone = [_cancel(each) for each in self._processes.tree(instance_id).children]
        self._processes.set_variables(instance_id, variables)
        start = {"type": "startBeforeActivity", "activityId": element}
        self._processes.modify(instance_id, [start, *gone], annotation)

    def start_at(self, process_key: str, business_key: str, element: str, variables: Mapping[str, Sendable]) -> str:
        """Start the newest version with its token before ``element``; answers the instance's id."""
        body: dict[str, Any] = {
            "businessKey": business_key,
            "variables": encode_all(variables),
            "startInstructions": [{"type": "startBeforeActivity", "activityId": element}],
        }
        started = self._session.command("POST", f"/process-definition/key/{safe_id(process_key)}/start", body)
        instance_id: str = started["id"]
        return instance_id


def _cancel(activity: Activity) -> dict[str, str]:
    kind = "transitionInstanceId" if activity.is_transition else "activityInstanceId"
    return {"type": "cancel", kind: activity.id}
