"""The only door to the engine: one client, its calls grouped by what they are about."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import pycamunda.version

from letterbox.domain.errors import Unavailable
from letterbox.engine.applied import AppliedCalls
from letterbox.engine.decisions import DecisionCalls
from letterbox.engine.deployments import DeploymentCalls
from letterbox.engine.errors import EngineRefused
from letterbox.engine.external_tasks import ExternalTaskCalls
from letterbox.engine.history import HistoryCalls
from letterbox.engine.incidents import IncidentCalls
from letterbox.engine.jobs import JobCalls
from letterbox.engine.messages import MessageCalls
from letterbox.engine.migration import MigrationCalls
from letterbox.engine.processes import MoveCalls, ProcessCalls
from letterbox.engine.session import READ_TIMEOUT_S, EngineSession
from letterbox.engine.snapshot import SnapshotCalls
from letterbox.engine.tasks import TaskCalls


class EngineClient:
    """Thread-safe; make one a process and close it at the end. ``url`` ends in ``/engine-rest``.

    Commands raise EngineUnavailable (not sent), AnswerLost (unknown: look it up), LostRace (not applied), EngineRefused
    and its subclasses (``letterbox.engine.errors``). Readings are tried three times before EngineUnavailable. Nothing connects before the
    first call.
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        read_timeout_s: float = READ_TIMEOUT_S,
        pool_size: int = 16,
        verify: bool | str = True,
    ) -> None:
        self.session = EngineSession(
            url, user, password, read_timeout_s=read_timeout_s, pool_size=pool_size, verify=verify
        )
        self.processes = ProcessCalls(self.session)
        self.tasks = TaskCalls(self.session)
        self.messages = MessageCalls(self.session)
        self.history = HistoryCalls(self.session)
        self.external_tasks = ExternalTaskCalls(self.session)
        self.jobs = JobCalls(self.session)
        self.incidents = IncidentCalls(self.session)
        self.deployments = DeploymentCalls(self.session)
        self.decisions = DecisionCalls(self.session)
        self.migration = MigrationCalls(self.session)
        self.moves = MoveCalls(self.session)
        self.snapshot = SnapshotCalls(self.session)
        self.applied = AppliedCalls(self.session)

    @property
    def url(self) -> str:
        return self.session.url

    def version(self) -> str:
        """The engine's own version, e.g. ``1.0.3``."""
        text: str = self.session.run(pycamunda.version.Get(self.session.url))
        return text

    def is_up(self) -> bool:
        """Whether the engine answers and lets us in."""
        try:
            self.version()
        except (Unavailable, EngineRefused):
            return False
        return True

    def close(self) -> None:
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
