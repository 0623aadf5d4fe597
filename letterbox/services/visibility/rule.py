"""Who may know of a letter and do what is to be done with it: the one rule, a condition in SQL and questions that ask it.

The accused go first (A5): who is of a unit or office that is kept away from a letter learns nothing of it, whatever else
he is. Whoever reads letters for somebody asks here; a house test looks for modules that do not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, cast, false, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from letterbox.domain.clock import OFFICE_ZONE
from letterbox.domain.errors import NoSuchLetter, NotFound
from letterbox.domain.events.event import Event
from letterbox.domain.events.side_processes import (
    InstructionAnswered,
    InstructionGiven,
    SupervisionAnswered,
    SupervisionClosed,
    SupervisionOpened,
    SupervisionPressed,
    SupervisionReported,
)
from letterbox.domain.permissions import (
    EGOV_ROLES,
    SEES_ALL_LETTERS,
    Actor,
    Grant,
    answering_groups,
    groups_below,
    stand_in,
)
from letterbox.domain.vocabulary import OF_SIDE_PROCESS, UNIT_ROLES, EventName, LetterStatus, Role
from letterbox.store.letters import Letter, letter_by_number
from letterbox.store.limits import Limit
from letterbox.store.people import Person, RoleAssignment, Substitution
from letterbox.store.sights import TaskSight


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition that a letter meets if the actor may know of it.

    An actor of an office that sees all letters may know of each. An actor of a unit may know of a letter if their unit
    leads it, if their unit was given work in one of its side processes, or if they were given a task of it. Nobody of a
    unit or office that is accused in the letter may know of it, whatever else they are (A5).
    """
    if actor.has(*SEES_ALL_LETTERS):
        return kept_from_nobody_of(actor)
    own = sorted(actor.units())
    has_side_work = Letter.id.in_(select(Limit.letter_id).where(*_has_work(own)))
    by_task = Letter.id.in_(select(TaskSight.letter_id).where(TaskSight.holder.in_(_holders(actor))))
    return and_(kept_from_nobody_of(actor), or_(Letter.lead_unit.in_(own), has_side_work, by_task))


def seen_among(session: Session, letter_ids: Iterable[int], actor: Actor) -> frozenset[int]:
    """Which of these letters the actor may know of."""
    return frozenset(session.scalars(select(Letter.id).where(Letter.id.in_(letter_ids), visible_to(actor))))


def may_see(session: Session, letter: Letter, actor: Actor) -> bool:
    """Whether the actor may know of this one letter (``visible_to``)."""
    return letter.id in seen_among(session, [letter.id], actor)


def require_sight(session: Session, letter: Letter, actor: Actor) -> None:
    """Raises NotFound if the actor may not know of the letter, as if there were no such letter."""
    if not may_see(session, letter, actor):
        raise NoSuchLetter(letter.number)


def letter_seen_by(session: Session, number: str, actor: Actor) -> Letter:
    """The letter of this number. Raises NotFound if there is none, or if the actor may not know of it."""
    letter = letter_by_number(session, number)
    if letter is None:
        raise NoSuchLetter(number)
    require_sight(session, letter, actor)
    return letter


def kept_from_nobody_of(actor: Actor) -> ColumnElement[bool]:
    """The first half of ``visible_to``: letters from which the actor is not kept away."""
    return ~kept_from(actor)


def kept_from(actor: Actor) -> ColumnElement[bool]:
    """Letters of which the actor, as one of the accused, may know nothing."""
    away = sorted(actor.belongs_to)
    return Letter.excluded_units.overlap(cast(away, ARRAY(Text))) if away else false()


def excluded_in_family(session: Session, letter: Letter) -> frozenset[str]:
    """The units and offices that may be given no work of this letter: those kept away from it, or from a letter that
    waits under it (A6)."""
    waiting = (Letter.leading_id == letter.id, Letter.status == LetterStatus.JOINED)
    below = session.scalars(select(Letter.excluded_units).where(*waiting)) if letter.id else ()
    return frozenset(letter.excluded_units).union(*below)


def task_grant(session: Session, excluded: Collection[str], groups: Iterable[str], actor: Actor) -> Grant | None:
    """The grant under which the actor may do a task that its diagram gives to ``groups``; None if he may not.

    ``excluded``: its letter's ``excluded_units``.
    """
    return None if actor.is_kept_away(excluded) else actor.grant_for(groups_for(session, excluded, groups))


def require_task(session: Session, letter: Letter, groups: Iterable[str], actor: Actor) -> Grant:
    """``task_grant`` under the letter's lock. Raises NotFound: as if there were no such task."""
    grant = task_grant(session, letter.excluded_units, groups, actor)
    if grant is None:
        raise NotFound("没有这项任务，或者它不归您办理")
    return grant


def groups_for(session: Session, excluded: Collection[str], groups: Iterable[str]) -> tuple[str, ...]:
    """The groups that answer a task, an action or a notice meant for ``groups`` if ``excluded`` are kept away from the
    letter."""
    return answering_groups(groups, excluded, _staffed_groups(session, excluded)) if excluded else tuple(groups)


def roles_for(session: Session, letter: Letter, roles: Iterable[Role]) -> frozenset[Role]:
    """The roles that answer for ``roles``: offices' roles as ``groups_for`` says. A unit's role is answered by itself,
    since the lead unit is never excluded."""
    wanted = frozenset(roles)
    offices = wanted - UNIT_ROLES
    if not letter.excluded_units or not offices:
        return wanted
    return (wanted & UNIT_ROLES) | {Role(each) for each in groups_for(session, letter.excluded_units, offices)}


def who_stands_in(session: Session, excluded: Collection[str]) -> Role:
    """The office that does a task for which nobody is left if ``excluded`` are kept away from the letter."""
    return stand_in(_staffed_groups(session, excluded))


def _staffed_groups(session: Session, excluded: Collection[str]) -> frozenset[str]:
    """Groups in which at least one active person is not kept away. If one of the e-gov office's two roles is staffed,
    both are."""
    query = select(RoleAssignment.person_id, RoleAssignment.role, RoleAssignment.unit_code).join(Person)
    query = query.where(Person.is_active, RoleAssignment.ended_at.is_(None))
    grants: dict[int, set[Grant]] = {}
    for person_id, role, unit in session.execute(query):
        grants.setdefault(person_id, set()).add(Grant(Role(role), unit))
    free = [own for own in grants.values() if not any(each.belongs_to & set(excluded) for each in own)]
    staffed = {group for own in free for grant in own for group in (grant.group, *groups_below(grant))}
    return frozenset(staffed | (set(map(str, EGOV_ROLES)) if staffed & set(map(str, EGOV_ROLES)) else set()))


def kept_away_people(session: Session, excluded: Collection[str], now: datetime) -> frozenset[int]:
    """Ids of the people who at this instant belong to an excluded unit or office, or substitute for somebody who does."""
    if not excluded:
        return frozenset()
    today = now.astimezone(OFFICE_ZONE).date()
    query = select(RoleAssignment.person_id, RoleAssignment.role, RoleAssignment.unit_code).where(
        RoleAssignment.ended_at.is_(None)
    )
    members = {
        person_id
        for person_id, role, unit in session.execute(query)
        if Grant(Role(role), unit).belongs_to & set(excluded)
    }
    stand_ins = select(Substitution.substitute_id).where(
        Substitution.person_id.in_(members), Substitution.from_on <= today, Substitution.to_on >= today
    )
    return frozenset(members | {each for each in session.scalars(stand_ins) if each is not None})


def note_sight(
    session: Session, letter_id: int, holder: str, task_id: str, now: datetime, *, is_done: bool = False
) -> None:
    """Record that whoever may do a task of the letter may read the letter: while the task is open and after they did
    it.

    ``holder``: as ``holder_of`` says.
    """
    row = {"letter_id": letter_id, "holder": holder, "task_id": task_id, "seen_at": now}
    if not is_done:
        session.execute(insert(TaskSight).values(row).on_conflict_do_nothing())
        return
    done = insert(TaskSight).values({**row, "worked_at": now})
    session.execute(
        done.on_conflict_do_update(
            index_elements=[TaskSight.letter_id, TaskSight.holder, TaskSight.task_id], set_={"worked_at": now}
        )
    )


def holder_of(group: str) -> str:
    """To whom a task of a candidate group is given: the unit's code, or the role if the group has no unit."""
    role, _, unit = group.partition("@")
    return unit or role


INNER = frozenset(
    {
        EventName.LETTER_SUBMITTED_TO_DEPUTY,
        EventName.HANDLER_INSTRUCTED,
        EventName.INSTRUCTION_ASKED,
        EventName.TASK_HANDED_ON,
        EventName.REPLY_DRAFTED,
        EventName.REPLY_SENT_BACK,
        EventName.REVIEW_PASSED,
        EventName.REVIEW_FAILED,
    }
)
"""What happens between the lead unit and its reviewers; a unit beside the letter is not told of it."""
OF_ONE_UNIT = (
    SupervisionOpened,
    SupervisionAnswered,
    SupervisionPressed,
    SupervisionClosed,
    SupervisionReported,
    InstructionGiven,
    InstructionAnswered,
)
"""What an office or a leader asks of one unit is not another's to read."""


def may_read_event(name: str, event: Event | None, own: Collection[str] | None, *, is_inside: bool) -> bool:
    """Whether an event is shown in the letter's record to a reader. ``event``: None where it cannot be read; ``own``: the
    reader's units, None for an office; ``is_inside``: whether the reader belongs to the lead unit."""
    if own is None:
        return True
    if name in {each.stored_name() for each in OF_ONE_UNIT}:
        return isinstance(event, OF_ONE_UNIT) and event.unit in own
    return is_inside or name not in INNER


def _has_work(units: frozenset[str] | list[str]) -> tuple[ColumnElement[bool], ...]:
    """Conditions on the limits of a unit's work in a side process. A unit that was released (its limit is voided) no
    longer sees the letter; a unit that did the work still does."""
    return Limit.unit_code.in_(sorted(units)), Limit.kind.in_(OF_SIDE_PROCESS), Limit.voided_at.is_(None)


def _holders(actor: Actor) -> list[str]:
    """As whom the actor may have been given a task: each of their units, and each of their roles that belongs to no
    unit."""
    return sorted(actor.units() | {str(role) for role in actor.roles - UNIT_ROLES})
