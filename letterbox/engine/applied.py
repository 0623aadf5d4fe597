"""The ids of commands that the engine has applied, kept so that each is applied once (config/deploy/engine/once.groovy)."""

from __future__ import annotations

from datetime import UTC, datetime

from letterbox.engine.session import EngineSession

MOST_AT_ONCE = 5000


class AppliedCalls:
    """``EngineClient.applied``."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session
        self._url = session.url.removesuffix("/engine-rest") + "/letterbox/commands"

    def forget(self, before: datetime, *, most: int = MOST_AT_ONCE) -> int:
        """Forget commands applied before that instant, ``most`` at a time; answers how many. A command of such an id would
        be applied a second time: the caller knows that none is sent again."""
        params = {"before": before.astimezone(UTC).isoformat().replace("+00:00", "Z"), "most": most}
        return int(self._session.request("DELETE", self._url, params=params).json()["forgotten"])
