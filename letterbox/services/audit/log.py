"""Changing units, people, leaves and claims: one at a time, each with its record in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from letterbox.domain.clean_text import one_line
from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.errors import FieldErrors, NotAllowed
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.domain.words import label
from letterbox.store.admin_events import AdminEvent
from letterbox.store.database import Database

LONGEST_REASON = 200
BEFORE = "before"
"""Under it those who are told find the facts as they were."""
LOCK = "SELECT pg_advisory_xact_lock(hashtext('letterbox administration'))"


class Subject(StrEnum):
    """What a change is about."""

    UNIT = "unit"
    PERSON = "person"
    TASK = "task"
    TOKEN = "token"  # noqa: S105  # a kind of thing
    CALENDAR = "calendar"
    BUNDLE = "bundle"
    LETTER = "letter"
    PROCESS = "process"
    NOTICE = "notice"


class AdminAction(StrEnum):
    """What an administrator (or whoever may) did, in the past tense."""

    UNIT_CREATED = "UnitCreated"
    UNIT_EDITED = "UnitEdited"
    UNIT_DEACTIVATED = "UnitDeactivated"
    UNIT_ACTIVATED = "UnitActivated"
    PERSON_CREATED = "PersonCreated"
    PERSON_EDITED = "PersonEdited"
    PERSON_DEACTIVATED = "PersonDeactivated"
    PERSON_ACTIVATED = "PersonActivated"
    ROLE_PROPOSED = "RoleProposed"
    RESET_PROPOSED = "ResetProposed"
    REQUEST_REFUSED = "RequestRefused"
    ROLE_GIVEN = "RoleGiven"
    ROLE_ENDED = "RoleEnded"
    PASSWORD_RESET = "PasswordReset"  # noqa: S105  # the name of an event
    SESSIONS_ENDED = "SessionsEnded"
    SECOND_FACTOR_RESET = "SecondFactorReset"
    LEAVE_ENTERED = "LeaveEntered"
    SUBSTITUTE_APPOINTED = "SubstituteAppointed"
    LEAVE_ENDED = "LeaveEnded"
    CLAIM_RELEASED = "ClaimReleased"
    TOKEN_CREATED = "TokenCreated"  # noqa: S105  # the name of an event
    TOKEN_REVOKED = "TokenRevoked"  # noqa: S105  # the name of an event
    CALENDAR_STAGED = "CalendarStaged"
    CALENDAR_DISCARDED = "CalendarDiscarded"
    CALENDAR_PUBLISHED = "CalendarPublished"
    BUNDLE_PROPOSED = "BundleProposed"
    BUNDLE_SENT_BACK = "BundleSentBack"
    BUNDLE_DEPLOYED = "BundleDeployed"
    BUNDLE_RESTORED = "BundleRestored"
    RETRY_ASKED = "RetryAsked"
    RETRY_ENDED = "RetryEnded"
    STUCK_DISCARDED = "StuckDropped"
    INSTANCES_MIGRATED = "InstancesMigrated"
    DIFFERENCE_REPAIRED = "DifferenceRepaired"
    PROCESS_MOVED = "ProcessMoved"
    PROCESS_RESTARTED = "ProcessRestarted"
    PROCESS_ENDED = "ProcessEnded"
    LETTER_CANCELLED = "LetterCancelled"
    LETTER_CLEANED_UP = "LetterSettled"
    STALL_REPAIRED = "StallMended"
    FAULT_MARKED = "FaultMarked"
    FAULT_ENDED = "FaultEnded"


@dataclass(frozen=True, slots=True)
class About:
    """The subject of a change as the record names it."""

    kind: Subject
    id: str
    name: str


class Change:
    """One transaction of administration; ``now`` is its single instant."""

    def __init__(
        self, session: Session, actor: Actor, now: datetime, role: Role = Role.ADMIN, notify: Teller | None = None
    ) -> None:
        """``role``: the one under which it is done, for the name of a substitute. ``notify``: see ``Administration``."""
        self.session = session
        self.actor = actor
        self.now = now
        self.role = role
        self._notify = notify
        self.recorded: list[tuple[AdminAction, About]] = []

    @property
    def today(self) -> date:
        return self.now.astimezone(OFFICE_ZONE).date()

    def record(
        self,
        action: AdminAction,
        about: About,
        *,
        reason: str = "",
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        also: Iterable[int] = (),
    ) -> None:
        """``also``: people whom it concerns besides its subject."""
        self.session.add(
            AdminEvent(
                at=self.now,
                by_kind=self.actor.kind,
                by_id=self.actor.id,
                by_name=acting_name(self.actor, self.role),
                action=action,
                subject_kind=about.kind,
                subject_id=about.id,
                subject_name=about.name,
                reason=reason,
                before=before,
                after=after,
            )
        )
        self.recorded.append((action, about))
        if self._notify is not None:
            self._notify(self, action, about, reason, {**(after or before or {}), BEFORE: before or {}}, also)


Teller = Callable[[Change, AdminAction, About, str, Mapping[str, Any], Iterable[int]], None]
"""Tells whom a change concerns, within its transaction: what, about whom, why, with which facts, whom besides."""


class Administration:
    """``notify`` is called for every recorded change; ``noted`` after the commit, with what was recorded."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        notify: Teller | None = None,
        noted: Callable[[Actor, Sequence[tuple[AdminAction, About]]], None] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._notify = notify
        self._noted = noted

    @contextmanager
    def change(self, actor: Actor) -> Iterator[Change]:
        """Changes wait for each other, so that no two of them together remove the last admin or overlap leaves."""
        with self._database.transaction() as session:
            session.execute(text(LOCK))
            change = Change(session, actor, self._clock.now(), notify=self._notify)
            yield change
        if self._noted is not None and change.recorded:
            self._noted(actor, change.recorded)

    def change_in(self, session: Session, actor: Actor, role: Role) -> Change:
        """A change within a transaction that somebody else opened and commits."""
        return Change(session, actor, self._clock.now(), role, self._notify)

    @contextmanager
    def change_by_admin(self, actor: Actor) -> Iterator[Change]:
        """Raises NotAllowed for everybody else."""
        require_admin(actor)
        with self.change(actor) as change:
            yield change

    def today(self) -> date:
        return self._clock.now().astimezone(OFFICE_ZONE).date()


def require_admin(actor: Actor) -> None:
    if not actor.has(Role.ADMIN):
        raise NotAllowed("只有系统管理员可以这样做")


def require_security(actor: Actor) -> None:
    if not actor.has(Role.SECURITY_ADMIN):
        raise NotAllowed("只有安全管理员可以这样做")


def require_one_of(actor: Actor, *roles: Role) -> None:
    if not actor.has(*roles):
        raise NotAllowed(f"只有{'、'.join(label(role) for role in roles)}可以这样做")


def acting_name(actor: Actor, role: Role = Role.ADMIN) -> str:
    """``张三（代李四）`` for somebody who holds ``role`` only as a substitute."""
    whom = {grant.for_whom for grant in actor.grants if grant.role is role}
    return f"{actor.name}（代{next(iter(whom))}）" if whom and None not in whom else actor.name


def required_reason(reason: str) -> str:
    """Raises FieldErrors unless something short is said."""
    clean = one_line(reason)
    if not clean:
        raise FieldErrors({"reason": "请写明原因，它会记入变更记录"})
    if len(clean) > LONGEST_REASON:
        raise FieldErrors({"reason": f"原因最多 {LONGEST_REASON} 个字"})
    return clean


def differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what changed, on both sides."""
    changed = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in changed}, {key: after[key] for key in changed}
