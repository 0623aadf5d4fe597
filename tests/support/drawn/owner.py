"""A process owner at work in tests."""

from __future__ import annotations

from dataclasses import dataclass

from letterbox.domain.permissions import Actor
from letterbox.services.deployment.design import LiveBundle
from letterbox.services.studio.studio import Studio
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

    @property
    def second(self) -> Actor:
        """The other process owner of the demonstration."""
        return self.services.sign_in.of_login("owner2" if self.actor.name != "沈明理" else "owner").actor

    def deploy(self, files: dict[str, bytes], note: str = NOTE) -> LiveBundle:
        self.studio.upload(self.actor, list(files.items()))
        return self.approved(self.propose(note))

    def propose(self, note: str = NOTE) -> int:
        proposal = self.studio.proposal(self.actor)
        assert proposal.errors == ()
        return self.studio.propose(self.actor, note, seal=proposal.seal, seen_warnings=True)

    def approved(self, proposal_id: int) -> LiveBundle:
        """By the second owner."""
        seal = self.studio.approvals.look(self.second, proposal_id).line.seal
        live = self.studio.approvals.approve(self.second, proposal_id, seal=seal)
        self.services.rulebook.refresh()
        return live
