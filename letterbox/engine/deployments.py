"""Deployments: all files of a bundle at once, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import pycamunda.deployment
from pycamunda.base import RequestMethod

from letterbox.engine.errors import EngineRefused
from letterbox.engine.records import Deployment, ProcessDefinition
from letterbox.engine.session import EngineSession, safe_id


class DeploymentCalls:
    """``EngineClient.deployments``."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session
        self.definition = lru_cache(maxsize=512)(self._definition)

    def deploy(self, name: str, files: Mapping[str, bytes], source: str) -> Deployment:
        """Deploy all ``files`` (file name → content) as one new deployment, changed or not.

        Forms, decisions and called processes bound to ``deployment`` are found only if they are among them.
        Raises DeploymentRefused with the parser's complaints; nothing is deployed then.
        """
        if not files or any(not each.isascii() for each in files):
            raise EngineRefused(400, "FileNames", "a deployment needs files, named in plain ASCII")
        # pycamunda sends deployments past the session, without authentication timeouts or typed errors
        fields = {"deployment-name": name, "deployment-source": source, "enable-duplicate-filtering": "false"}
        parts = {f"file-{index}": (file, files[file]) for index, file in enumerate(sorted(files))}
        return _deployment(self._session.upload("/deployment/create", fields, parts))

    def latest(self, *, name: str | None = None, source: str | None = None) -> Deployment | None:
        found = self._session.get(
            "/deployment", name=name, source=source, sortBy="deploymentTime", sortOrder="desc", maxResults=1
        )
        return _deployment(found[0]) if found else None

    def files(self, deployment_id: str) -> dict[str, bytes]:
        """Every file of a deployment, by name. Raises EngineNotFound. One call a file."""
        call = pycamunda.deployment.GetResources(self._session.url, id_=safe_id(deployment_id))
        resources = self._session.read(RequestMethod.GET, call)
        path = f"/deployment/{deployment_id}/resources"
        return {each["name"]: self._session.get_bytes(f"{path}/{each['id']}/data") for each in resources}

    def delete(self, deployment_id: str, *, cascade: bool = False) -> None:
        """``cascade`` also deletes its instances and their history: for tests."""
        self._session.run(pycamunda.deployment.Delete(self._session.url, id_=safe_id(deployment_id), cascade=cascade))

    def definitions(self, deployment_id: str) -> tuple[ProcessDefinition, ...]:
        """The processes that a deployment made."""
        found = self._session.get("/process-definition", deploymentId=deployment_id)
        return tuple(_definition(raw) for raw in found)

    def decision_versions(self, deployment_id: str) -> dict[str, int]:
        """Key → version of the decision tables that a deployment made."""
        found = self._session.get("/decision-definition", deploymentId=deployment_id)
        return {raw["key"]: raw["version"] for raw in found}

    def versions(self, process_key: str) -> tuple[ProcessDefinition, ...]:
        """All versions of a process, newest first."""
        found = self._session.get("/process-definition", key=process_key, sortBy="version", sortOrder="desc")
        return tuple(_definition(raw) for raw in found)

    def xml(self, definition_id: str) -> str:
        """The diagram as deployed."""
        text: str = self._session.get(f"/process-definition/{safe_id(definition_id)}/xml")["bpmn20Xml"]
        return text

    def _definition(self, definition_id: str) -> ProcessDefinition:
        """``definition(id)``: cached, since a definition never changes (its suspension apart). Raises EngineNotFound."""
        return _definition(self._session.get(f"/process-definition/{safe_id(definition_id)}"))


def _deployment(raw: Mapping[str, Any]) -> Deployment:
    return Deployment(
        id=raw["id"],
        name=raw["name"],
        source=raw["source"],
        deployed_at=datetime.fromisoformat(raw["deploymentTime"]),
    )


def _definition(raw: Mapping[str, Any]) -> ProcessDefinition:
    return ProcessDefinition(
        id=raw["id"],
        key=raw["key"],
        name=raw["name"],
        version=raw["version"],
        version_tag=raw["versionTag"],
        deployment_id=raw["deploymentId"],
        resource=raw["resource"],
        is_suspended=raw["suspended"],
    )
