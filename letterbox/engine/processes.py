"""Process instances: starting, finding, reading, steering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pycamunda.processdef
import pycamunda.processinst
from pycamunda.base import RequestMethod

from letterbox.engine.records import Activity, Instance
from letterbox.engine.session import EngineSession, safe_id
from letterbox.engine.values import Scalar, Sendable, decode_all, encode_all


class ProcessCalls:
    """``EngineClient.processes``."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    def start(
        self, key: str, business_key: str, variables: Mapping[str, Sendable], *, command_id: str | None = None
    ) -> str:
        """Start the newest version of process ``key``; answers the instance's id.

        Raises AlreadyApplied for a ``command_id`` that took effect before, AlreadyRunning for a process of which a letter
        has one at a time; of others a second start makes a second instance.
        """
        call = pycamunda.processdef.StartInstance(self._session.url, key=safe_id(key), business_key=business_key)
        call.variables = encode_all(variables)
        instance_id: str = self._session.read(RequestMethod.POST, call, command_id=command_id)["id"]
        return instance_id

    def get(self, instance_id: str) -> Instance:
        """Raises EngineNotFound if it ended or never was."""
        return _instance(self._session.get(f"/process-instance/{safe_id(instance_id)}"))

    def of(self, business_key: str, process_key: str | None = None) -> tuple[Instance, ...]:
        """The running instances of a letter, called ones included."""
        query = {"businessKey": business_key}
        if process_key:
            query["processDefinitionKey"] = process_key
        return tuple(_instance(raw) for raw in self._session.query("/process-instance", query))

    def of_process(self, process_key: str, *, first: int = 0, limit: int = 500) -> tuple[Instance, ...]:
        """The running instances of one process, all versions, a page at a time (sorted by id)."""
        query = {
            "processDefinitionKey": process_key,
            "sorting": [{"sortBy": "instanceId", "sortOrder": "asc"}],
        }
        found = self._session.query("/process-instance", query, firstResult=first, maxResults=limit)
        return tuple(_instance(raw) for raw in found)

    def by_ids(self, instance_ids: Iterable[str]) -> dict[str, Instance]:
        """Those of the given instances that are running, by id."""
        ids = list(instance_ids)
        found = self._session.query("/process-instance", {"processInstanceIds": ids}) if ids else []
        return {raw["id"]: _instance(raw) for raw in found}

    def variables(self, instance_id: str) -> dict[str, Scalar]:
        """The instance's scalar variables. Raises EngineNotFound."""
        call = pycamunda.processinst.VariablesGetList(self._session.url, process_instance_id=safe_id(instance_id))
        return decode_all(self._session.read(RequestMethod.GET, call))

    def set_variables(self, instance_id: str, variables: Mapping[str, Sendable]) -> None:
        body = {"modifications": encode_all(variables)}
        self._session.command("POST", f"/process-instance/{safe_id(instance_id)}/variables", body)

    def tree(self, instance_id: str) -> Activity:
        """Where an instance's tokens are. Raises EngineNotFound."""
        # pycamunda misreads tokens that wait before or behind an activity, which asyncAfter makes common
        return _activity(self._session.get(f"/process-instance/{safe_id(instance_id)}/activity-instances"))

    def delete(self, instance_id: str, *, skip_listeners: bool = False) -> None:
        """End an instance and those it called. Raises EngineNotFound."""
        self._session.run(
            pycamunda.processinst.Delete(
                self._session.url, id_=safe_id(instance_id), skip_custom_listeners=skip_listeners
            )
        )

    def set_suspended(self, instance_id: str, suspended: bool) -> None:
        self._session.command("PUT", f"/process-instance/{safe_id(instance_id)}/suspended", {"suspended": suspended})

    def modify(self, instance_id: str, instructions: Sequence[Mapping[str, Any]], annotation: str) -> None:
        """Move tokens: instructions such as ``{"type": "startBeforeActivity", "activityId": …}`` and
        ``{"type": "cancel", "activityId": …}``, in order, in one transaction. The annotation says why.
        """
        body = {"instructions": [dict(each) for each in instructions], "annotation": annotation}
        self._session.command("POST", f"/process-instance/{safe_id(instance_id)}/modification", body)


def _instance(raw: Mapping[str, Any]) -> Instance:
    definition_id = raw["definitionId"]
    return Instance(
        id=raw["id"],
        process_key=raw.get("definitionKey") or definition_id.split(":", 1)[0],
        process_definition_id=definition_id,
        business_key=raw["businessKey"],
        is_suspended=raw["suspended"],
    )


def _activity(raw: Mapping[str, Any]) -> Activity:
    transitions = tuple(_transition(child) for child in raw["childTransitionInstances"])
    return Activity(
        id=raw["id"],
        activity_id=raw["activityId"],
        name=raw["activityName"],
        kind=raw["activityType"],
        is_transition=False,
        incident_ids=tuple(raw.get("incidentIds") or ()),
        children=tuple(_activity(child) for child in raw["childActivityInstances"]) + transitions,
    )


def _transition(raw: Mapping[str, Any]) -> Activity:
    return Activity(
        id=raw["id"],
        activity_id=raw["activityId"],
        name=raw["activityName"],
        kind=raw["activityType"],
        is_transition=True,
        incident_ids=tuple(raw.get("incidentIds") or ()),
    )


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
