"""Decision tables as the engine evaluates them: the measure our own evaluator is held against."""

from __future__ import annotations

from collections.abc import Mapping

from letterbox.engine.errors import EngineNotFound
from letterbox.engine.session import EngineSession, safe_id
from letterbox.engine.values import Scalar, Sendable, decode_all, encode_all


class DecisionCalls:
    """``EngineClient.decisions``."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session

    def evaluate(
        self, key: str, inputs: Mapping[str, Sendable], *, deployment_id: str | None = None
    ) -> tuple[dict[str, Scalar], ...]:
        """The outputs of every matching rule, in the table's order; the newest version unless a deployment is named.

        Raises EngineNotFound for an unknown table, EngineRefused for inputs that the table cannot take.
        """
        path = f"key/{safe_id(key)}" if deployment_id is None else self._id(key, deployment_id)
        # not pycamunda's: it would treat the evaluation as a change and not read it a second time
        found = self._session.query(f"/decision-definition/{path}/evaluate", {"variables": encode_all(inputs)})
        return tuple(decode_all(rule) for rule in found)

    def _id(self, key: str, deployment_id: str) -> str:
        found = self._session.get("/decision-definition", key=key, deploymentId=deployment_id)
        if not found:
            raise EngineNotFound(404, "DecisionDefinition", f"no decision {key} in that deployment")
        decision_id: str = found[0]["id"]
        return decision_id
