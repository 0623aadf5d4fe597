"""Who somebody is and which candidate groups, letters and fields that opens to him."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from letterbox.domain.errors import NotAllowed
from letterbox.domain.supervision import OFFICE_UNITS
from letterbox.domain.vocabulary import UNIT_ROLES, Role

OPERATORS = (Role.OPERATOR, Role.ADMIN)

EGOV_ROLES = frozenset({Role.SCREENER, Role.REVIEWER})
"""The e-gov office: screener's and reviewer's tasks both belong to it (contract)."""

SEES_ALL_LETTERS = EGOV_ROLES | {Role.SUPERVISOR, Role.COORDINATOR, Role.LEADER}
MAY_UNMASK = EGOV_ROLES | {Role.SUPERVISOR}
"""Who sees the writer of an accusation (A5)."""


EGOV, GOV_OFFICE = "egov", "gov-office"
OFFICES_OF: Mapping[Role, frozenset[str]] = {
    Role.SCREENER: frozenset({EGOV}),
    Role.REVIEWER: frozenset({EGOV}),
    Role.COORDINATOR: frozenset({GOV_OFFICE}),
    Role.SUPERVISOR: frozenset(OFFICE_UNITS.values()),
}
"""The offices (codes of units) whose people hold a role that needs no unit; a grant that names one is of that one."""
STANDS_IN = (Role.SCREENER, Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER)
"""Who does what an accused unit or office would have done: the first whose own office is not accused (A5) [ours]."""

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

    @property
    def unit_or_role(self) -> str:
        """As whom its holder is given a task: his unit, or the role where that needs none."""
        return self.unit if self.role in UNIT_ROLES and self.unit else str(self.role)

    @property
    def belongs_to(self) -> frozenset[str]:
        """The unit or offices whose people hold it."""
        return frozenset({self.unit}) if self.unit else OFFICES_OF.get(self.role, frozenset())


def groups_below(grant: Grant) -> frozenset[str]:
    """Candidate groups of those whom a deputy or principal of the unit may stand in for."""
    rank = RANK.get(grant.role, 0)
    return frozenset(f"{role}@{grant.unit}" for role, other in RANK.items() if other < rank)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: a person, a writer with his code, a machine's token, a worker. ``acts_for``: the person
    whose token it is; ``also_of``: the units and offices that this person is of."""

    kind: ActorKind
    id: str | None
    name: str
    grants: frozenset[Grant] = field(default_factory=frozenset)
    acts_for: str | None = None
    also_of: frozenset[str] = frozenset()

    @property
    def person(self) -> str | None:
        """The human behind it, where two must be different ones: a token and an account of his are the same."""
        return self.id if self.kind is ActorKind.PERSON else self.acts_for

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

    @property
    def belongs_to(self) -> frozenset[str]:
        """Every unit and office that the actor is of, by a role of his own or a substituted one, or as whose token it is."""
        return self.also_of.union(*(grant.belongs_to for grant in self.grants))

    def is_kept_away(self, excluded: Collection[str]) -> bool:
        """Whether he is of a unit or office that may not know of a letter, whatever else he is (A5)."""
        return not self.belongs_to.isdisjoint(excluded)

    def grant_for(self, groups: Iterable[str]) -> Grant | None:
        """The grant under which a task with these candidate groups is done, if any: the group's own role before the
        office it shares or a superior of the unit (H3), one's own right before a substituted person's."""
        wanted = set(groups)
        fitting = [
            grant
            for grant in self.grants
            if grant.group in wanted
            or (grant.role in EGOV_ROLES and wanted & EGOV_ROLES)
            or wanted & groups_below(grant)
        ]
        return min(fitting, key=lambda each: (each.group not in wanted, each.for_whom or ""), default=None)

    def reads_all_of(self, lead_unit: str | None) -> bool:
        """Of a letter that he may know of (``visibility.rule``) an office and the lead unit read the whole record."""
        return self.has(*SEES_ALL_LETTERS) or lead_unit in self.units()


def answering_groups(groups: Iterable[str], excluded: Collection[str], staffed: Collection[str]) -> tuple[str, ...]:
    """The candidate groups that may do a task of a letter from which ``excluded`` units and offices are kept away.

    ``staffed``: groups in which there is somebody who is not kept away. What would be left for nobody falls to the first of
    ``STANDS_IN`` who is there, in the end to the leaders: no letter is without anybody who can handle it.
    """
    left = tuple(group for group in groups if not _is_excluded(group, excluded))
    return left if set(left) & set(staffed) else (*left, str(stand_in(staffed)))


def stand_in(staffed: Collection[str]) -> Role:
    return next((role for role in STANDS_IN if role in staffed), Role.LEADER)


def _is_excluded(group: str, excluded: Collection[str]) -> bool:
    """Whether everybody in the group is of an excluded unit or office."""
    role, _, unit = group.partition("@")
    home = frozenset({unit}) if unit else OFFICES_OF.get(Role(role), frozenset()) if role in set(Role) else frozenset()
    return bool(home) and home <= set(excluded)


SYSTEM = Actor(ActorKind.SYSTEM, None, "系统")
WORKER = Actor(ActorKind.WORKER, None, "系统")
WRITER = Actor(ActorKind.WRITER, None, "来信人")


def require_operator(actor: Actor) -> None:
    if not actor.has(*OPERATORS):
        raise NotAllowed("只有运维人员和系统管理员可以这样做")
