"""Machine tokens: made, listed, revoked. The token itself is shown once and never stored."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.domain.permissions import SYSTEM, Actor
from letterbox.services.access.token_entry import token_hash
from letterbox.services.access.token_rules import TokenInfo, errors_of, networks_of
from letterbox.services.audit.log import About, AdminAction, Administration, Subject
from letterbox.store.access import ApiToken
from letterbox.store.database import Database
from letterbox.store.people import Person, Unit


class Tokens:
    """``clock``: the machine's (see ``TokenEntry``). ``days``: how long a token lasts unless something else is said."""

    def __init__(self, database: Database, clock: Clock, administration: Administration, days: int) -> None:
        self._database = database
        self._clock = clock
        self._administration = administration
        self.days = days

    def create(
        self,
        role: str,
        name: str,
        unit: str | None = None,
        by: Actor = SYSTEM,
        *,
        days: int | None = None,
        networks: Iterable[str] = (),
        person: str = "",
    ) -> str:
        """Make a token for ``role`` (with ``unit`` exactly if it is a unit's role), recorded with ``by``.

        ``networks``: addresses and networks from which it opens; none: from anywhere. ``person``: login of whoever answers
        for it; where two people are needed it counts as him. Raises FieldErrors.
        """
        token = f"lb_{secrets.token_urlsafe(32)}"
        lasts, within = self.days if days is None else days, list(networks_of(networks))
        with self._administration.change(by) as change:
            is_there = unit is not None and change.session.get(Unit, unit) is not None
            owner = _owner(change.session, person)
            if errors := errors_of(role, name, unit, lasts, is_there) | _owner_errors(person, owner):
                raise FieldErrors(errors)
            row = ApiToken(
                name=name,
                role=role,
                unit_code=unit,
                token_hash=token_hash(token),
                networks=within,
                created_at=(now := self._clock.now()),
                person_id=owner.id if owner else None,
                expires_at=now + timedelta(days=lasts),
                watched_from=now,
            )
            change.session.add(row)
            change.session.flush()
            known = {"person": owner.name} if owner else {}
            after = {"role": role, "unit": unit, "days": lasts, "networks": within, **known}
            change.record(AdminAction.TOKEN_CREATED, _about(row), after=after)
        return token

    def revoke(self, token_id: int, by: Actor = SYSTEM, reason: str = "") -> None:
        """Once; again changes nothing. Raises NotFound."""
        with self._administration.change(by) as change:
            row = change.session.get(ApiToken, token_id, with_for_update=True)
            if row is None:
                raise NotFound(f"没有编号为 {token_id} 的令牌")
            if row.revoked_at is None:
                row.revoked_at = self._clock.now()
                change.record(AdminAction.TOKEN_REVOKED, _about(row), reason=reason)

    def all(self) -> list[TokenInfo]:
        """The oldest first, revoked ones too."""
        query = select(ApiToken, Person.name).outerjoin(Person, Person.id == ApiToken.person_id).order_by(ApiToken.id)
        with self._database.reading() as session:
            return [_info(*row) for row in session.execute(query)]

    def now(self) -> datetime:
        """The instant by which tokens end."""
        return self._clock.now()


def _owner_errors(person: str, owner: Person | None) -> dict[str, str]:
    return {"person": f"没有用户名为 {person} 的在用人员"} if person and owner is None else {}


def _owner(session: Session, login: str) -> Person | None:
    return session.scalars(select(Person).where(Person.login == login.strip().lower(), Person.is_active)).first()


def _about(row: ApiToken) -> About:
    return About(Subject.TOKEN, str(row.id), row.name)


def _info(row: ApiToken, person: str | None) -> TokenInfo:
    return TokenInfo(
        id=row.id,
        name=row.name,
        role=row.role,
        unit=row.unit_code,
        networks=tuple(row.networks),
        person=person,
        created_at=row.created_at,
        expires_at=row.expires_at,
        watched_from=row.watched_from,
        last_used_at=row.last_used_at,
        last_used_from=row.last_used_from,
        revoked_at=row.revoked_at,
    )
