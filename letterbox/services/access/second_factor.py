"""The second factor: six digits that change every half minute (TOTP, RFC 6238), and recovery codes for a lost telephone.

The secret is sealed with a key of the installation, recovery codes are kept as keyed hashes and shown once. A code counts
once; wrong ones have an allowance.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from letterbox.domain.clock import Clock
from letterbox.domain.errors import FieldErrors, NotAllowed, NotFound, WrongState
from letterbox.domain.keys import Keys, Purpose
from letterbox.domain.permissions import Actor, ActorKind
from letterbox.domain.vocabulary import Role
from letterbox.services.access.passwords import LETTERS
from letterbox.services.access.rate_limit import Allowance, AttemptCounter, Claim
from letterbox.services.access.trail import AccessEvent, AccessTrail
from letterbox.store.access import RecoveryCode, SecondFactor
from letterbox.store.database import Database
from letterbox.store.people import Person

STEP_S = 30
STEPS_AROUND = (-1, 0, 1)
"""A telephone's clock may be half a minute off (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
WRONG = "动态码不正确，请核对手机时间，输入当前显示的 6 位数字"
ALLOWANCE = Allowance(5, timedelta(hours=1), first_wait=timedelta(seconds=10), longest_wait=timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class FactorOffer:
    """A secret to be put into an authenticator: by picture (``uri`` as QR code) or typed (``secret``)."""

    secret: str
    uri: str


@dataclass(frozen=True, slots=True)
class FactorState:
    """What somebody has. ``codes_left``: recovery codes that are still good."""

    since: datetime | None
    is_required: bool
    codes_left: int

    @property
    def is_on(self) -> bool:
        return self.since is not None


class SecondFactors:
    def __init__(
        self,
        database: Database,
        wall: Clock,
        attempts: AttemptCounter,
        keys: Keys,
        trail: AccessTrail,
        roles: Collection[Role],
        issuer: str,
    ) -> None:
        """``wall``: the real time, for telephones know no other. ``roles``: whoever holds one must have a second factor."""
        self._database = database
        self._wall = wall
        self._attempts = attempts
        self._seal = MultiFernet([Fernet(_fernet_key(each)) for each in _all(keys)])
        self._key = keys.of(Purpose.SECOND_FACTOR).encode()
        self._older = [each.encode() for each in keys.older_of(Purpose.SECOND_FACTOR)]
        self._trail = trail
        self._roles = frozenset(roles)
        self._issuer = issuer

    def is_required(self, actor: Actor) -> bool:
        return bool(actor.roles & self._roles)

    def has_one(self, person_id: int) -> bool:
        with self._database.reading() as session:
            row = session.get(SecondFactor, person_id)
        return row is not None and row.secret is not None

    def of(self, person_id: int) -> FactorState:
        """What somebody has, for an administrator's page; whether a role asks for it is not said."""
        return self.state(person_id, Actor(ActorKind.PERSON, str(person_id), ""))

    def state(self, person_id: int, actor: Actor) -> FactorState:
        with self._database.reading() as session:
            row = session.get(SecondFactor, person_id)
            query = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
            left = session.scalar(query) or 0
        return FactorState(row.since if row and row.secret else None, self.is_required(actor), left)

    def seal_anew(self) -> int:
        """Seal every secret under the current key. How many rows were under an older one; what no key opens stays."""
        now = Fernet(_fernet_key(self._key.decode()))
        with self._database.transaction() as session:
            rows = session.scalars(select(SecondFactor).order_by(SecondFactor.person_id).with_for_update()).all()
            done = [(self._seal_one(row, "secret", now), self._seal_one(row, "offered", now)) for row in rows]
        return sum(map(any, done))

    def _seal_one(self, row: SecondFactor, name: str, now: Fernet) -> bool:
        sealed = getattr(row, name)
        with suppress(InvalidToken):
            if sealed is not None:
                now.decrypt(sealed)
            return False
        with suppress(InvalidToken):
            setattr(row, name, self._seal.rotate(sealed).decode())
            return True
        return False

    def begin(self, person_id: int) -> None:
        """Make a secret that counts from its confirmation on; one that is in use stays so until then."""
        sealed = self._seal.encrypt(pyotp.random_base32().encode()).decode()
        with self._database.transaction() as session:
            row = session.get(SecondFactor, person_id, with_for_update=True)
            if row is None:
                session.add(SecondFactor(person_id=person_id, offered=sealed, last_step=0))
            else:
                row.offered = sealed

    def offer(self, person_id: int) -> FactorOffer | None:
        """The secret waiting for its confirmation, or None if nothing was begun."""
        with self._database.reading() as session:
            row, login = session.get(SecondFactor, person_id), _login(session, person_id)
        secret = self._opened(row.offered) if row is not None and row.offered else None
        if secret is None:
            return None
        return FactorOffer(secret, pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=self._issuer))

    def confirm(self, who: Actor, person_id: int, code: str) -> Sequence[str]:
        """The authenticator shows the right code: from now on it is asked for. Answers new recovery codes, shown once.

        Raises FieldErrors (``code``), WrongState, TooManyAttempts.
        """
        key = f"second-factor:{person_id}"
        self._attempts.take(Claim(key, ALLOWANCE))
        with self._database.transaction() as session:
            row = session.get(SecondFactor, person_id, with_for_update=True)
            secret = self._opened(row.offered) if row is not None and row.offered else None
            if row is None or secret is None:
                raise WrongState("请重新开始设置：还没有生成动态码的密钥")
            step = self._step(secret, code, after=0)
            if step is None:
                raise FieldErrors({"code": WRONG})
            row.secret, row.offered, row.last_step, row.since = row.offered, None, step, self._wall.now()
            codes = self._new_codes(session, person_id)
        self._attempts.clear(key)
        self._trail.write(AccessEvent.SECOND_FACTOR_ADDED, who, person_id=person_id, factor="code")
        return codes

    def check(self, person_id: int, code: str) -> str:
        """Take a code, once. Answers by which way: ``code`` or ``recovery_code``. Raises NotAllowed, TooManyAttempts."""
        key = f"second-factor:{person_id}"
        self._attempts.take(Claim(key, ALLOWANCE))
        with self._database.transaction() as session:
            way = self._taken(session, person_id, code)
        if way is None:
            self._trail.write(AccessEvent.SECOND_FACTOR_FAILED, None, person_id=person_id, why="wrong")
            raise NotAllowed(WRONG)
        self._attempts.clear(key)
        return way

    def _taken(self, session: Session, person_id: int, code: str) -> str | None:
        row = session.get(SecondFactor, person_id, with_for_update=True)
        secret = self._opened(row.secret) if row is not None and row.secret else None
        if row is None or secret is None:
            return None
        plain = _plain(code)
        if len(plain) == 6 and plain.isdigit():
            step = self._step(secret, plain, after=row.last_step)
            if step is None:
                return None
            row.last_step = step
            return "code"
        hashes = [_hash(each, person_id, plain) for each in (self._key, *self._older)]
        query = select(RecoveryCode).where(RecoveryCode.person_id == person_id, RecoveryCode.code_hash.in_(hashes))
        known = session.scalars(query.where(RecoveryCode.used_at.is_(None)).with_for_update()).first()
        if known is None:
            return None
        known.used_at = self._wall.now()
        return "recovery_code"

    def _step(self, secret: str, code: str, after: int) -> int | None:
        """The half minute to which ``code`` belongs, if it is one near now and later than ``after``: no code counts twice."""
        plain, totp = _plain(code), pyotp.TOTP(secret)
        now = int(self._wall.now().timestamp()) // STEP_S
        fitting = [now + off for off in STEPS_AROUND if hmac.compare_digest(totp.at((now + off) * STEP_S), plain)]
        return next((step for step in fitting if step > after), None)

    def renew_codes(self, who: Actor, person_id: int) -> Sequence[str]:
        """New recovery codes; the old ones are void. Raises WrongState without a second factor."""
        with self._database.transaction() as session:
            row = session.get(SecondFactor, person_id, with_for_update=True)
            if row is None or row.secret is None:
                raise WrongState("还没有设置动态码")
            codes = self._new_codes(session, person_id)
        self._trail.write(AccessEvent.RECOVERY_CODES_MADE, who, person_id=person_id, factor="recovery_code")
        return codes

    def remove(self, who: Actor, person_id: int) -> None:
        """One's own, where no role asks for it. Raises WrongState."""
        if self.is_required(who):
            raise WrongState("您的岗位必须使用动态码，可以换手机，不能取消")
        with self._database.transaction() as session:
            forget(session, person_id)
        self._trail.write(AccessEvent.SECOND_FACTOR_REMOVED, who, person_id=person_id, factor="code")

    def _new_codes(self, session: Session, person_id: int) -> list[str]:
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
        codes = [
            "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(2))
            for _ in range(RECOVERY_CODES)
        ]
        session.add_all(
            RecoveryCode(person_id=person_id, code_hash=_hash(self._key, person_id, _plain(each))) for each in codes
        )
        return codes

    def _opened(self, sealed: str) -> str | None:
        try:
            return self._seal.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None


def forget(session: Session, person_id: int) -> bool:
    """Take the second factor and its recovery codes away; whether there was one."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    row = session.get(SecondFactor, person_id, with_for_update=True)
    if row is None:
        return False
    session.delete(row)
    return row.secret is not None


def _login(session: Session, person_id: int) -> str:
    login = session.scalars(select(Person.login).where(Person.id == person_id)).first()
    if login is None:
        raise NotFound("没有这个账号")
    return login


def _plain(code: str) -> str:
    return "".join(each for each in code.lower() if each.isalnum())[:20]


def _hash(key: bytes, person_id: int, code: str) -> str:
    return hmac.new(key, f"recovery:{person_id}:{code}".encode(), hashlib.sha256).hexdigest()


def _fernet_key(key: str) -> bytes:
    return base64.urlsafe_b64encode(bytes.fromhex(key))


def _all(keys: Keys) -> list[str]:
    return [keys.of(Purpose.SECOND_FACTOR), *keys.older_of(Purpose.SECOND_FACTOR)]
