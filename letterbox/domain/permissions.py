"""Who somebody is and which candidate groups, letters and fields that opens to him."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from letterbox.domain.vocabulary import UNIT_ROLES, Role

EGOV_ROLES = frozenset({Role.SCREENER, Role.REVIEWER})
"""The e-gov office: screener's and reviewer's tasks both belong to it (contract)."""

SEES_ALL_LETTERS = EGOV_ROLES | {Role.SUPERVISOR, Role.COORDINATOR, Role.LEADER}
MAY_UNMASK = EGOV_ROLES | {Role.SUPERVISOR}
"""Who sees the writer of an accusation (A5)."""


RANK = {Role.UNIT_HANDLER: 0, Role.UNIT_DEPUTY: 1, Role.UNIT_PRINCIPAL: 2}
"""Who in a unit answers for whom (H3): a superior may take over what is for those below him."""


class ActorKind(StrEnum):
    PERSON = "person"
    WRITER = "writer"
    WORKER = "worker"
    TOKEN = "token"  # noqa: S105  # a kind of actor
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, and the unit it holds in if it is a unit's role. ``for_whom`` names the person substituted."""

    role: Role
    unit: str | None = None
    for_whom: str | None = None

    @property
    def group(self) -> str:
        """The candidate group of the diagrams: ``role`` or ``role@unit``."""
        return f"{self.role}@{self.unit}" if self.role in UNIT_ROLES else str(self.role)


def _groups_below(grant: Grant) -> frozenset[str]:
    """Candidate groups of those whom a deputy or principal of the unit may stand in for."""
    rank = RANK.get(grant.role, 0)
    return frozenset(f"{role}@{grant.unit}" for role, other in RANK.items() if other < rank)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person, a writer with his code, a machine's token, a worker."""

    kind: ActorKind
    id: str | None
    name: str
    grants: frozenset[Grant] = field(default_factory=frozenset)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def groups(self) -> frozenset[str]:
        """Candidate groups whose tasks this actor may do."""
        shared = EGOV_ROLES if self.roles & EGOV_ROLES else frozenset()
        return frozenset(grant.group for grant in self.grants) | frozenset(str(role) for role in shared)

    def has(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))

    def units(self, *roles: Role) -> frozenset[str]:
        """Units in which the actor holds one of ``roles`` (any unit role if none is named)."""
        wanted = set(roles) or UNIT_ROLES
        return frozenset(grant.unit for grant in self.grants if grant.role in wanted and grant.unit)

    def grant_for(self, groups: Iterable[str]) -> Grant | None:
        """The grant under which a task with these candidate groups is done, if any: the group's own role before the
        office it shares or a superior of the unit (H3), one's own right before a substituted person's."""
        wanted = set(groups)
        fitting = [
            grant
            for grant in self.grants
            if grant.group in wanted
            or (grant.role in EGOV_ROLES and wanted & EGOV_ROLES)
            or wanted & _groups_below(grant)
        ]
        return min(fitting, key=lambda each: (each.group not in wanted, each.for_whom or ""), default=None)

    def may_see_letter(self, lead_unit: str | None, accused_unit: str | None = None) -> bool:
        """Staff see every letter by office, else those led by their own unit; never an accusation against it (A5)."""
        if self.has(*SEES_ALL_LETTERS):
            return True
        own = self.units()
        return lead_unit in own and accused_unit not in own


SYSTEM = Actor(ActorKind.SYSTEM, None, "系统")
WORKER = Actor(ActorKind.WORKER, None, "系统")
WRITER = Actor(ActorKind.WRITER, None, "来信人")
