"""Today's roster from the database: three small queries."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.roster import Leave, Member, Roster
from letterbox.domain.vocabulary import Role
from letterbox.store.people import Assignment, Person, Substitution


def read_roster(session: Session, today: date) -> Roster:
    grants: dict[int, set[Grant]] = defaultdict(set)
    for each in session.scalars(select(Assignment).where(Assignment.ended_at.is_(None))):
        grants[each.person_id].add(Grant(Role(each.role), each.unit_code))
    people = session.execute(select(Person.id, Person.name, Person.is_active))
    leaves = session.scalars(select(Substitution).where(Substitution.from_on <= today, Substitution.to_on >= today))
    return Roster(
        (Member(id_, name, active, groups_of(grants[id_])) for id_, name, active in people),
        [Leave(each.person_id, each.substitute_id, each.from_on, each.to_on) for each in leaves],
        today,
    )


def groups_of(grants: set[Grant]) -> frozenset[str]:
    """The candidate groups of these roles, as for an actor: screener and reviewer share theirs."""
    return Actor(ActorKind.PERSON, None, "", frozenset(grants)).groups
