"""Machine tokens: made, listed, revoked. The token itself is shown once and never stored."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, NotFound
from letterbox.domain.permissions import SYSTEM, Actor
from letterbox.domain.vocabulary import TOKEN_ROLES, UNIT_ROLES, Role
from letterbox.domain.words import coded, label
from letterbox.services.administration import About, AdminAction, Administration, Subject
from letterbox.services.sign_in import token_hash
from letterbox.store.database import Database
from letterbox.store.people import ApiToken, Unit


@dataclass(frozen=True, slots=True)
class TokenInfo:
    id: int
    name: str
    role: str
    unit: str | None
    created_at: datetime
    revoked_at: datetime | None


class Tokens:
    def __init__(self, database: Database, clock: Clock, administration: Administration) -> None:
        self._database = database
        self._clock = clock
        self._administration = administration

    def create(self, role: str, name: str, unit: str | None = None, by: Actor = SYSTEM) -> str:
        """Make a token for ``role`` (with ``unit`` exactly if it is a unit's role), recorded with ``by``. Raises FieldErrors."""
        token = f"lb_{secrets.token_urlsafe(32)}"
        with self._database.transaction() as session:
            errors = self._errors(role, name, unit, unit is not None and session.get(Unit, unit) is not None)
            if errors:
                raise FieldErrors(errors)
            row = ApiToken(
                name=name, role=role, unit_code=unit, token_hash=token_hash(token), created_at=self._clock.now()
            )
            session.add(row)
            session.flush()
            self._record(session, by, AdminAction.TOKEN_CREATED, row, after={"role": role, "unit": unit})
        return token

    def _errors(self, role: str, name: str, unit: str | None, unit_exists: bool) -> dict[str, str]:
        errors = {}
        if role not in TOKEN_ROLES:
            errors["role"] = f"没有角色 {role}，可用：{coded(TOKEN_ROLES)}"
        elif (role in UNIT_ROLES) != (unit is not None):
            errors["unit"] = (
                "承办单位的角色必须给出单位代码" if role in UNIT_ROLES else f"角色“{label(Role(role))}”不属于某个单位"
            )
        if unit is not None and not unit_exists:
            errors["unit"] = f"没有代码为 {unit} 的单位，可用 letterbox units 查看"
        if not name.strip():
            errors["name"] = "请给令牌起一个名字，便于日后识别"
        return errors

    def revoke(self, token_id: int, by: Actor = SYSTEM, reason: str = "") -> None:
        """Once; again changes nothing. Raises NotFound."""
        with self._database.transaction() as session:
            row = session.get(ApiToken, token_id, with_for_update=True)
            if row is None:
                raise NotFound(f"没有编号为 {token_id} 的令牌")
            if row.revoked_at is None:
                row.revoked_at = self._clock.now()
                self._record(session, by, AdminAction.TOKEN_REVOKED, row, reason=reason)

    def _record(self, session: Session, by: Actor, action: AdminAction, row: ApiToken, **facts: Any) -> None:
        about = About(Subject.TOKEN, str(row.id), row.name)
        self._administration.change_in(session, by, Role.SECURITY_ADMIN).record(action, about, **facts)

    def all(self) -> list[TokenInfo]:
        with self._database.reading() as session:
            rows = session.scalars(select(ApiToken).order_by(ApiToken.id))
            return [TokenInfo(r.id, r.name, r.role, r.unit_code, r.created_at, r.revoked_at) for r in rows]
