"""A process owner at work in tests."""

from __future__ import annotations

from dataclasses import dataclass

from letterbox.domain.permissions import Actor
from letterbox.services.design import LiveBundle
from letterbox.services.studio import Studio
from letterbox.wiring import Services

NOTE = "测试：按协调会意见调整"


@dataclass(frozen=True, slots=True)
class Owner:
    """A process owner at his desk."""

    services: Services
    actor: Actor

    @property
    def studio(self) -> Studio:
        return self.services.studio

    def deploy(self, files: dict[str, bytes], note: str = NOTE) -> LiveBundle:
        self.studio.upload(self.actor, list(files.items()))
        proposal = self.studio.proposal(self.actor)
        assert proposal.errors == ()
        live = self.studio.deploy(self.actor, note, seal=proposal.seal, seen_warnings=True)
        self.services.rulebook.refresh()
        return live
