"""Where the letters of a process are: which elements of its versions hold tokens, and whose."""

from __future__ import annotations

from dataclasses import dataclass

from letterbox.engine.session import EngineSession, safe_id


@dataclass(frozen=True, slots=True)
class Occupied:
    """A version of a process with running instances, and the ids of its elements that hold tokens."""

    process_definition_id: str
    elements: tuple[str, ...]


class PlaceCalls:
    """A token about to enter or to leave an element (``asyncBefore``, ``asyncAfter``) counts as being there."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    def occupied(self, process_key: str) -> tuple[Occupied, ...]:
        """One call, and one for each version with running instances."""
        statistics = self._session.get("/process-definition/statistics")
        running = [
            each["definition"]["id"]
            for each in statistics
            if each["definition"]["key"] == process_key and each["instances"]
        ]
        return tuple(Occupied(definition_id, self._elements(definition_id)) for definition_id in running)

    def _elements(self, definition_id: str) -> tuple[str, ...]:
        found = self._session.get(f"/process-definition/{safe_id(definition_id)}/statistics")
        return tuple(each["id"] for each in found if each["instances"])

    def letters_at(self, process_key: str, element: str) -> frozenset[str]:
        """Business keys of the instances, of every version, that have a token at ``element``."""
        query = {"processDefinitionKey": process_key, "activityIdIn": [element]}
        found = self._session.query("/process-instance", query)
        return frozenset(each["businessKey"] for each in found if each["businessKey"])
