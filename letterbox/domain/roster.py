"""Who is at work on a day, and for whose groups: leave and substitutes (both days of a leave included)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Absence(StrEnum):
    """Why a person does no work today."""

    LEFT = "left"
    ON_LEAVE = "on_leave"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with the candidate groups of his own roles."""

    id: int
    name: str
    is_active: bool
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leave:
    """``substitute_id`` None: nobody stands in. ``groups``: what is lent, those of units only."""

    person_id: int
    substitute_id: int | None
    from_on: date
    to_on: date
    groups: frozenset[str] = frozenset()

    def covers(self, on: date) -> bool:
        return self.from_on <= on <= self.to_on


class Roster:
    """Everybody's presence on one day."""

    def __init__(self, members: Iterable[Member], leaves: Iterable[Leave], today: date) -> None:
        self.members: Mapping[int, Member] = {each.id: each for each in members}
        self._away = {each.person_id: each for each in leaves if each.covers(today)}

    def absence(self, person_id: int) -> Absence | None:
        """None for somebody at work, or whose substitute is and may do some of his work."""
        member = self.members.get(person_id)
        if member is None or not member.is_active:
            return Absence.LEFT
        leave = self._away.get(person_id)
        return None if leave is None or self._lent(leave) else Absence.ON_LEAVE

    def _lent(self, leave: Leave) -> frozenset[str]:
        """The absent person's groups that somebody at work holds for him."""
        member = self.members.get(leave.person_id)
        return member.groups & leave.groups if member and self._is_at_work(leave.substitute_id) else frozenset()

    def _covered(self, member: Member) -> frozenset[str]:
        """Groups of a person in which he or his substitute is at work."""
        leave = self._away.get(member.id)
        if not member.is_active:
            return frozenset()
        return member.groups if leave is None else self._lent(leave)

    def _is_at_work(self, person_id: int | None) -> bool:
        """Active and not on leave himself: a substitute's substitute does not inherit."""
        member = self.members.get(person_id) if person_id is not None else None
        return member is not None and member.is_active and member.id not in self._away

    def rights_of(self, person_id: int) -> frozenset[str]:
        """Own groups and those of the people he stands in for today; none if inactive."""
        member = self.members.get(person_id)
        if member is None or not member.is_active:
            return frozenset()
        others = (each for each in self._away.values() if each.substitute_id == person_id)
        lent = (
            (self.members[each.person_id].groups & each.groups) for each in others if each.person_id in self.members
        )
        return member.groups.union(*lent)

    def staffed_groups(self) -> frozenset[str]:
        """Groups in which at least one person, or his substitute, is at work."""
        return frozenset[str]().union(*(self._covered(each) for each in self.members.values()))

    def assigned_groups(self) -> frozenset[str]:
        """Groups that at least one active person holds, at work or not."""
        return self._groups(each for each in self.members.values() if each.is_active)

    def without(self, person_id: int, groups: frozenset[str] | None = None) -> frozenset[str]:
        """Staffed groups if this person (or only these groups of his) were taken away."""
        rest = (self._covered(each) for each in self.members.values() if each.id != person_id)
        own = self.members.get(person_id)
        kept = self._covered(own) - groups if groups is not None and own is not None else frozenset[str]()
        return kept.union(*rest)

    @staticmethod
    def _groups(members: Iterable[Member]) -> frozenset[str]:
        return frozenset[str]().union(*(each.groups for each in members))
