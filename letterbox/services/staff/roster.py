"""Today's roster from the database: three small queries."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.roster import Leave, Member, Roster
from letterbox.domain.vocabulary import Role
from letterbox.services.access.lending import lends
from letterbox.store.people import Person, RoleAssignment, Substitution


def read_roster(session: Session, today: date) -> Roster:
    grants: dict[int, set[Grant]] = defaultdict(set)
    for each in session.scalars(select(RoleAssignment).where(RoleAssignment.ended_at.is_(None))):
        grants[each.person_id].add(Grant(Role(each.role), each.unit_code))
    people = session.execute(select(Person.id, Person.name, Person.is_active))
    leaves = session.scalars(select(Substitution).where(Substitution.from_on <= today, Substitution.to_on >= today))
    return Roster(
        (Member(id=id_, name=name, is_active=active, groups=groups_of(grants[id_])) for id_, name, active in people),
        [_leave(each, grants[each.person_id]) for each in leaves],
        today,
    )


def _leave(row: Substitution, grants: set[Grant]) -> Leave:
    lent = {each for each in grants if lends(row, each.role, each.unit)}
    return Leave(
        person_id=row.person_id,
        substitute_id=row.substitute_id,
        from_on=row.from_on,
        to_on=row.to_on,
        groups=groups_of(lent),
    )


def groups_of(grants: set[Grant]) -> frozenset[str]:
    """The candidate groups of these roles, as for an actor: screener and reviewer share theirs."""
    return Actor(kind=ActorKind.PERSON, id=None, name="", grants=frozenset(grants)).groups
