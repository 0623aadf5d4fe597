"""How a machine's token opens: until its end, from its addresses; its last use is written down.

Ends count by the machine's own clock, as codes of the second factor do: a clock that tests and simulations move is about
letters.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from letterbox.domain.clock import OFFICE_ZONE, Clock
from letterbox.domain.errors import NotAllowed
from letterbox.domain.hosts import is_within
from letterbox.domain.permissions import Actor, ActorKind, Grant
from letterbox.domain.vocabulary import Role
from letterbox.services.access.lending import lent_to
from letterbox.store.access import ApiToken
from letterbox.store.database import Database
from letterbox.store.people import RoleAssignment

NOTED_EVERY = timedelta(minutes=1)


class TokenRefused(NotAllowed):
    """A token that is known and does not open: ``why`` is ``expired`` or ``misplaced``."""

    def __init__(self, message: str, token_id: int, why: str) -> None:
        super().__init__(message)
        self.token_id = token_id
        self.why = why


class TokenEntry:
    """``clock``: the machine's."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def actor_of(self, token: str, address: str | None) -> Actor | None:
        """The actor of a token that is shown from ``address`` (None: it cannot be told); None if it is unknown or revoked.

        Raises TokenRefused, saying what to do, if it has expired or does not open from there.
        """
        with self._database.reading() as session:
            query = select(ApiToken).where(ApiToken.token_hash == token_hash(token), ApiToken.revoked_at.is_(None))
            row = session.scalars(query).first()
            also_of = self._units_of(session, row.person_id) if row is not None and row.person_id else frozenset()
        if row is None:
            return None
        now = self._clock.now()
        if now >= row.expires_at:
            ended = f"{row.expires_at.astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"
            raise TokenRefused(f"令牌已于 {ended} 到期，请向安全管理员要一个新的", row.id, "expired")
        if row.networks and not is_within(address, row.networks):
            message = f"这个令牌不能从 {address or '这个地址'} 使用，请让安全管理员核对它的地址限制"
            raise TokenRefused(message, row.id, "misplaced")
        if row.last_used_at is None or now - row.last_used_at >= NOTED_EVERY:
            self._note_use(row.id, now, address)
        grants = frozenset({Grant(Role(row.role), row.unit_code)})
        acts_for = str(row.person_id) if row.person_id else None
        return Actor(
            kind=ActorKind.TOKEN, id=str(row.id), name=row.name, grants=grants, acts_for=acts_for, also_of=also_of
        )

    def _units_of(self, session: Session, person_id: int) -> frozenset[str]:
        """Where the person who answers for it is kept away, his token is, too (A5)."""
        query = select(RoleAssignment).where(RoleAssignment.person_id == person_id, RoleAssignment.ended_at.is_(None))
        own = {Grant(Role(each.role), each.unit_code) for each in session.scalars(query)}
        lent = lent_to(session, person_id, self._clock.now().astimezone(OFFICE_ZONE).date())
        return frozenset[str]().union(*(grant.belongs_to for grant in own | lent))

    def _note_use(self, token_id: int, now: datetime, address: str | None) -> None:
        """Of calls at the same time only the first one writes."""
        is_due = or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at <= now - NOTED_EVERY)
        with self._database.transaction() as session:
            session.execute(
                update(ApiToken).where(ApiToken.id == token_id, is_due).values(last_used_at=now, last_used_from=address)
            )


def token_hash(token: str) -> str:
    """What is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()
