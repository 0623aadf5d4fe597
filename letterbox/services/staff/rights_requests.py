"""What one administrator proposed about somebody's rights, and another confirms or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from letterbox.domain.cut_list import CutList
from letterbox.domain.errors import NotAllowed, NotFound, WrongState
from letterbox.domain.permissions import Actor
from letterbox.domain.vocabulary import Role
from letterbox.services.access.passwords import Passwords
from letterbox.services.access.sign_in import SignIn
from letterbox.services.audit.log import AdminAction, Administration, Change, require_one_of, required_reason
from letterbox.services.staff import rights
from letterbox.services.staff.person_rules import RoleInput, one_time_password
from letterbox.store.database import Database
from letterbox.store.people import Person, RightsRequest, short_unit_names

WHO = (Role.ADMIN, Role.SECURITY_ADMIN)
CONFIRMED, REFUSED = "confirmed", "refused"
PAST = 30


@dataclass(frozen=True, slots=True)
class RequestView:
    """``why_not``: why the reader cannot confirm it; empty if he can."""

    id: int
    kind: str
    person_id: int
    person: str
    login: str
    role: str | None
    unit_name: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    why_not: str
    outcome: str | None
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """``password``: the one-time password, shown once, of a confirmed reset."""

    person_id: int
    password: str | None


class RightsRequests:
    def __init__(
        self, database: Database, administration: Administration, sign_in: SignIn, passwords: Passwords
    ) -> None:
        self._database = database
        self._administration = administration
        self._sign_in = sign_in
        self._passwords = passwords

    def waiting(self, actor: Actor) -> CutList[RequestView]:
        """Oldest first. Raises NotAllowed."""
        return self._views(actor, is_open=True)

    def decided(self, actor: Actor) -> CutList[RequestView]:
        """The latest ones first. Raises NotAllowed."""
        return self._views(actor, is_open=False)

    def count(self) -> int:
        with self._database.reading() as session:
            open_ones = select(func.count()).select_from(RightsRequest).where(RightsRequest.outcome.is_(None))
            return session.scalar(open_ones) or 0

    def confirm(self, actor: Actor, request_id: int) -> Confirmed:
        """Raises NotAllowed (the proposer, the person himself, two system administrators), NotFound, WrongState, FieldErrors."""
        require_one_of(actor, *WHO)
        password = one_time_password()
        password_hash = self._sign_in.hash_password(password)
        with self._administration.change(actor) as change:
            row, person = _open_request(change, request_id)
            why_not = _why_not(actor, row)
            if why_not:
                raise NotAllowed(why_not)
            if not person.is_active:
                raise WrongState(f"{person.name}已停用，请退回这个申请")
            _decide(change, row, CONFIRMED)
            why = f"{row.proposed_by_name}提出，{actor.name}确认" + (f"：{row.reason}" if row.reason else "")
            if row.kind == rights.ROLE:
                role = RoleInput(row.role or "", row.unit_code)
                rights.check_role(change.session, person, role)
                rights.assign(change, person, role, why)
                return Confirmed(person.id, None)
            self._passwords.put(change.session, person, password_hash, change.now, is_one_time=True)
            change.record(AdminAction.PASSWORD_RESET, rights.about(person), reason=why)
            return Confirmed(person.id, password)

    def refuse(self, actor: Actor, request_id: int, reason: str) -> None:
        """Also by the proposer, who takes it back. Raises NotAllowed, NotFound, FieldErrors."""
        require_one_of(actor, *WHO)
        clean = required_reason(reason)
        with self._administration.change(actor) as change:
            row, person = _open_request(change, request_id)
            _decide(change, row, REFUSED)
            after = {"role": row.role, "unit": row.unit_code} if row.role else None
            change.record(AdminAction.REQUEST_REFUSED, rights.about(person), reason=clean, after=after)

    def _views(self, actor: Actor, *, is_open: bool) -> CutList[RequestView]:
        require_one_of(actor, *WHO)
        query = select(RightsRequest, Person).join(Person, Person.id == RightsRequest.person_id)
        if is_open:
            query = query.where(RightsRequest.outcome.is_(None)).order_by(RightsRequest.id)
        else:
            query = query.where(RightsRequest.outcome.is_not(None)).order_by(RightsRequest.decided_at.desc())
        with self._database.reading() as session:
            names = short_unit_names(session)
            total = session.scalar(query.with_only_columns(func.count()).order_by(None))
            rows = session.execute(query if is_open else query.limit(PAST)).unique()
            return CutList((_view(row, person, names, actor) for row, person in rows), of=total)


def _open_request(change: Change, request_id: int) -> tuple[RightsRequest, Person]:
    row = change.session.get(RightsRequest, request_id) if 0 < request_id < 2**63 else None
    if row is None:
        raise NotFound("没有这个申请")
    if row.outcome is not None:
        raise WrongState(f"这个申请已经由{row.decided_by_name}处理")
    return row, change.session.get_one(Person, row.person_id)


def _decide(change: Change, row: RightsRequest, outcome: str) -> None:
    row.outcome, row.decided_at, row.decided_by_name = outcome, change.now, change.actor.name


def _why_not(actor: Actor, row: RightsRequest) -> str:
    if actor.person is None:
        return "须由登录的人员确认"
    own = actor.person
    if own == str(row.proposed_by):
        return "您自己提出的申请要由另一位管理员确认"
    if own == str(row.person_id):
        return "关于您自己的申请要由另一位管理员确认"
    if not row.by_security and not actor.has(Role.SECURITY_ADMIN):
        return "系统管理员提出的申请由安全管理员确认"
    return ""


def _view(row: RightsRequest, person: Person, names: dict[str, str], actor: Actor) -> RequestView:
    return RequestView(
        id=row.id,
        kind=row.kind,
        person_id=person.id,
        person=person.name,
        login=person.login,
        role=row.role,
        unit_name=names.get(row.unit_code or "", ""),
        reason=row.reason,
        proposed_by=row.proposed_by_name,
        proposed_at=row.proposed_at,
        why_not="" if row.outcome else _why_not(actor, row),
        outcome=row.outcome,
        decided_at=row.decided_at,
        decided_by=row.decided_by_name or "",
    )
