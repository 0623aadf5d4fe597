"""Running instances taken over by another version of their process."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from letterbox.engine.errors import EngineRefused
from letterbox.engine.records import Instance
from letterbox.engine.session import EngineSession, safe_id

ABOUT_ACTIVITY = re.compile(r"Cannot migrate (?:activity|transition) instance '([^':]+)")
PAGE = 500
Plan = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MigrationObjection:
    """Why an instance cannot be taken over; ``element`` is empty if it is about the instance as a whole."""

    element: str
    message: str


class MigrationCalls:
    """Called instances are not taken along with their caller: each process has a plan of its own."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    def plan(self, source_definition: str, target_definition: str) -> Plan:
        """The engine's proposal: activities of the same id and kind are taken over as they are. Changes nothing."""
        body = {
            "sourceProcessDefinitionId": source_definition,
            "targetProcessDefinitionId": target_definition,
            "updateEventTriggers": False,
        }
        plan: Plan = self._session.query("/migration/generate", body)
        return plan

    def occupied(self, definition_id: str) -> dict[str, int]:
        """Element → how many tokens of this version are there."""
        found = self._session.get(f"/process-definition/{safe_id(definition_id)}/statistics")
        return {each["id"]: each["instances"] for each in found if each["instances"]}

    def instances(self, definition_id: str) -> tuple[Instance, ...]:
        """Every running instance of this version."""
        found: list[Instance] = []
        while len(page := self._page(definition_id, len(found))) == PAGE:
            found += page
        return (*found, *page)

    def at(self, definition_id: str, element: str) -> tuple[str, ...]:
        """Business keys of this version's instances with a token at ``element``, sorted."""
        query = {"processDefinitionId": definition_id, "activityIdIn": [element]}
        found = self._session.query("/process-instance", query)
        return tuple(sorted({each["businessKey"] for each in found if each["businessKey"]}))

    def count_at(self, definition_id: str, element: str) -> int:
        """How many of this version's instances have a token at ``element``."""
        query = {"processDefinitionId": definition_id, "activityIdIn": [element]}
        return int(self._session.query("/process-instance/count", query)["count"])

    def run(self, plan: Mapping[str, Any], instance_ids: Sequence[str]) -> tuple[MigrationObjection, ...]:
        """All of them or none; answers the engine's objections, empty if it was done. Raises AnswerLost.

        The trigger of an event is not made anew, so a timer keeps its instant.
        """
        body = {"migrationPlan": dict(plan), "processInstanceIds": list(instance_ids)}
        try:
            self._session.command("POST", "/migration/execute", body)
        except EngineRefused as refused:
            return _objections(refused)
        return ()

    def _page(self, definition_id: str, first: int) -> list[Instance]:
        query = {"processDefinitionId": definition_id, "sorting": [{"sortBy": "instanceId", "sortOrder": "asc"}]}
        found = self._session.query("/process-instance", query, firstResult=first, maxResults=PAGE)
        return [
            Instance(
                id=raw["id"],
                process_key=definition_id.split(":", 1)[0],
                process_definition_id=raw["definitionId"],
                business_key=raw["businessKey"],
                is_suspended=raw["suspended"],
            )
            for raw in found
        ]


def _objections(refused: EngineRefused) -> tuple[MigrationObjection, ...]:
    """The engine's report is indented text: an activity, and under it what is wrong with it."""
    element, found = "", []
    for line in refused.detail.splitlines():
        about = ABOUT_ACTIVITY.search(line)
        if about:
            element = about.group(1)
        elif line.startswith("\t\t") and line.strip():
            found.append(MigrationObjection(element, line.strip()))
    return tuple(found) or (MigrationObjection("", refused.detail),)
