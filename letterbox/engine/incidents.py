"""Incidents: what the engine gave up on, until somebody looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from letterbox.engine.records import Incident
from letterbox.engine.session import EngineSession

MOST_COUNTED = 10_000


class IncidentCalls:
    """``EngineClient.incidents``; pycamunda's own record fails on kinds it does not know and lacks annotations."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    def list(self, *, first: int = 0, limit: int = 100, kind: str | None = None) -> tuple[Incident, ...]:
        """Open incidents, newest first. A caller's mirror of a called instance's incident counts as one of its own."""
        found = self._session.get(
            "/incident",
            incidentType=kind,
            sortBy="incidentTimestamp",
            sortOrder="desc",
            firstResult=first,
            maxResults=limit,
        )
        return tuple(_incident(raw) for raw in found)

    def of_instance(self, process_instance_id: str) -> tuple[Incident, ...]:
        found = self._session.get("/incident", processInstanceId=process_instance_id)
        return tuple(_incident(raw) for raw in found)

    def count(self) -> int:
        return int(self._session.get("/incident/count")["count"])

    def counts(self) -> dict[tuple[str, str, str], int]:
        """(process key, activity id, kind) → how many, root causes only (mirrors in callers left out)."""
        found = self.list(limit=MOST_COUNTED)
        return dict(
            Counter(
                (each.process_definition_id.split(":", 1)[0], each.activity_id or "", each.kind)
                for each in found
                if each.root_cause_id in (None, each.id)
            )
        )


def _incident(raw: Mapping[str, Any]) -> Incident:
    return Incident(
        id=raw["id"],
        kind=raw["incidentType"],
        message=raw["incidentMessage"],
        at=datetime.fromisoformat(raw["incidentTimestamp"]),
        process_instance_id=raw["processInstanceId"],
        process_definition_id=raw["processDefinitionId"],
        activity_id=raw["activityId"],
        failed_activity_id=raw.get("failedActivityId"),
        configuration=raw["configuration"],
        annotation=raw.get("annotation"),
        root_cause_id=raw["rootCauseIncidentId"],
    )
